package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.TableStimulus.RowFlood;
import java.util.List;
import java.util.Locale;

/** Changes rows of an unlogged table at a steady rate; the table stays small however long that goes on. */
record RowFloodRecipe(RowFlood asked) implements Recipe {
    private static final String TABLE = "flooded";

    private static final int MOST_RATE = 200_000;

    /** Enough for a steady pace, and few enough for each to change many rows. */
    private static final int MOST_STEPS_A_SECOND = 10;

    /** A table that has become so large is emptied. */
    private static final long MOST_BYTES = 256L << 20;

    /** Updates and deletions go round: by the time it is their turn again, the former versions of rows are nobody's. */
    private static final int PARTS = 10;

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.createSchema());
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        if (asked.rate() > MOST_RATE) {
            throw new StressException(
                    "%,d rows a second are too many for one session: at most %,d".formatted(asked.rate(), MOST_RATE));
        }
        return List.of(place.leftSchema());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        place.createSchema();
        var steps = Math.min(asked.rate(), MOST_STEPS_A_SECOND);
        var flood = new Flood(place.table(TABLE), asked.operation(), Math.ceilDiv(asked.rate(), steps));
        try (var work = Groundwork.begin(place, progress)) {
            work.run("making the table", flood.create());
            work.run("filling the table", flood.fill());
        }
        if (progress.stopped()) {
            return new Effect.Measured(List.of());
        }
        place.load(1, steps, flood);
        var rows = new Pace("rows " + done(), Statistics.ofDatabase("tup_" + done()));
        return new Effect.Measured(
                List.of(new Effect.Figure("rows " + done() + " a second", rows.reach(place, progress, asked.rate()))));
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        var column =
                "n_tup_" + asked.operation().name().toLowerCase(Locale.ROOT).substring(0, 3);
        return List.of(
                new Effect.Figure("rows " + done(), place.control().number(Statistics.ofTable(place, TABLE, column))));
    }

    private String done() {
        return switch (asked.operation()) {
            case INSERT -> "inserted";
            case UPDATE -> "updated";
            case DELETE -> "deleted";
        };
    }

    /** What the one session does. */
    private static final class Flood implements Load.Step {
        private final String table;
        private final RowFlood.Operation operation;
        private final int batch;
        private int part;

        private Flood(String table, RowFlood.Operation operation, int batch) {
            this.table = table;
            this.operation = operation;
            this.batch = batch;
        }

        /** Half of each page is left free, so that an updated row stays on it and its former version is soon removed. */
        private String create() {
            return "CREATE UNLOGGED TABLE " + table + " (i bigint"
                    + (operation == RowFlood.Operation.INSERT ? "" : " PRIMARY KEY")
                    + ", v bigint) WITH (fillfactor = " + (operation == RowFlood.Operation.UPDATE ? 50 : 100)
                    + ", autovacuum_enabled = " + (operation == RowFlood.Operation.UPDATE) + ")";
        }

        private String fill() {
            var rows = operation == RowFlood.Operation.INSERT ? 0 : batch * PARTS;
            return "INSERT INTO " + table + " SELECT i, 0 FROM generate_series(1, " + rows + ") AS i";
        }

        @Override
        public void once(Sql session) throws StressException {
            var first = part * batch;
            var rows = " WHERE i BETWEEN " + (first + 1) + " AND " + (first + batch);
            session.run(
                    switch (operation) {
                        case INSERT ->
                            "INSERT INTO " + table + " SELECT i, 0 FROM generate_series(1, " + batch + ") AS i";
                        case UPDATE -> "UPDATE " + table + " SET v = v + 1" + rows;
                        // Counted as any, and the same rows can be deleted again without being inserted first.
                        case DELETE ->
                            "BEGIN; SAVEPOINT before; DELETE FROM " + table + rows + "; ROLLBACK TO before; COMMIT";
                    });
            part = (part + 1) % PARTS;
            if (part == 0 && session.number("SELECT pg_relation_size(to_regclass($1))", table) > MOST_BYTES) {
                session.run("TRUNCATE " + table + "; " + fill());
            }
        }
    }
}
