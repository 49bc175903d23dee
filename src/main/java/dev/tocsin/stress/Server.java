package dev.tocsin.stress;

import dev.tocsin.domain.doctor.TargetSeen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;

/** The control connection: it is open before the stress begins, counts, and takes back. Calls block. */
final class Server implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofMillis(500);

    private static final String LIMITS = """
            SELECT current_setting('max_connections')::int,
                   current_setting('superuser_reserved_connections')::int
                       + coalesce(current_setting('reserved_connections', true), '0')::int,
                   current_setting('server_version_num')::int
            """;
    private static final String SELF = """
            SELECT current_setting('server_version'),
                   current_setting('is_superuser') = 'on',
                   (SELECT rolconnlimit FROM pg_roles WHERE rolname = session_user),
                   (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl)
            """;
    // pg_stat_database counts everybody's sessions without any right; pg_stat_activity hides others' from us.
    private static final String TAKEN = "SELECT sum(numbackends)::int FROM pg_stat_database";
    private static final String OURS =
            "SELECT count(*)::int FROM pg_stat_activity WHERE application_name = $1 AND usename = current_user";
    private static final String ASLEEP = OURS + " AND state = 'active' AND wait_event = 'PgSleep'";
    private static final String TERMINATE = "SELECT count(pg_terminate_backend(pid))::int FROM pg_stat_activity"
            + " WHERE application_name = $1 AND usename = current_user AND pid <> pg_backend_pid()";

    /** What the server allows. {@code reserved} slots are kept back for superusers and the like. */
    record Limits(int maxConnections, int reserved, int version) {}

    /** What is made with a control connection, and keeps it. */
    interface Preparation<T> {
        T with(Server control) throws StressException, InterruptedException;
    }

    private final PgConnection connection;

    private Server(PgConnection connection) {
        this.connection = connection;
        connection.exceptionHandler(_ -> {}); // the next call tells
    }

    /** Connects, trying again for as long as the server may be on its way back. */
    static Server connect(Vertx vertx, PostgresTarget target, Duration patience)
            throws StressException, InterruptedException {
        var deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return new Server(await(PgConnection.connect(vertx, target.control()), "connect to " + target));
            } catch (StressException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(RETRY); // a server that is away does not say when it will be back
            }
        }
    }

    /** Opens a control connection for what is made with it, and closes it again when that fails. */
    static <T> T prepare(Vertx vertx, PostgresTarget target, Preparation<T> preparation)
            throws StressException, InterruptedException {
        var control = connect(vertx, target, Duration.ZERO);
        try {
            return preparation.with(control);
        } catch (StressException e) {
            control.close();
            throw e;
        }
    }

    Limits limits() throws StressException {
        var row = await(connection.query(LIMITS).execute(), "read the server's limits")
                .iterator()
                .next();
        return new Limits(row.getInteger(0), row.getInteger(1), row.getInteger(2));
    }

    /** How many connections are taken, by anybody. */
    int taken() throws StressException {
        return await(connection.query(TAKEN).execute(), "count connections")
                .iterator()
                .next()
                .getInteger(0);
    }

    /** What it says of itself, and of the role that asks. */
    TargetSeen.ServerSeen self() throws StressException {
        var limits = limits();
        var row = await(connection.query(SELF).execute(), "ask what the role is")
                .iterator()
                .next();
        return new TargetSeen.ServerSeen(
                row.getString(0),
                limits.version(),
                row.getBoolean(1),
                limits.maxConnections(),
                limits.reserved(),
                taken(),
                row.getInteger(2),
                Optional.ofNullable(row.getString(3)));
    }

    int sessionsOf(String applicationName) throws StressException {
        return count(OURS, applicationName);
    }

    int asleep(String applicationName) throws StressException {
        return count(ASLEEP, applicationName);
    }

    /** Ends every session of that name that our role holds; returns how many there were. */
    int terminate(String applicationName) throws StressException {
        return count(TERMINATE, applicationName);
    }

    private int count(String sql, String applicationName) throws StressException {
        return await(connection.preparedQuery(sql).execute(Tuple.of(applicationName)), "count sessions")
                .iterator()
                .next()
                .getInteger(0);
    }

    @Override
    public void close() {
        connection.close().onFailure(_ -> {}); // it may be gone already
    }

    static <T> T await(Future<T> future, String what) throws StressException {
        try {
            return future.timeout(ANSWER.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                    .await();
        } catch (RuntimeException e) {
            throw new StressException("cannot " + what + ": " + e.getMessage(), e);
        } catch (Exception e) { // Vert.x throws the future's own failure, checked or not
            throw new StressException("cannot " + what + ": " + e.getMessage(), e);
        }
    }
}
