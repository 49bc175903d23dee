package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.SessionStimulus.SleepLoad;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;

/** Keeps sessions in {@code pg_sleep}, each for the bound at most, so that the server ends them if nobody else does. */
record SleepLoadDriver(
        Server control,
        Server.Limits limits,
        Sessions sessions,
        SleepLoad load,
        int wanted,
        Undo.TerminateSessions undo,
        Duration bound)
        implements Prepared {
    private static final Duration FALL_ASLEEP = Duration.ofSeconds(30);

    /** The server does not say when a session has fallen asleep; it can only be asked. */
    private static final Duration POLL = Duration.ofMillis(100);

    static SleepLoadDriver prepare(
            Vertx vertx, PostgresTarget target, SleepLoad load, Undo.TerminateSessions undo, Duration bound)
            throws StressException, InterruptedException {
        return Server.prepare(vertx, target, control -> {
            var limits = control.limits();
            var wanted = load.sessions().of(limits.maxConnections());
            var others = control.taken();
            SlotBound.check(wanted + " sessions beside " + others + " others", others + wanted, limits, load.reserve());
            var sessions = new Sessions(vertx, target, undo.applicationName(), limits.version(), bound);
            return new SleepLoadDriver(control, limits, sessions, load, wanted, undo, bound);
        });
    }

    @Override
    public Held apply(Progress progress) throws StressException, InterruptedException {
        try {
            sessions.open(wanted, Duration.ZERO, progress, this::sleep);
            awaitAsleep(progress);
            return new HeldSessions(
                    control,
                    sessions,
                    true,
                    new Effect.SessionsAsleep(control.asleep(undo.applicationName()), limits.maxConnections()));
        } catch (StressException | InterruptedException | RuntimeException e) {
            sessions.closeAll(true);
            throw e;
        }
    }

    @Override
    public void close() {
        control.close();
    }

    private void sleep(PgConnection connection) {
        var sql = "SELECT pg_sleep(" + bound.toSeconds() + ")";
        connection
                .query(load.inTransaction() ? "BEGIN; " + sql : sql)
                .execute()
                .onFailure(_ -> {}); // cancelled by the release
    }

    private void awaitAsleep(Progress progress) throws StressException, InterruptedException {
        var deadline = System.nanoTime() + FALL_ASLEEP.toNanos();
        var asleep = 0;
        while (asleep < wanted && !progress.stopped()) {
            asleep = control.asleep(undo.applicationName());
            if (System.nanoTime() > deadline) {
                throw new StressException("only " + asleep + " of " + wanted + " sessions were seen in pg_sleep");
            }
            Thread.sleep(POLL);
        }
        progress.report(asleep + " sessions asleep");
    }
}
