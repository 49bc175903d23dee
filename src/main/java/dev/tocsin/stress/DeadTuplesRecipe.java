package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.TableStimulus.DeadTuples;
import java.util.List;

/** Updates every row of a table that nobody vacuums. The table is unlogged: it costs no WAL. */
record DeadTuplesRecipe(DeadTuples asked) implements Recipe {
    private static final String TABLE = "dead";

    /** A row and its successor. */
    private static final long BYTES_OF_ROW = 76;

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.createSchema());
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        DiskBound.check(asked.rows() + " rows", asked.rows() * BYTES_OF_ROW, DiskBound.SHARED);
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
            work.run("updating every row", "UPDATE " + table + " SET v = 1");
        }
        var least = asked.rows() - asked.rows() / 10;
        var dead = place.await(progress, Statistics.ofTable(place, TABLE, "n_dead_tup"), seen -> seen >= least);
        return new Effect.Measured(List.of(
                new Effect.Figure("dead tuples", dead),
                new Effect.Figure(
                        "live tuples", place.control().number(Statistics.ofTable(place, TABLE, "n_live_tup"))),
                new Effect.Figure(
                        "MB in the table",
                        DiskBound.megabytes(place.control().number(Statistics.size(place, TABLE))))));
    }
}
