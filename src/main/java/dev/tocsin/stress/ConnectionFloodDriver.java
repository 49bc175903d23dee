package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.SessionStimulus.ConnectionFlood;
import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Fills the server with idle connections up to a number, others' counted, and never into the reserved slots.
 *
 * @param wanted how many connections shall be taken in all
 */
record ConnectionFloodDriver(
        Server control, Server.Limits limits, Sessions sessions, ConnectionFlood flood, int wanted, Undo undo)
        implements Prepared {
    private static final int REPORT_EVERY = 25;

    static ConnectionFloodDriver prepare(
            Vertx vertx, PostgresTarget target, ConnectionFlood flood, Undo.TerminateSessions undo, Duration bound)
            throws StressException, InterruptedException {
        return Server.prepare(vertx, target, control -> {
            var limits = control.limits();
            var wanted = flood.fill().of(limits.maxConnections());
            SlotBound.check("fill " + flood.fill(), wanted, limits, flood.reserve());
            var sessions = new Sessions(vertx, target, undo.applicationName(), limits.version(), bound);
            return new ConnectionFloodDriver(control, limits, sessions, flood, wanted, undo);
        });
    }

    @Override
    public Held apply(Progress progress) throws StressException, InterruptedException {
        try {
            fill(progress);
            return new HeldSessions(
                    control,
                    sessions,
                    false,
                    new Effect.SessionsHeld(sessions.size(), control.taken(), limits.maxConnections()));
        } catch (StressException | InterruptedException | RuntimeException e) {
            sessions.closeAll(false);
            throw e;
        }
    }

    /** Others come and go during the ramp, so what is missing at its end is opened without one. */
    private void fill(Progress progress) throws StressException, InterruptedException {
        var ramp = flood.ramp();
        for (var missing = wanted - control.taken();
                missing > 0 && !progress.stopped();
                missing = wanted - control.taken()) {
            sessions.open(missing, ramp, progress, _ -> {
                var opened = sessions.size();
                if (opened % REPORT_EVERY == 0) {
                    progress.report(opened + " connections open");
                }
            });
            ramp = Duration.ZERO;
        }
    }

    @Override
    public void close() {
        control.close();
    }
}
