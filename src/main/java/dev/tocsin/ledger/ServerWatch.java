package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Note;
import dev.tocsin.stress.PostgresTarget;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stays in touch with the server while the writers write: notes each restart with what tells a crash from a polite stop,
 * and commits that get no answer while this connection does.
 */
final class ServerWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(250);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /** A commit that takes longer while the server answers others is not slow but stuck. */
    private static final Duration WEDGED = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final PostgresTarget target;
    private final String name;
    private final Schema schema;
    private final Writers writers;
    private final Notebook notebook;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread watching;
    private @Nullable Session session;
    private Note.ServerSeen last;
    private Optional<Note.WritesWedged> wedged = Optional.empty();

    ServerWatch(
            Vertx vertx,
            PostgresTarget target,
            String name,
            Schema schema,
            Note.ServerSeen before,
            Writers writers,
            Notebook notebook,
            InstantSource clock) {
        this.vertx = vertx;
        this.target = target;
        this.name = name;
        this.schema = schema;
        this.writers = writers;
        this.notebook = notebook;
        this.clock = clock;
        last = before;
        watching = Thread.ofVirtual().name("ledger-watch").start(this::watch);
    }

    private void watch() {
        try {
            while (!stopping.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    ask();
                    stuck();
                } catch (LedgerException _) {
                    hangUp(); // the writers note that nobody answers; here it is tried again
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            hangUp();
        }
    }

    private void ask() throws LedgerException, InterruptedException {
        var known = session;
        if (known != null) {
            var _ = ServerLook.started(known);
            return;
        }
        var anew = Session.open(vertx, target, name, ANSWER, Duration.ZERO);
        session = anew;
        var seen = ServerLook.look(anew, schema, "restarted");
        if (!seen.postmasterStarted().equals(last.postmasterStarted())
                || seen.canary() != Note.Canary.ALIVE
                || !seen.systemIdentifier().equals(last.systemIdentifier())) {
            notebook.note(seen);
            last = seen;
        }
    }

    private void stuck() {
        var silence = writers.silence();
        var now = clock.instant();
        if (wedged.isPresent()) {
            if (silence.isEmpty() || silence.get().since().isAfter(wedged.get().since())) {
                notebook.note(new Note.WritesWedged(wedged.get().since(), Optional.of(now), 0));
                wedged = Optional.empty();
            }
        } else if (silence.isPresent() && silence.get().since().isBefore(now.minus(WEDGED))) {
            var begun = new Note.WritesWedged(
                    silence.get().since(), Optional.empty(), silence.get().inFlight());
            notebook.note(begun);
            wedged = Optional.of(begun);
        }
    }

    private void hangUp() {
        var known = session;
        if (known != null) {
            known.close();
            session = null;
        }
    }

    /** What was last known of the server. */
    Instant started() {
        return last.postmasterStarted();
    }

    @Override
    public void close() {
        stopping.countDown();
        try {
            watching.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
