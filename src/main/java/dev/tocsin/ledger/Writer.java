package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Payload;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commits one transaction after another on a connection of its own, each with the next number. A number is sent once:
 * whatever became of it, the writer goes on with the next.
 */
final class Writer {
    private static final Duration CONNECTED = Duration.ofSeconds(5);
    private static final long SHORTEST_PAUSE = 20;
    private static final long LONGEST_PAUSE = 250;

    private final int number;
    private final Vertx vertx;
    private final Supplier<PgConnectOptions> options;
    private final String insert;
    private final int rows;
    private final Payload payload;
    private final Tally tally;
    private final InstantSource clock;
    private final long nanosBetween;
    private final Promise<Void> finished = Promise.promise();
    private long pause = SHORTEST_PAUSE;
    private long due;
    private volatile long reserved;
    private volatile long sent;
    private volatile boolean stopping;
    private volatile @Nullable Attempt attempt;

    /** One number in flight; whoever concludes it first decides what became of it. */
    private record Attempt(long n, Instant since, AtomicBoolean concluded) {}

    /** A connection on which commits can be sent. */
    private record Line(PgConnection connection, PreparedQuery<RowSet<Row>> insert) {}

    /**
     * A writer that has not begun.
     *
     * @param nanosBetween from one commit to the next at the least
     * @param sentBefore it goes on with the number after this
     */
    Writer(
            int number,
            Vertx vertx,
            Supplier<PgConnectOptions> options,
            String insert,
            int rows,
            Payload payload,
            Tally tally,
            InstantSource clock,
            long nanosBetween,
            long sentBefore) {
        this.number = number;
        this.vertx = vertx;
        this.options = options;
        this.insert = insert;
        this.rows = rows;
        this.payload = payload;
        this.tally = tally;
        this.clock = clock;
        this.nanosBetween = nanosBetween;
        sent = sentBefore;
        reserved = sentBefore;
    }

    void begin() {
        due = System.nanoTime();
        connect();
    }

    /** Numbers up to this may be sent: that is on disk. */
    void reserve(long upTo) {
        reserved = upTo;
    }

    long reserved() {
        return reserved;
    }

    long sent() {
        return sent;
    }

    /** Since when the number in flight waits for its answer. */
    Optional<Instant> waitingSince() {
        return Optional.ofNullable(attempt).map(Attempt::since);
    }

    /** Completes when nothing is in flight any more and nothing will be. */
    Future<Void> stop() {
        stopping = true;
        return finished.future();
    }

    /** Waits no longer for an answer: the number may or may not be there. Its connection is left to its fate. */
    void giveUp(String why) {
        var waiting = attempt;
        if (waiting != null && waiting.concluded().compareAndSet(false, true)) {
            tally.indeterminate(number, waiting.n(), why, clock.instant());
            attempt = null;
            connect();
        }
    }

    private void connect() {
        if (stopping) {
            finished.tryComplete();
            return;
        }
        var connecting = PgConnection.connect(vertx, options.get());
        connecting
                .timeout(CONNECTED.toMillis(), TimeUnit.MILLISECONDS)
                .compose(this::ready)
                .onComplete(
                        line -> {
                            pause = SHORTEST_PAUSE;
                            next(line);
                        },
                        refused -> {
                            connecting.onSuccess(late -> late.close()).onFailure(_ -> {});
                            tally.refused(String.valueOf(refused.getMessage()), clock.instant());
                            vertx.setTimer(pause, _ -> connect());
                            pause = Math.min(2 * pause, LONGEST_PAUSE);
                        });
    }

    private Future<Line> ready(PgConnection connection) {
        connection.exceptionHandler(_ -> {}); // the commit in flight tells
        return connection
                .prepare(insert)
                .timeout(CONNECTED.toMillis(), TimeUnit.MILLISECONDS)
                .map(statement -> new Line(connection, statement.query()));
    }

    private void next(Line line) {
        if (stopping) {
            line.connection().close().onFailure(_ -> {});
            finished.tryComplete();
            return;
        }
        var now = System.nanoTime();
        if (sent >= reserved || due > now) {
            vertx.setTimer(Math.clamp((due - now) / 1_000_000, 1, LONGEST_PAUSE), _ -> next(line));
            return;
        }
        // What an outage delayed is not made up for: a burst afterwards would be another load than was asked for.
        due = nanosBetween == 0 ? now : Math.max(due + nanosBetween, now - TimeUnit.SECONDS.toNanos(1));
        var n = sent + 1;
        sent = n;
        var sending = new Attempt(n, clock.instant(), new AtomicBoolean());
        attempt = sending;
        line.insert().execute(values(n)).onComplete(answer -> {
            if (sending.concluded().compareAndSet(false, true)) {
                attempt = null;
                if (answer.succeeded()) {
                    tally.acknowledged(
                            number, n, answer.result().iterator().next().getString(0), clock.instant());
                    next(line);
                } else {
                    failed(line, n, answer.cause());
                }
            }
        });
    }

    private void failed(Line line, long n, Throwable cause) {
        var at = clock.instant();
        if (cause instanceof PgException refused && saysNo(refused)) {
            tally.rejected(number, n, refused.getSqlState(), String.valueOf(refused.getErrorMessage()), at);
            vertx.setTimer(pause, _ -> next(line)); // a server that says no to all is not asked thousands of times
        } else {
            tally.indeterminate(number, n, String.valueOf(cause.getMessage()), at);
            line.connection().close().onFailure(_ -> {});
            connect();
        }
    }

    /**
     * Whether the transaction was surely not committed. Classes 57P0x (shutdown), 08 (connection) and XX (internal) may
     * come after the commit record was written, and so may anything that ends the session.
     */
    private static boolean saysNo(PgException refused) {
        var state = String.valueOf(refused.getSqlState());
        return "ERROR".equals(refused.getSeverity())
                && !state.startsWith("57P")
                && !state.startsWith("08")
                && !state.startsWith("XX");
    }

    private Tuple values(long n) {
        var values = Tuple.of(number, n);
        for (var part = 0; part < rows; part++) {
            values.addString(payload.of(number, n, part));
        }
        return values;
    }
}
