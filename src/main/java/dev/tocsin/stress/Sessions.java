package dev.tocsin.stress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Many real connections of one name. */
final class Sessions {
    /** More at once only lengthens the wait of each: the server forks one after another. */
    private static final int IN_FLIGHT = 64;

    private static final Duration CLOSING = Duration.ofSeconds(10);

    /** The server does not say when a session has ended; it can only be asked. */
    private static final Duration POLL = Duration.ofMillis(100);

    private final Vertx vertx;
    private final PostgresTarget target;
    private final Supplier<PgConnectOptions> options;
    private final String name;
    private final Queue<PgConnection> open = new ConcurrentLinkedQueue<>();

    Sessions(Vertx vertx, PostgresTarget target, String name, int serverVersion, Duration bound) {
        this.vertx = vertx;
        this.target = target;
        this.name = name;
        options = () -> target.session(name, serverVersion, bound);
    }

    /**
     * Opens connections evenly over the ramp. Stops early when told to.
     *
     * @param opened hears of each, on its event loop
     * @throws StressException with the first refusal; what was opened before stays open
     */
    void open(int count, Duration ramp, Progress progress, Consumer<PgConnection> opened)
            throws StressException, InterruptedException {
        var slots = new Semaphore(IN_FLIGHT);
        var refusal = new AtomicReference<Optional<Throwable>>(Optional.empty());
        var began = System.nanoTime();
        for (var i = 0; i < count && !progress.stopped() && refusal.get().isEmpty(); i++) {
            var due = began + ramp.toNanos() * i / count;
            for (var wait = due - System.nanoTime(); wait > 0 && !progress.stopped(); wait = due - System.nanoTime()) {
                TimeUnit.NANOSECONDS.sleep(Math.min(wait, POLL.toNanos()));
            }
            slots.acquire();
            PgConnection.connect(vertx, options.get()).onComplete(result -> {
                if (result.succeeded()) {
                    var connection = result.result();
                    connection.exceptionHandler(_ -> {}); // release finds out what became of it
                    open.add(connection);
                    opened.accept(connection);
                } else {
                    refusal.compareAndSet(Optional.empty(), Optional.of(result.cause()));
                }
                slots.release();
            });
        }
        slots.acquire(IN_FLIGHT);
        if (refusal.get().isPresent()) {
            throw new StressException(
                    "connection " + (size() + 1) + " of " + count + " was refused: "
                            + refusal.get().get().getMessage(),
                    refusal.get().get());
        }
    }

    int size() {
        return open.size();
    }

    /**
     * Cancels, closes, and has the server count until none is left; those that do not go are terminated.
     *
     * @return how many had to be terminated by the server
     */
    int release(Server control, boolean busy) throws StressException, InterruptedException {
        closeAll(busy);
        return verifyGone(vertx, target, control, name);
    }

    /** Cancels and closes without asking the server what became of it. */
    void closeAll(boolean busy) {
        var closings = open.stream()
                .map(connection -> (busy ? connection.cancelRequest().otherwiseEmpty() : Future.<Void>succeededFuture())
                        .compose(cancelled -> connection.close())
                        .otherwiseEmpty())
                .toList();
        try {
            var _ = Server.await(
                    Future.join(closings).mapEmpty(), "close " + closings.size() + " sessions in " + CLOSING);
        } catch (StressException _) {
            // whoever is still there is terminated
        }
        open.clear();
    }

    /** Terminates what is left of a name and waits until the server counts none; asks anew when control was lost. */
    static int verifyGone(Vertx vertx, PostgresTarget target, Server control, String name)
            throws StressException, InterruptedException {
        try {
            return terminated(control, name);
        } catch (StressException _) {
            try (var anew = Server.connect(vertx, target, Duration.ofMinutes(1))) {
                return terminated(anew, name);
            }
        }
    }

    private static int terminated(Server control, String name) throws StressException, InterruptedException {
        // An idle session's end is seen by the server within moments of its close; give it these before using force.
        for (var i = 0; i < 10 && control.sessionsOf(name) > 0; i++) {
            Thread.sleep(POLL);
        }
        var terminated = control.terminate(name);
        var deadline = System.nanoTime() + CLOSING.toNanos();
        while (control.sessionsOf(name) > 0) {
            if (System.nanoTime() > deadline) {
                throw new StressException(control.sessionsOf(name) + " sessions named " + name
                        + " did not end; look in pg_stat_activity");
            }
            Thread.sleep(POLL);
        }
        return terminated;
    }
}
