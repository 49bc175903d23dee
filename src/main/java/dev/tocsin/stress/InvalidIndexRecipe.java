package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.TableStimulus.InvalidIndex;
import java.util.List;

/** Interrupts a REINDEX CONCURRENTLY while it waits for the snapshot of another session of ours. */
record InvalidIndexRecipe(InvalidIndex asked) implements Recipe {
    private static final String TABLE = "indexed";
    private static final String INDEX = "indexed_i";

    /** A row, its entry in the index, and that in the new one. */
    private static final long BYTES_OF_ROW = 90;

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.createSchema());
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        DiskBound.check(asked.rows() + " rows, indexed twice", asked.rows() * BYTES_OF_ROW, DiskBound.SHARED);
        return List.of(place.leftSchema());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        place.createSchema();
        try (var work = Groundwork.begin(place, progress)) {
            work.run(
                    "writing the table",
                    "CREATE UNLOGGED TABLE " + place.table(TABLE)
                            + " WITH (autovacuum_enabled = off) AS SELECT i FROM generate_series(1, " + asked.rows()
                            + ") AS i");
            work.run("writing the index", "CREATE INDEX " + Sql.quoted(INDEX) + " ON " + place.table(TABLE) + " (i)");
        }
        if (progress.stopped()) {
            return new Effect.Measured(List.of());
        }
        interrupt(place, progress);
        var invalid = place.await(progress, invalid(place, "count(*)"), seen -> seen > 0);
        return new Effect.Measured(List.of(
                new Effect.Figure("invalid index", invalid),
                new Effect.Figure(
                        "kB in it",
                        place.control().number(invalid(place, "coalesce(sum(pg_relation_size(c.oid)), 0)")) >> 10)));
    }

    private static void interrupt(Workplace place, Progress progress) throws StressException, InterruptedException {
        var holder = place.session();
        holder.run("BEGIN ISOLATION LEVEL REPEATABLE READ");
        holder.run("SELECT count(*) FROM " + place.table(TABLE), place.bound());
        var builder = place.session();
        var building = builder.send("REINDEX INDEX CONCURRENTLY " + place.table(INDEX));
        // It waits before the new index is valid, and only for that snapshot: it cannot be too late.
        var _ = place.await(progress, invalid(place, "count(*)"), seen -> seen > 0 || building.isComplete());
        builder.cancel();
        var left = place.await(progress, invalid(place, "count(*)"), _ -> building.isComplete());
        place.close(holder); // any sooner, and the index might have become valid
        place.close(builder);
        if (building.failed() && left == 0) {
            throw new StressException("REINDEX CONCURRENTLY failed before it made an index: "
                    + building.cause().getMessage());
        }
    }

    private static String invalid(Workplace place, String what) {
        return "SELECT " + what + "::bigint FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid"
                + " WHERE NOT x.indisvalid AND c.relname LIKE '%\\_ccnew%' AND c.relnamespace = to_regnamespace("
                + Sql.literal(Sql.quoted(place.unique())) + ")";
    }
}
