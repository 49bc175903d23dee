package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.TableStimulus.Bloat;
import java.time.Duration;
import java.util.List;

/**
 * Deletes nine of ten rows everywhere in a table and vacuums it: the pages stay, and so do those of its index, because
 * each keeps a row. Both are unlogged.
 */
record BloatRecipe(Bloat asked) implements Recipe {
    private static final String TABLE = "bloated";
    private static final String INDEX = "bloated_key";

    /** 17 of these fill a page of 8 kB. */
    private static final long BYTES_OF_ROW = 8192 / 17;

    /** The table, half as much for its index, and as much again while that is sorted. */
    private static final int TIMES_THE_TABLE = 2;

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.createSchema());
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        DiskBound.check(
                "a table of " + asked.size() + " with its index",
                asked.size().bytes() * TIMES_THE_TABLE,
                DiskBound.SHARED);
        return List.of(place.leftSchema());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        place.createSchema();
        var table = place.table(TABLE);
        try (var work = Groundwork.begin(place, progress)) {
            work.run(
                    "writing the table",
                    "CREATE UNLOGGED TABLE " + table
                            + " WITH (autovacuum_enabled = off) AS SELECT i, lpad(i::text, 200, '0') COLLATE \"C\" AS k,"
                            + " repeat('x', 220) AS fill FROM generate_series(1, "
                            + Math.ceilDiv(asked.size().bytes(), BYTES_OF_ROW) + ") AS i");
            work.run("writing the index", "CREATE INDEX " + Sql.quoted(INDEX) + " ON " + table + " (k)");
            work.run("deleting nine of ten rows", "DELETE FROM " + table + " WHERE i % 10 <> 0");
            empty(place, work, progress);
        }
        if (progress.stopped()) {
            return new Effect.Measured(List.of());
        }
        return new Effect.Measured(List.of(
                new Effect.Figure("% of the table free", free(place, TABLE, "t.*", 4)),
                new Effect.Figure("MB in the table", size(place, TABLE)),
                new Effect.Figure("% of the index free", free(place, INDEX, "t.k", 16)),
                new Effect.Figure("MB in the index", size(place, INDEX))));
    }

    /** Vacuum leaves what a transaction older than the deletion might still read. */
    private static void empty(Workplace place, Groundwork work, Progress progress)
            throws StressException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!progress.stopped()) {
            work.run("vacuuming", "VACUUM (INDEX_CLEANUP ON) " + place.table(TABLE));
            if (progress.stopped() || emptied(place)) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new StressException("VACUUM may not remove the deleted rows: a transaction, a prepared one, a"
                        + " standby or a slot holds an older snapshot; look at backend_xmin in pg_stat_activity");
            }
            progress.report("waiting for older transactions, so that VACUUM may remove the deleted rows");
            Thread.sleep(AGAIN); // whoever holds the snapshot does not say when it is done
        }
    }

    /** Whether no page holds a deleted row any more: only then are all of them all-visible. */
    private static boolean emptied(Workplace place) throws StressException {
        return place.control()
                .truth(
                        "SELECT relallvisible >= 0.9 * relpages FROM pg_class WHERE oid = to_regclass($1)",
                        place.table(TABLE));
    }

    /** What of a relation is no entry, from the counts that VACUUM wrote. */
    private static long free(Workplace place, String relation, String entry, int overhead) throws StressException {
        return place.control()
                .number(
                        "SELECT (100 - 100.0 * reltuples * (SELECT pg_column_size(%s) + %d FROM %s AS t LIMIT 1)"
                                        .formatted(entry, overhead, place.table(TABLE))
                                + " / pg_relation_size(oid))::bigint FROM pg_class WHERE oid = to_regclass($1)",
                        place.table(relation));
    }

    private static long size(Workplace place, String relation) throws StressException {
        return DiskBound.megabytes(
                place.control().number("SELECT pg_relation_size(to_regclass($1))", place.table(relation)));
    }
}
