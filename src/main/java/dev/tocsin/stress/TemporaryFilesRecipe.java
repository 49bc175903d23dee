package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.TableStimulus.TemporaryFiles;
import java.util.List;

/** Sorts more than work_mem holds. It needs no table, and the files go with their statement. */
record TemporaryFilesRecipe(TemporaryFiles asked) implements Recipe {
    /** What the sort writes for each row of a thousand characters. */
    private static final long BYTES_OF_ROW = 1024;

    /** One statement, and so one such file, is there at a time. */
    private static final long MOST = 1L << 30;

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        DiskBound.check("a temporary file of " + asked.size(), asked.size().bytes(), MOST);
        var limit = place.control().number("SELECT setting::bigint FROM pg_settings WHERE name = 'temp_file_limit'");
        if (limit >= 0 && asked.size().bytes() > limit << 10) {
            throw new StressException(
                    "temp_file_limit of this server is %,d kB, less than a file of %s".formatted(limit, asked.size()));
        }
        return List.of();
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var before = place.control().number(Statistics.ofDatabase("temp_bytes"));
        var session = place.session();
        session.run("SET work_mem = '64kB'");
        var sort = "SELECT count(fill) FROM (SELECT repeat('x', 1000) AS fill FROM generate_series(1, "
                + Math.ceilDiv(asked.size().bytes(), BYTES_OF_ROW) + ") AS i ORDER BY i DESC OFFSET 0) AS sorted";
        place.load(List.of(session), asked.rate(), one -> one.run(sort, place.bound()));
        var files = new Pace("temporary files", Statistics.ofDatabase("temp_files"));
        var perSecond = files.reach(place, progress, asked.rate());
        var bytes = place.control().number(Statistics.ofDatabase("temp_bytes")) - before;
        return new Effect.Measured(List.of(
                new Effect.Figure("temporary files a second", perSecond),
                new Effect.Figure("MB of them so far", DiskBound.megabytes(bytes))));
    }
}
