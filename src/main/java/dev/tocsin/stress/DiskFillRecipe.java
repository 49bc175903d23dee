package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.TableStimulus.DiskFill;
import java.util.List;

/** Writes one table of a certain size; unlogged, and past the server's cache. */
record DiskFillRecipe(DiskFill asked) implements Recipe {
    private static final String TABLE = "filled";

    /** Four rows fill a page of 8 kB. */
    private static final long BYTES_OF_ROW = 2048;

    @Override
    public List<Privilege> needs() {
        return asked.tablespace()
                .map(name -> List.of(Privilege.createSchema(), Privilege.createIn(name)))
                .orElse(List.of(Privilege.createSchema()));
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        var apart = asked.tablespace();
        if (apart.isPresent()
                && !place.control()
                        .truth("SELECT EXISTS (SELECT FROM pg_tablespace WHERE spcname = $1)", apart.get())) {
            throw new StressException("the server has no tablespace " + apart.get() + "; a superuser makes one with"
                    + " CREATE TABLESPACE " + Sql.quoted(apart.get()) + " LOCATION 'a folder on the scratch volume'");
        }
        DiskBound.check(
                "a table of " + asked.size(),
                asked.size().bytes(),
                apart.isPresent() && !ofTheDatabase(place, apart.get()) ? DiskBound.APART : DiskBound.SHARED);
        return List.of(place.leftSchema());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        place.createSchema();
        try (var work = Groundwork.begin(place, progress)) {
            work.run(
                    "writing " + asked.size(),
                    "CREATE UNLOGGED TABLE " + place.table(TABLE) + " WITH (autovacuum_enabled = off)"
                            + asked.tablespace()
                                    .map(name -> " TABLESPACE " + Sql.quoted(name))
                                    .orElse("")
                            + " AS SELECT repeat('x', 1960) AS fill FROM generate_series(1, "
                            + Math.ceilDiv(asked.size().bytes(), BYTES_OF_ROW) + ")");
        }
        var size = place.await(
                progress,
                Statistics.size(place, TABLE),
                seen -> seen >= asked.size().bytes());
        return new Effect.Measured(List.of(new Effect.Figure("MB in the table", DiskBound.megabytes(size))));
    }

    /** Whether it is where the database or the server itself is, and not a volume of its own. */
    private static boolean ofTheDatabase(Workplace place, String tablespace) throws StressException {
        return place.control()
                .truth(
                        "SELECT $1 IN ('pg_default', 'pg_global') OR EXISTS (SELECT FROM pg_database AS d"
                                + " JOIN pg_tablespace AS t ON t.oid = d.dattablespace WHERE t.spcname = $1)",
                        tablespace);
    }
}
