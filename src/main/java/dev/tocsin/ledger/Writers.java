package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.ledger.Payload;
import dev.tocsin.domain.scenario.Durability;
import dev.tocsin.stress.PostgresTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * All writers of a ledger, and the one thread that reserves numbers for them and notes what became of them.
 *
 * <p>A number is on disk as reserved before it is sent. So when Tocsin dies, every row it may have sent is known to be
 * possible, and none is taken for an invention: docs/RATIONALE.md, "Numbers are reserved".
 */
final class Writers implements AutoCloseable {
    private static final Duration NOTED_EVERY = Duration.ofMillis(100);

    /** How many numbers are reserved ahead: a second's worth of a fast writer, so that none waits for the disk. */
    private static final long BLOCK = 8192;

    /** Longer than any honest commit takes; after it the answer is not waited for. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private static final Duration STOPPED = Duration.ofSeconds(10);

    private final Notebook notebook;
    private final InstantSource clock;
    private final Tally tally;
    private final List<Writer> writers;
    private final Thread noting;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /**
     * Begins to write at once.
     *
     * @param reservedBefore numbers up to these may have been sent by a process that died, in the order of the writers
     */
    Writers(
            Vertx vertx,
            PostgresTarget target,
            String run,
            Schema schema,
            List<Long> reservedBefore,
            Durability durability,
            Notebook notebook,
            InstantSource clock) {
        this.notebook = notebook;
        this.clock = clock;
        tally = new Tally(durability.writers());
        var session = Ledgers.session(run);
        var payload = new Payload(run);
        var between = durability
                .rate()
                .map(rate -> TimeUnit.SECONDS.toNanos(1) * durability.writers() / rate)
                .orElse(0L);
        writers = IntStream.range(0, durability.writers())
                .mapToObj(number -> new Writer(
                        number,
                        vertx,
                        () -> target.named(session),
                        schema.insert(durability.rows()),
                        durability.rows(),
                        payload,
                        tally,
                        clock,
                        between,
                        reservedBefore.isEmpty() ? 0 : reservedBefore.get(number)))
                .toList();
        reserve();
        writers.forEach(Writer::begin);
        noting = Thread.ofVirtual().name("ledger-notes").start(this::noteAll);
    }

    long acknowledged() {
        return tally.acknowledged();
    }

    /** Whether the last thing that happened was no acknowledgement. */
    boolean troubled() {
        return tally.troubled();
    }

    /** Since when nothing was answered although something is in flight, and how much that is. */
    Optional<Silence> silence() {
        var waiting = writers.stream()
                .flatMap(writer -> writer.waitingSince().stream())
                .toList();
        return waiting.stream()
                .min(Instant::compareTo)
                .map(oldest -> tally.answered().filter(oldest::isBefore).orElse(oldest))
                .map(since -> new Silence(since, waiting.size()));
    }

    /** A time in which nothing was answered. */
    record Silence(Instant since, int inFlight) {}

    /** Throws when what became of the commits could not be noted any more. */
    void check() {
        failure.ifPresent(cause -> {
            throw cause;
        });
    }

    /** Stops, and returns when everything that was sent is noted. */
    void stop() throws InterruptedException {
        var all = Future.join(writers.stream().map(Writer::stop).toList());
        try {
            all.timeout(STOPPED.toMillis(), TimeUnit.MILLISECONDS).await();
        } catch (Exception _) { // Vert.x throws the future's own failure, checked or not
            writers.forEach(writer -> writer.giveUp("no answer until the writers were stopped"));
        }
        stopping.countDown();
        noting.join();
        check();
        tally.drain().ifPresent(notebook::note);
        notebook.note(new Note.WritersStopped(writers.stream().map(Writer::sent).toList()));
    }

    /** Stops without noting anything more. */
    @Override
    public void close() {
        stopping.countDown();
        writers.forEach(writer -> {
            writer.stop().onFailure(_ -> {});
            writer.giveUp("the run was over");
        });
    }

    private void noteAll() {
        try {
            while (!stopping.await(NOTED_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                giveUpOnTheSilent();
                tally.drain().ifPresent(notebook::note);
                if (writers.stream().anyMatch(writer -> writer.reserved() - writer.sent() < BLOCK / 2)) {
                    reserve();
                }
            }
        } catch (InterruptedException | RuntimeException e) {
            failure = Optional.of(new IllegalStateException("commits could not be noted: " + e.getMessage(), e));
            writers.forEach(writer -> writer.stop().onFailure(_ -> {}));
        }
    }

    private void giveUpOnTheSilent() {
        var latest = clock.instant().minus(ANSWER);
        writers.stream()
                .filter(writer -> writer.waitingSince().filter(latest::isAfter).isPresent())
                .forEach(writer -> writer.giveUp("no answer within " + ANSWER.toSeconds() + " s"));
    }

    private void reserve() {
        var upTo = writers.stream().map(writer -> writer.sent() + BLOCK).toList();
        notebook.note(new Note.CommitsReserved(upTo));
        for (var i = 0; i < writers.size(); i++) {
            writers.get(i).reserve(upTo.get(i));
        }
    }
}
