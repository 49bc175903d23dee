package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.SessionStimulus.TransactionIdAge;
import java.time.Duration;
import java.util.List;

/** One session keeps a snapshot and an id, another one uses up the ids that come after. */
record TransactionIdAgeRecipe(TransactionIdAge age) implements Recipe {
    private static final int AT_ONCE = 20_000;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** The ids are gone for good, and every one brings the next freeze of every table nearer. */
    private static final int MOST = 10_000_000;

    /** The server refuses to write at about twice that. */
    private static final long OLDEST = 1_000_000_000;

    private static final String FROZEN = "SELECT max(age(datfrozenxid))::bigint FROM pg_database";
    private static final String NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        if (age.transactions() > MOST) {
            throw new StressException("transactions %d would use up too many ids for good, at most %d are used"
                    .formatted(age.transactions(), MOST));
        }
        var frozen = place.control().number(FROZEN);
        if (frozen + age.transactions() > OLDEST) {
            throw new StressException(
                    "a database is %d ids away from its last freeze already, and at most %d may be: VACUUM (FREEZE) it first"
                            .formatted(frozen, OLDEST));
        }
        SlotBound.beside(place, 2);
        return List.of();
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var before = place.control().number(NEXT);
        var holder = place.session();
        var pid = holder.number("SELECT pg_backend_pid()::bigint");
        holder.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_current_xact_id()");
        var burner = place.session();
        for (var used = 0; used < age.transactions() && !progress.stopped(); used += AT_ONCE) {
            var some = Math.min(AT_ONCE, age.transactions() - used);
            burner.run(
                    "DO $$ BEGIN FOR i IN 1.." + some
                            + " LOOP PERFORM pg_catalog.pg_current_xact_id(); COMMIT; END LOOP; END $$",
                    PATIENCE);
            progress.report(used + some + " of " + age.transactions() + " ids used up");
        }
        var oldest = place.await(
                progress,
                "SELECT coalesce(max(age(backend_xmin)), 0)::bigint FROM pg_stat_activity WHERE pid = " + pid,
                seen -> seen >= age.transactions());
        return new Effect.Measured(List.of(
                new Effect.Figure("transactions since the snapshot that is held", oldest),
                new Effect.Figure("ids used up, by everybody", place.control().number(NEXT) - before)));
    }
}
