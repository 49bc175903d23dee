package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.TableStimulus.IndexScans;
import java.util.ArrayList;
import java.util.List;

/** Reads all rows of a table through its index, over and over. */
record IndexScansRecipe(IndexScans asked) implements Recipe {
    private static final String TABLE = "scanned";

    /** What one session does easily; there are never more than {@link #MOST_SESSIONS}. */
    private static final int PER_SESSION = 250;

    private static final int MOST_SESSIONS = 4;

    /** Kept small: each scan reads them all. */
    private static final int MOST_ROWS = 1_000_000;

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.createSchema());
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        if (asked.rows() > MOST_ROWS) {
            throw new StressException(
                    "%,d rows are too many for one scan: at most %,d".formatted(asked.rows(), MOST_ROWS));
        }
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
                            + " WITH (autovacuum_enabled = off) AS SELECT i, 0 AS v FROM generate_series(1, "
                            + asked.rows() + ") AS i");
            work.run("writing the index", "ALTER TABLE " + table + " ADD PRIMARY KEY (i)");
        }
        if (progress.stopped()) {
            return new Effect.Measured(List.of());
        }
        var sessions = new ArrayList<Sql>();
        for (var i = 0; i < Math.clamp(Math.ceilDiv(asked.rate(), PER_SESSION), 1, MOST_SESSIONS); i++) {
            var session = place.session();
            session.run("SET enable_seqscan = off; SET enable_bitmapscan = off");
            sessions.add(session);
        }
        // v is not in the index, so each row is fetched from the table.
        place.load(sessions, asked.rate(), session -> session.run("SELECT sum(v) FROM " + table + " WHERE i > 0"));
        var scans = new Pace("scans of an index", Statistics.ofTable(place, TABLE, "idx_scan"));
        var perSecond = scans.reach(place, progress, asked.rate());
        return new Effect.Measured(List.of(
                new Effect.Figure("scans of an index a second", perSecond),
                new Effect.Figure("rows fetched by each", asked.rows())));
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        return List.of(
                new Effect.Figure(
                        "scans of an index", place.control().number(Statistics.ofTable(place, TABLE, "idx_scan"))),
                new Effect.Figure(
                        "rows fetched", place.control().number(Statistics.ofTable(place, TABLE, "idx_tup_fetch"))));
    }
}
