package dev.tocsin.stress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One session of a stimulus, for one thread at a time. Calls block. */
final class Sql implements AutoCloseable {
    /** By a timeout, or because somebody asked for it. */
    static final String CANCELLED = "57014";

    /** A statement that does much is given the time by whoever runs it. */
    static final Duration ANSWER = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(100);

    private final PgConnection connection;

    private Sql(PgConnection connection) {
        this.connection = connection;
        connection.exceptionHandler(_ -> {}); // the next call tells
    }

    static Sql open(Vertx vertx, PgConnectOptions options) throws StressException {
        var connecting = PgConnection.connect(vertx, options);
        try {
            return new Sql(await(connecting, ANSWER, "connect to " + options.getHost() + ":" + options.getPort()));
        } catch (StressException e) {
            connecting.onSuccess(late -> late.close()).onFailure(_ -> {});
            throw e;
        }
    }

    /** Runs one or several statements. */
    void run(String sql) throws StressException {
        run(sql, ANSWER);
    }

    /** Runs statements that the server may end with an error of this SQLSTATE; tells whether it did. */
    boolean endsWith(String sqlState, String sql, Duration patience) throws StressException {
        try {
            run(sql, patience);
            return false;
        } catch (StressException e) {
            if (endedWith(sqlState, e.getCause())) {
                return true;
            }
            throw e;
        }
    }

    static boolean endedWith(String sqlState, @Nullable Throwable failure) {
        return failure instanceof PgException refusal && sqlState.equals(refusal.getSqlState());
    }

    void run(String sql, Duration patience) throws StressException {
        var _ = await(connection.query(sql).execute(), patience, brief(sql));
    }

    /**
     * Runs a statement that holds a secret.
     *
     * @param called what is said of it should it fail, for that goes into the evidence
     */
    void runHidden(String sql, String called) throws StressException {
        var _ = await(connection.query(sql).execute(), ANSWER, called);
    }

    /** Sends statements whose answer is not waited for, as one that is to block. */
    Future<Void> send(String sql) {
        return connection.query(sql).execute().mapEmpty();
    }

    List<Row> rows(String sql, Object... arguments) throws StressException {
        var rows = new ArrayList<Row>();
        await(connection.preparedQuery(sql).execute(Tuple.from(arguments)), ANSWER, brief(sql))
                .forEach(rows::add);
        return rows;
    }

    /** The one value of the one row, a whole number. */
    long number(String sql, Object... arguments) throws StressException {
        return rows(sql, arguments).getFirst().getLong(0);
    }

    /** The one value of the one row. */
    boolean truth(String sql, Object... arguments) throws StressException {
        return rows(sql, arguments).getFirst().getBoolean(0);
    }

    /** Ends the statement that runs, if one does. */
    void cancel() {
        connection.cancelRequest().onFailure(_ -> {}); // whoever does not end is terminated
    }

    /** Asks until the answer is true, for as long as the patience lasts. */
    void until(String sql, Duration patience, String otherwise) throws StressException, InterruptedException {
        var deadline = System.nanoTime() + patience.toNanos();
        while (!truth(sql)) {
            if (System.nanoTime() > deadline) {
                throw new StressException(otherwise);
            }
            Thread.sleep(POLL);
        }
    }

    @Override
    public void close() {
        connection.close().onFailure(_ -> {}); // it may be gone already
    }

    /** A name or a text in a statement that takes no parameters. */
    static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String brief(String sql) {
        var line = sql.strip().replaceAll("\\s+", " ");
        return line.length() > 120 ? line.substring(0, 120) + "…" : line;
    }

    private static <T> T await(Future<T> future, Duration patience, String what) throws StressException {
        try {
            return future.timeout(patience.toMillis(), TimeUnit.MILLISECONDS).await();
        } catch (Exception e) { // Vert.x throws the future's own failure, checked or not
            throw new StressException("cannot " + what + ": " + e.getMessage(), e);
        }
    }
}
