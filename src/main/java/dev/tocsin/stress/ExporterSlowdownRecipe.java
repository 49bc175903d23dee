package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.domain.scenario.MonitoringStimulus.ExporterSlowdown;
import java.time.Duration;
import java.util.List;

/** Writes into a scratch table how long the exporter's query is to sleep. */
record ExporterSlowdownRecipe(ExporterSlowdown slowdown) implements Recipe {
    static final String COLUMN = "delay";

    /** Half of Prometheus' default scrape timeout: what lasts longer is an exporter that is down. */
    private static final Duration MOST = Duration.ofSeconds(5);

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        if (slowdown.delay().compareTo(MOST) > 0) {
            throw new StressException(
                    "a delay of " + Durations.print(slowdown.delay()) + " would let whole scrapes fail",
                    "set delay to at most " + Durations.print(MOST) + ", and below the scrape timeout");
        }
        var relation = ScratchRelation.of(place.control(), slowdown.relation());
        if (!place.control()
                .truth(
                        "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2"
                                + " AND NOT attisdropped)",
                        relation.quoted(),
                        COLUMN)) {
            throw new StressException(
                    relation + " has no column " + COLUMN,
                    "make it: CREATE TABLE " + relation + " AS SELECT 0::float8 AS " + COLUMN);
        }
        for (var right : List.of("SELECT", "UPDATE")) {
            if (!place.control().truth("SELECT has_table_privilege(to_regclass($1), $2)", relation.quoted(), right)) {
                throw new StressException(
                        "the role " + place.role() + " lacks " + right + " on " + relation,
                        "GRANT SELECT, UPDATE ON " + relation + " TO " + Sql.quoted(place.role()));
            }
        }
        var rows = place.control().rows("SELECT delay::text FROM " + relation.quoted() + " LIMIT 2");
        if (rows.size() != 1 || rows.getFirst().getString(0) == null) {
            throw new StressException(
                    relation + " must have one row with a " + COLUMN, "INSERT INTO " + relation + " VALUES (0)");
        }
        return List.of(
                new Leftover.Value(relation.toString(), COLUMN, rows.getFirst().getString(0)));
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException {
        var relation = ScratchRelation.of(place.control(), slowdown.relation());
        place.control()
                .run("UPDATE " + relation.quoted() + " SET delay = '"
                        + slowdown.delay().toMillis() / 1000.0 + "'");
        var set = place.control().number("SELECT round(delay * 1000)::bigint FROM " + relation.quoted());
        return new Effect.Measured(List.of(new Effect.Figure("ms that the exporter's query sleeps", set)));
    }
}
