package dev.tocsin.bench;

import dev.tocsin.stress.PostgresTarget;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Looks at a server on this machine four times a second: its processes, its WAL, its files, our sessions. */
final class ServerGauge implements AutoCloseable {
    private static final long EVERY_MILLIS = 250;
    private static final double TICKS_A_SECOND = 100; // USER_HZ, which Linux has not changed since it had it
    private static final double MEGA = 1 << 20;

    /** A look. */
    private record Look(long nanos, long ticks, long wal, long files, long sessions) {}

    private final PgConnection connection;
    private final Path data;
    private final String postmaster;
    private final Thread thread;
    private final Look first;
    private Look last;
    private Look effect;
    private double mostProcessors;
    private long mostFiles;
    private long mostSessions;
    private volatile boolean ended;

    ServerGauge(Vertx vertx, PostgresTarget target, Path data) throws Exception {
        connection = PgConnection.connect(vertx, target.named("bench-gauge")).await();
        this.data = data;
        postmaster =
                Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip();
        first = look();
        last = first;
        effect = first;
        thread = Thread.ofPlatform().daemon().start(this::run);
    }

    /** The stimulus is in full effect from now on. */
    synchronized void inEffect() {
        effect = last;
    }

    /** Processors at most and on average in effect, MB of WAL, MB of files at most, sessions at most. */
    String end() throws InterruptedException {
        ended = true;
        thread.join();
        return String.format(
                Locale.ROOT,
                "%.2f | %.2f | %.1f | %.0f | %d",
                mostProcessors,
                processors(effect, last),
                (last.wal() - first.wal()) / MEGA,
                (mostFiles - first.files()) / MEGA,
                mostSessions);
    }

    private void run() {
        var before = first; // a second ago: a tick is too coarse for less
        try {
            while (!ended) {
                Thread.sleep(EVERY_MILLIS); // the pace of the samples: nothing is waited for
                var now = look();
                synchronized (this) {
                    last = now;
                }
                mostFiles = Math.max(mostFiles, now.files());
                mostSessions = Math.max(mostSessions, now.sessions());
                if (now.nanos() - before.nanos() >= 1_000_000_000L) {
                    mostProcessors = Math.max(mostProcessors, processors(before, now));
                    before = now;
                }
            }
        } catch (Exception e) { // Vert.x throws the future's own failure, checked or not
            throw new IllegalStateException("the server could not be looked at", e);
        }
    }

    private static double processors(Look from, Look to) {
        return (to.ticks() - from.ticks()) / TICKS_A_SECOND / ((to.nanos() - from.nanos()) / 1e9);
    }

    private Look look() throws Exception {
        var row = connection
                .query("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint,"
                        + " (SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'tocsin:%')")
                .execute()
                .await()
                .iterator()
                .next();
        return new Look(System.nanoTime(), ticks(), row.getLong(0), files(), row.getLong(1));
    }

    /** Of the postmaster, of its children, and of those that have ended. */
    private long ticks() throws IOException {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            var sum = 0L;
            for (var process : processes) {
                var stat = stat(process);
                if (process.getFileName().toString().equals(postmaster)) {
                    sum += Long.parseLong(stat[11])
                            + Long.parseLong(stat[12])
                            + Long.parseLong(stat[13])
                            + Long.parseLong(stat[14]);
                } else if (stat.length > 1 && stat[1].equals(postmaster)) {
                    sum += Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
                }
            }
            return sum;
        }
    }

    /** What follows the name: the state, the parent; nothing when the process has just ended. */
    private static String[] stat(Path process) {
        try {
            var line = Files.readString(process.resolve("stat"));
            return line.substring(line.lastIndexOf(')') + 2).split(" ");
        } catch (IOException _) {
            return new String[0];
        }
    }

    /** All but the WAL, which has a figure of its own. */
    private long files() throws IOException {
        var sum = 0L;
        for (var folder : new String[] {"base", "global"}) {
            try (Stream<Path> files = Files.walk(data.resolve(folder))) {
                sum += files.mapToLong(ServerGauge::size).sum();
            } catch (java.io.UncheckedIOException _) {
                return 0; // a folder of temporary files went meanwhile
            }
        }
        return sum;
    }

    private static long size(Path file) {
        var found = file.toFile();
        return found.isFile() ? found.length() : 0;
    }

    @Override
    public void close() throws Exception {
        ended = true;
        connection.close().await();
    }
}
