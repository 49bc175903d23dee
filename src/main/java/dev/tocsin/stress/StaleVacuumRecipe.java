package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.TableStimulus.StaleVacuum;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Lets autovacuum come to a table once, then switches it off there and gives it something to do. */
record StaleVacuumRecipe(StaleVacuum asked) implements Recipe {
    private static final String TABLE = "stale";

    /** Kept small: autovacuum has to read it. */
    private static final int MOST_ROWS = 1_000_000;

    private static final Duration WORKING = Duration.ofSeconds(30);

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.createSchema());
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        if (asked.rows() > MOST_ROWS) {
            throw new StressException(
                    "%,d rows are more than autovacuum is given here: at most %,d".formatted(asked.rows(), MOST_ROWS));
        }
        if (!place.control()
                .truth("SELECT current_setting('autovacuum')::bool AND current_setting('track_counts')::bool")) {
            throw new StressException("autovacuum or track_counts is off in this server: it never vacuums by itself");
        }
        var patience = patience(place);
        if (patience.compareTo(place.bound()) > 0) {
            throw new StressException(("autovacuum may come only after %d s, which is twice autovacuum_naptime and a"
                            + " little, and the stimulus must be over after %d s: lengthen guards.maxDuration")
                    .formatted(patience.toSeconds(), place.bound().toSeconds()));
        }
        return List.of(place.leftSchema());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        place.createSchema();
        var table = place.table(TABLE);
        var update = "UPDATE " + table + " SET v = v + 1";
        try (var work = Groundwork.begin(place, progress)) {
            work.run(
                    "writing the table",
                    "CREATE UNLOGGED TABLE " + table
                            + " WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,"
                            + " autovacuum_analyze_threshold = 0, autovacuum_analyze_scale_factor = 0)"
                            + " AS SELECT i, 0 AS v FROM generate_series(1, " + asked.rows() + ") AS i");
            work.run("updating every row", update);
        }
        awaitAutovacuum(place, progress);
        try (var work = Groundwork.begin(place, progress)) {
            work.run("switching autovacuum off", "ALTER TABLE " + table + " SET (autovacuum_enabled = off)");
            work.run("updating every row", update);
        }
        var dead = place.await(progress, Statistics.ofTable(place, TABLE, "n_dead_tup"), seen -> seen > 0);
        return new Effect.Measured(List.of(
                new Effect.Figure(
                        "runs of autovacuum, which is off now",
                        place.control().number(Statistics.ofTable(place, TABLE, "autovacuum_count"))),
                new Effect.Figure("dead tuples since", dead)));
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        return List.of(new Effect.Figure(
                "s since autovacuum came last",
                place.control()
                        .number(Statistics.ofTable(
                                place, TABLE, "extract(epoch FROM clock_timestamp() - last_autovacuum)"))));
    }

    private static void awaitAutovacuum(Workplace place, Progress progress)
            throws StressException, InterruptedException {
        var runs = Statistics.ofTable(place, TABLE, "autovacuum_count");
        var patience = patience(place);
        var began = System.nanoTime();
        for (var waited = 0L; place.control().number(runs) == 0 && !progress.stopped(); waited++) {
            if (waited > patience.toSeconds()) {
                throw new StressException("autovacuum did not come within " + patience.toSeconds()
                        + " s; all its workers may be busy, see pg_stat_progress_vacuum");
            }
            progress.report("waiting for autovacuum, " + waited + " of at most " + patience.toSeconds() + " s");
            var next = began + TimeUnit.SECONDS.toNanos(waited + 1);
            var _ = place.await(progress, runs, seen -> seen > 0 || System.nanoTime() > next);
        }
    }

    /** It comes to each database once in a naptime. */
    private static Duration patience(Workplace place) throws StressException {
        var naptime =
                place.control().number("SELECT setting::bigint FROM pg_settings WHERE name = 'autovacuum_naptime'");
        return Duration.ofSeconds(2 * naptime).plus(WORKING);
    }
}
