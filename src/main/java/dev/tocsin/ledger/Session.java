package dev.tocsin.ledger;

import dev.tocsin.stress.PostgresTarget;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One connection for one thread. Calls block. */
final class Session implements AutoCloseable {
    private static final Duration CONNECTED = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final int FETCH = 5000;

    private final PgConnection connection;
    private final Duration answer;

    private Session(PgConnection connection, Duration answer) {
        this.connection = connection;
        this.answer = answer;
        connection.exceptionHandler(_ -> {}); // the next call tells
    }

    /**
     * Connects, trying again for as long as the patience lasts.
     *
     * @param answer how long any one answer may take
     */
    static Session open(Vertx vertx, PostgresTarget target, String name, Duration answer, Duration patience)
            throws LedgerException, InterruptedException {
        var deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            var connecting = PgConnection.connect(vertx, target.named(name));
            try {
                return new Session(await(connecting, CONNECTED, "connect to " + target), answer);
            } catch (LedgerException e) {
                connecting.onSuccess(late -> late.close()).onFailure(_ -> {});
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(RETRY); // a server that is away does not say when it will be back
            }
        }
    }

    void run(String sql) throws LedgerException {
        var _ = await(connection.query(sql).execute(), answer, brief(sql));
    }

    List<Row> rows(String sql, Object... arguments) throws LedgerException {
        var rows = new ArrayList<Row>();
        await(connection.preparedQuery(sql).execute(Tuple.from(arguments)), answer, brief(sql))
                .forEach(rows::add);
        return rows;
    }

    Row row(String sql, Object... arguments) throws LedgerException {
        return rows(sql, arguments).getFirst();
    }

    /** Hands every row to the reader without keeping any; inside a transaction. */
    void stream(String sql, Consumer<Row> reader) throws LedgerException {
        var prepared = await(connection.prepare(sql), answer, brief(sql));
        var cursor = prepared.cursor();
        var more = true;
        while (more) {
            await(cursor.read(FETCH), answer, brief(sql)).forEach(reader);
            more = cursor.hasMore();
        }
        var _ = await(cursor.close(), answer, "close a cursor");
        var _ = await(prepared.close(), answer, "close a statement");
    }

    @Override
    public void close() {
        connection.close().onFailure(_ -> {}); // it may be gone already
    }

    private static String brief(String sql) {
        var line = sql.strip().replaceAll("\\s+", " ");
        return line.length() > 120 ? line.substring(0, 120) + "…" : line;
    }

    private static <T> T await(Future<T> future, Duration patience, String what) throws LedgerException {
        try {
            return future.timeout(patience.toMillis(), TimeUnit.MILLISECONDS).await();
        } catch (Exception e) { // Vert.x throws the future's own failure, checked or not
            throw new LedgerException("cannot " + what + ": " + e.getMessage(), e);
        }
    }
}
