package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.run.Undo;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Takes back what a recipe left, without knowing whether it did, and returns only when that was verified. */
record Clearing(Vertx vertx, PostgresTarget target, Surroundings around) {
    /** Dropping much takes its time on a slow disk. */
    private static final Duration DROPPING = Duration.ofMinutes(2);

    Effect.Cleared clear(Undo.Clear undo, Duration patience) throws StressException, InterruptedException {
        int left;
        int terminated;
        try (var server = Server.connect(vertx, target, patience)) {
            left = server.sessionsOf(undo.applicationName());
            terminated = Sessions.verifyGone(vertx, target, server, undo.applicationName());
        }
        var takenBack = new ArrayList<String>();
        var failures = new ArrayList<String>();
        try (var control = Sql.open(vertx, target.control())) {
            for (var leftover : undo.leftovers()) {
                try {
                    takeBack(control, leftover);
                    takenBack.add(leftover.summary());
                } catch (StressException e) {
                    failures.add(leftover.summary() + ": " + e.why()); // the others are taken back all the same
                }
            }
        }
        if (!failures.isEmpty()) {
            throw new StressException("not taken back: " + String.join("; ", failures));
        }
        return new Effect.Cleared(List.of(), left, terminated, takenBack);
    }

    private void takeBack(Sql control, Leftover leftover) throws StressException, InterruptedException {
        switch (leftover) {
            case Leftover.Schema(String name) -> {
                control.run("DROP SCHEMA IF EXISTS " + Sql.quoted(name) + " CASCADE", DROPPING);
                verify(control, "SELECT to_regnamespace(" + Sql.literal(Sql.quoted(name)) + ") IS NULL");
            }
            case Leftover.Slot _,
                    Leftover.Setting _,
                    Leftover.Login _,
                    Leftover.Renamed _,
                    Leftover.Value _,
                    Leftover.PausedReplay _,
                    Leftover.Subscription _ -> throw new StressException("there is no way back yet");
        }
    }

    private static void verify(Sql control, String sql) throws StressException {
        if (!control.truth(sql)) {
            throw new StressException("it is still there");
        }
    }
}
