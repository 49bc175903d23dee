package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.TableStimulus.ColdScan;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a table that the server's cache does not keep: of a table larger than a quarter of shared_buffers a scan keeps
 * only the few pages of its ring, and so did writing it.
 */
record ColdScanRecipe(ColdScan asked) implements Recipe {
    private static final String TABLE = "cold";
    private static final String SHARE =
            "SELECT 100 * (blks_read - %1$d) / greatest(1, blks_read - %1$d + blks_hit - %2$d)"
                    + " FROM pg_stat_database WHERE datname = current_database()";

    /** Four rows fill a page of 8 kB. */
    private static final long BYTES_OF_ROW = 2048;

    /** Of shared_buffers; a quarter is where the ring begins. */
    private static final double LEAST = 0.3;

    /** Percent read from outside the cache: the rules want a cache that finds 98 %, or 90 % since the last reset. */
    private static final int COLD = 3;

    private static final int COLD_SINCE_RESET = 12;

    @Override
    public List<Privilege> needs() {
        return asked.resetStatistics()
                ? List.of(Privilege.createSchema(), Privilege.execute(Statistics.RESET))
                : List.of(Privilege.createSchema());
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        DiskBound.check(
                "a table that shared_buffers of %,d MB do not keep"
                        .formatted(DiskBound.megabytes(sharedBuffers(place))),
                size(place),
                DiskBound.SHARED);
        return asked.resetStatistics()
                ? List.of(place.leftSchema(), new Leftover.Statistics())
                : List.of(place.leftSchema());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        place.createSchema();
        var table = place.table(TABLE);
        try (var work = Groundwork.begin(place, progress)) {
            work.run(
                    "writing the table",
                    "CREATE UNLOGGED TABLE " + table
                            + " WITH (autovacuum_enabled = off) AS SELECT repeat('x', 1960) AS fill"
                            + " FROM generate_series(1, " + Math.ceilDiv(size(place), BYTES_OF_ROW) + ")");
        }
        if (progress.stopped()) {
            return new Effect.Measured(List.of());
        }
        return scan(place, progress, "SELECT count(*) FROM " + table);
    }

    private Effect.Measured scan(Workplace place, Progress progress, String sql)
            throws StressException, InterruptedException {
        var control = place.control();
        if (asked.resetStatistics()) {
            Statistics.reset(control);
        }
        var read = asked.resetStatistics() ? 0 : control.number(Statistics.ofDatabase("blks_read"));
        var hit = asked.resetStatistics() ? 0 : control.number(Statistics.ofDatabase("blks_hit"));
        var scanned = Statistics.ofTable(place, TABLE, "seq_scan");
        var before = control.number(scanned);
        var session = place.session();
        session.run("SET max_parallel_workers_per_gather = 0");
        place.load(List.of(session), asked.rate(), one -> one.run(sql, place.bound()));
        var _ = place.await(progress, scanned, seen -> seen > before);
        var least = asked.resetStatistics() ? COLD_SINCE_RESET : COLD;
        var share = place.await(progress, SHARE.formatted(read, hit), seen -> seen >= least);
        var figures = new ArrayList<Effect.Figure>();
        figures.add(new Effect.Figure(
                "% of what the database reads is not in its cache"
                        + (asked.resetStatistics() ? ", since its statistics were reset" : ""),
                share));
        figures.add(new Effect.Figure(
                "MB in the table"
                        + (size(place) > asked.size().bytes() ? ", more than asked for its cache is large" : ""),
                DiskBound.megabytes(control.number(Statistics.size(place, TABLE)))));
        return new Effect.Measured(figures);
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        var pages = "SELECT coalesce(sum(heap_blks_read), 0)::bigint FROM pg_statio_user_tables WHERE schemaname = "
                + Sql.literal(place.unique());
        return List.of(new Effect.Figure(
                "pages read from outside the cache", place.control().number(pages)));
    }

    private long size(Workplace place) throws StressException {
        return Math.max(asked.size().bytes(), Math.round(sharedBuffers(place) * LEAST));
    }

    private static long sharedBuffers(Workplace place) throws StressException {
        return place.control()
                .number("SELECT setting::bigint * current_setting('block_size')::bigint FROM pg_settings"
                        + " WHERE name = 'shared_buffers'");
    }
}
