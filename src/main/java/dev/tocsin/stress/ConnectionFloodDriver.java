package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.Stimulus.ConnectionFlood;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Fills the server with idle connections up to a number, others' counted, and never into the reserved slots. */
record ConnectionFloodDriver(
        Vertx vertx, PostgresTarget target, ConnectionFlood flood, Undo.TerminateSessions undo, Duration bound)
        implements Prepared {

    @Override
    public Held apply(Progress progress) throws StressException, InterruptedException {
        var control = Server.connect(vertx, target, Duration.ZERO);
        var limits = control.limits();
        var sessions = new Sessions(vertx, target, undo.applicationName(), limits.version(), bound);
        try {
            fill(control, limits, sessions, progress);
            return new Flooded(
                    control,
                    sessions,
                    new Effect.SessionsHeld(sessions.size(), control.taken(), limits.maxConnections()));
        } catch (StressException | InterruptedException | RuntimeException e) {
            sessions.closeAll(false);
            control.close();
            throw e;
        }
    }

    private void fill(Server control, Server.Limits limits, Sessions sessions, Progress progress)
            throws StressException, InterruptedException {
        var wanted = flood.fill().of(limits.maxConnections());
        var usable = SlotBound.usable(limits, flood.reserve());
        if (wanted > usable) {
            throw new StressException(SlotBound.refusal("fill " + flood.fill(), wanted, limits, usable));
        }
        // Others come and go during the ramp, so what is missing at its end is opened without one.
        var ramp = flood.ramp();
        for (var missing = wanted - control.taken();
                missing > 0 && !progress.stopped();
                missing = wanted - control.taken()) {
            sessions.open(missing, ramp, progress, _ -> {
                var opened = sessions.size();
                if (opened % 25 == 0) {
                    progress.report(opened + " connections open");
                }
            });
            ramp = Duration.ZERO;
        }
    }

    private record Flooded(Server control, Sessions sessions, Effect effect) implements Held {
        @Override
        public Effect release() throws StressException, InterruptedException {
            try (control) {
                var ours = sessions.size();
                return new Effect.SessionsGone(ours, sessions.release(control, false));
            }
        }
    }
}
