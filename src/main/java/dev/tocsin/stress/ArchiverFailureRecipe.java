package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.ByteSize;
import dev.tocsin.domain.scenario.ServerStimulus.ArchiverFailure;
import java.util.ArrayList;
import java.util.List;

/** Gives the archiver a command that fails, and something to archive. */
final class ArchiverFailureRecipe implements Recipe {
    private static final String COMMAND = "archive_command";
    private static final String FAILED = "SELECT failed_count FROM pg_stat_archiver";

    /** Where the archiver stands: off, without a command, or already failing, there would be nothing to see. */
    private static final String STANDING = """
            SELECT current_setting('archive_mode') <> 'off',
                   coalesce(current_setting('archive_library', true), ''),
                   current_setting('archive_command'),
                   (SELECT source FROM pg_settings WHERE name = 'archive_command'),
                   coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false),
                   pg_size_bytes(current_setting('wal_segment_size'))
            FROM pg_stat_archiver
            """;

    private final ArchiverFailure failure;
    private long before;
    private String start = "0/0";

    ArchiverFailureRecipe(ArchiverFailure failure) {
        this.failure = failure;
    }

    @Override
    public List<Privilege> needs() {
        var needs = new ArrayList<>(SystemSettings.needs(COMMAND));
        needs.add(Privilege.execute("pg_switch_wal()"));
        return needs;
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        var standing = place.control().rows(STANDING).getFirst();
        if (!standing.getBoolean(0)) {
            throw new StressException(
                    "archive_mode is off, so nothing is archived that could fail",
                    "set archive_mode = on with an archive_command, and restart the server");
        }
        if (!standing.getString(1).isEmpty()) {
            throw new StressException(
                    "the server archives with archive_library " + standing.getString(1)
                            + ", and only an archive_command can be made to fail",
                    "leave this stimulus out on this target");
        }
        if (standing.getString(2).isEmpty() || standing.getString(2).equals("(disabled)")) {
            throw new StressException(
                    "archive_command is empty, so the archiver does nothing", "set one that works, and reload");
        }
        if (standing.getString(3).equals("command line")) {
            throw new StressException(
                    "archive_command was given on the server's command line, which goes before ALTER SYSTEM",
                    "give it in postgresql.conf");
        }
        if (standing.getBoolean(4)) {
            throw new StressException(
                    "the archiver fails already, so ours could not be told from that",
                    "mend it: SELECT last_failed_wal, last_failed_time FROM pg_stat_archiver");
        }
        var most = Wal.mostBetweenCheckpoints(place.control()) / standing.getLong(5);
        if (failure.segments() > most) {
            throw new StressException(
                    failure.segments() + " segments of " + new ByteSize(standing.getLong(5))
                            + " are more than max_wal_size, and the disk may not be made for that",
                    "set segments to at most " + most);
        }
        return List.of(
                SystemSettings.leftover(place.control(), COMMAND, Leftover.On.PRIMARY), new Leftover.ArchiveBacklog());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        before = place.control().number(FAILED);
        start = Wal.position(place.control());
        SystemSettings.set(place.control(), COMMAND, "false");
        var session = place.session();
        for (var i = 0; i < failure.segments() && !progress.stopped(); i++) {
            Wal.write(session, 1); // a segment in which nothing was written is not switched
            session.run("SELECT pg_switch_wal()");
        }
        progress.report(failure.segments() + " segments are switched, waiting for the archiver to fail");
        var failed = place.await(progress, FAILED, seen -> seen > before);
        return new Effect.Measured(figures(place, failed));
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        return figures(place, place.control().number(FAILED));
    }

    private List<Effect.Figure> figures(Workplace place, long failed) throws StressException {
        return List.of(
                new Effect.Figure("archivings failed", failed - before),
                new Effect.Figure(
                        "MB of WAL not archived", Wal.megabytes(place.control().number(Wal.since(start)))));
    }
}
