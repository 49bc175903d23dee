package dev.tocsin.stress;

import dev.tocsin.domain.run.Leftover;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/** Where a recipe works: a control session, sessions of its own, loads that go on, a schema that is only its. */
final class Workplace implements AutoCloseable {
    /** For an effect that is not seen by then nobody waits any longer. */
    static final Duration EFFECT = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(100);

    private final Vertx vertx;
    private final PostgresTarget target;
    private final Surroundings around;
    private final String name;
    private final Duration bound;
    private final Sql control;
    private final Server.Limits limits;
    private final List<Sql> sessions = new ArrayList<>();
    private final List<Load> loads = new ArrayList<>();

    /** @param name of every session of the stimulus but the control one */
    Workplace(
            Vertx vertx,
            PostgresTarget target,
            Surroundings around,
            String name,
            Duration bound,
            Sql control,
            Server.Limits limits) {
        this.vertx = vertx;
        this.target = target;
        this.around = around;
        this.name = name;
        this.bound = bound;
        this.control = control;
        this.limits = limits;
    }

    /** The session that measures and takes back; it is no part of the stimulus. */
    Sql control() {
        return control;
    }

    Server.Limits limits() {
        return limits;
    }

    Surroundings around() {
        return around;
    }

    /** By then the stimulus must be over. */
    Duration bound() {
        return bound;
    }

    /** A name that nothing else in the server has; the stimulus' schema, slot and the like are called so. */
    String unique() {
        return name.replaceAll("[^a-zA-Z0-9]+", "_");
    }

    /** A key for advisory locks that nobody else is likely to use, and a few after it. */
    int key() {
        return name.hashCode() & 0x7fff_ff00;
    }

    /** The database of the target. */
    String database() {
        return target.database();
    }

    /** SQL that counts the sessions of the stimulus, to be narrowed with AND. */
    String ours() {
        return "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND application_name = "
                + Sql.literal(name);
    }

    /** The stress role. */
    String role() {
        return target.user();
    }

    /** How a server connects to itself as the stress role. */
    String conninfo(String host, int port) {
        return target.conninfo(host, port);
    }

    /** Opens a session of the stimulus, which the release ends. */
    Sql session() throws StressException {
        return session(target);
    }

    /** Opens a session of the stimulus in another database of the same server. */
    Sql sessionIn(String database) throws StressException {
        return session(target.in(database));
    }

    private Sql session(PostgresTarget where) throws StressException {
        var session = Sql.open(vertx, where.session(name, limits.version(), bound));
        sessions.add(session);
        return session;
    }

    /** A session on the standby, to be closed by whoever asked for it. */
    Sql standby() throws StressException {
        return Sql.open(
                vertx,
                around.standby()
                        .orElseThrow(() -> new StressException("the target names no standby; set standby on it"))
                        .named(name));
    }

    /** Ends a session before the release: the server tells at once what it counted. */
    void close(Sql session) {
        sessions.remove(session);
        session.close();
    }

    /**
     * Makes the schema that holds everything of the stimulus; it belongs to {@link #leftSchema}. Who monitors may read
     * what is made in it: a server keeps the value of a sequence and the widths of columns from who may not.
     */
    void createSchema() throws StressException {
        var schema = Sql.quoted(unique());
        control.run("CREATE SCHEMA " + schema);
        for (var reader : control.rows(
                "SELECT rolname FROM pg_roles WHERE rolname = 'pg_monitor' OR rolname = $1",
                around.exporterRole().orElse(""))) {
            var role = Sql.quoted(reader.getString(0));
            control.run("GRANT USAGE ON SCHEMA " + schema + " TO " + role + "; ALTER DEFAULT PRIVILEGES IN SCHEMA "
                    + schema + " GRANT SELECT ON TABLES TO " + role + "; ALTER DEFAULT PRIVILEGES IN SCHEMA " + schema
                    + " GRANT SELECT ON SEQUENCES TO " + role);
        }
    }

    /** A relation in the stimulus' schema. */
    String table(String relation) {
        return Sql.quoted(unique()) + "." + Sql.quoted(relation);
    }

    /** What takes the stimulus' schema back. */
    Leftover leftSchema() {
        return new Leftover.Schema(unique());
    }

    /**
     * Starts what goes on until the release.
     *
     * @param perSecond steps a second, all sessions together
     */
    Load load(int sessions, int perSecond, Load.Step step) throws StressException {
        var own = new ArrayList<Sql>();
        for (var i = 0; i < sessions; i++) {
            own.add(session());
        }
        return load(own, perSecond, step);
    }

    /** Starts one session that does the same every so often until the release. */
    Load repeat(Duration every, Load.Step step) throws StressException {
        var load = Load.every(List.of(session()), every, step);
        loads.add(load);
        return load;
    }

    /** The same from sessions that are open already. */
    Load load(List<Sql> own, int perSecond, Load.Step step) {
        var load = Load.start(own, perSecond, step);
        loads.add(load);
        return load;
    }

    /**
     * Asks the server until a number is as wanted: what a load does shows in its statistics only after a while.
     *
     * @return that number, or the last one seen when the run was told to stop
     */
    long await(Progress progress, String sql, LongPredicate wanted) throws StressException, InterruptedException {
        return await(progress, control, sql, wanted);
    }

    /** The same in another session, as on the standby. */
    long await(Progress progress, Sql asked, String sql, LongPredicate wanted)
            throws StressException, InterruptedException {
        var deadline = System.nanoTime() + EFFECT.toNanos();
        while (true) {
            var seen = asked.number(sql);
            if (wanted.test(seen) || progress.stopped()) {
                return seen;
            }
            var broken = brokenLoad();
            if (broken.isPresent()) {
                throw new StressException(broken.get());
            }
            if (System.nanoTime() > deadline) {
                throw new StressException(
                        "no effect was seen within " + EFFECT.toSeconds() + " s: " + sql + " gave " + seen);
            }
            Thread.sleep(POLL);
        }
    }

    /** Why a load that was to go on has ended by itself. */
    Optional<String> brokenLoad() {
        return loads.stream().flatMap(load -> load.failure().stream()).findFirst();
    }

    /** Ends the loads and closes the sessions of the stimulus; returns how many there were. */
    int closeSessions() throws InterruptedException {
        for (var load : loads) {
            load.stop();
        }
        sessions.forEach(Sql::cancel);
        sessions.forEach(Sql::close);
        var count = sessions.size();
        loads.clear();
        sessions.clear();
        return count;
    }

    @Override
    public void close() {
        control.close();
    }
}
