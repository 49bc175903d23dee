package dev.tocsin.draft.model;

import dev.tocsin.draft.sql.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** All of a server at one moment that rules look at; made at rest, then changed by the effect of a stimulus. */
final class State {
    /** The clock at the start of the stimulus. Any would do; it must only be later than all that was before. */
    static final double EPOCH = 1_800_000_000.0;

    /** The processes of replication. */
    static final int SENDER = 500;

    static final int RECEIVER = 600;

    private static final double MONTH = 2_592_000;

    /** A backend, or several that are alike. */
    static final class Session {
        int count = 1;
        String database = "";
        String user = "tocsin";
        String application = "";
        String state = "idle";
        String backend = "client backend";
        String waits = "Client";
        OptionalDouble transaction = OptionalDouble.empty();
        double began;
        double query;
        double changed;
        OptionalDouble xmin = OptionalDouble.empty();
        int pid;
    }

    /** Equal locks of one session. */
    record Lock(String database, int pid, String type, String mode, boolean granted, int object, double count) {}

    /** The counters of a database. */
    static final class Counters {
        double commits;
        double rollbacks;
        double deadlocks;
        double blocksRead;
        double blocksHit;
        double returned;
        double fetched;
        double inserted;
        double updated;
        double deleted;
        double tempFiles;
        double tempBytes;
        double conflicts;
        double size = 8e6;
        double xidAge = 1e6;
        double reset = EPOCH - MONTH;
    }

    /** The counters of a database, less what others counted before. */
    void reset(String database, Counters before, double at) {
        var counters = counters(database);
        counters.commits -= before.commits;
        counters.rollbacks -= before.rollbacks;
        counters.deadlocks -= before.deadlocks;
        counters.blocksRead -= before.blocksRead;
        counters.blocksHit -= before.blocksHit;
        counters.reset = at;
    }

    /** A table and its one index. */
    static final class Table {
        String schema = "public";
        String name = "";
        String index = "";
        int oid;
        double live;
        double dead;
        double inserted;
        double updated;
        double deleted;
        double changed;
        double autovacuumed;
        double vacuumed;
        double size = 8192;
        double indexSize = 16384;
        double free = 5;
        double density = 90;
        boolean valid = true;
        double scans;
        double rowsScanned;
        double indexScans;
        double rowsFetched;
        double read;
        double hit;
        double xidAge = 1e6;
    }

    /** A replication slot. */
    record Slot(String name, boolean logical, boolean active, double restart, double xmin) {}

    /** The standby as its primary and as it itself sees it. */
    static final class Standby {
        boolean connected = true;
        boolean recovers = true;
        boolean paused;
        double sent;
        double replayed;
        double replayedAt;
    }

    /** A subscription of ours. */
    record Subscription(String name, boolean enabled, boolean works, double errors) {}

    /** How the exporter fares. */
    static final class Exporter {
        boolean scraped = true;
        boolean connected = true;
        double duration = 0.05;
        final Set<String> missing = new TreeSet<>();
    }

    final World world;
    final double now;
    final Map<String, Counters> counters = new TreeMap<>();
    final List<Session> sessions = new ArrayList<>();
    final List<Lock> locks = new ArrayList<>();
    final List<Table> tables = new ArrayList<>();
    final List<Slot> slots = new ArrayList<>();
    final List<Subscription> subscriptions = new ArrayList<>();
    final Map<String, Double> sequences = new TreeMap<>(Map.of("public.orders_id_seq", 0.01));
    final Map<String, Integer> logged = new TreeMap<>();
    final Exporter exporter = new Exporter();
    final Standby standby = new Standby();
    Settings settings;
    Optional<String> pending = Optional.empty();
    double started = EPOCH - MONTH;
    double booted = EPOCH - 2 * MONTH;
    double wal = 1e10;
    double xid = 5e6;
    double requestedCheckpoints;
    double timedCheckpoints;
    double archived;
    double archiveFailures;
    double archiveWaiting;
    double lastArchived = EPOCH - 60;

    /** Blocks that sessions wrote themselves, because a table grew by them. */
    double extended;

    double lastArchiveFailure = Double.NaN;

    private State(World world, double at) {
        this.world = world;
        now = EPOCH + at;
        settings = world.settings();
        for (var database : world.databases()) {
            counters.put(database, new Counters());
        }
        counters.put(world.database(), new Counters());
        var watched = counters.computeIfAbsent(world.exporterDatabase(), _ -> new Counters());
        var age = now - (EPOCH - MONTH);
        counters.values().forEach(each -> {
            each.commits = 10_000;
            each.blocksHit = 1e7;
            each.blocksRead = 1000;
        });
        watched.commits += 2 * age;
        watched.blocksHit += 200 * age;
        timedCheckpoints = 1000 + Math.floor(at / settings.base("checkpoint_timeout"));
        requestedCheckpoints = 10;
        wal += 100 * age;
        standby.sent = wal;
        standby.replayed = wal;
        standby.replayedAt = now;
        if (world.standby()) {
            slots.add(new Slot("standby", false, true, wal, 0));
        }
        background();
        var exporter = session(world.exporterDatabase(), "postgres_exporter", "active");
        exporter.user = "exporter";
        exporter.query = now;
        exporter.transaction = OptionalDouble.of(now);
        for (var i = 1; i < world.sessions(); i++) {
            session(world.database(), "client", "idle");
        }
        var table = table("public", "orders");
        table.live = 1000;
        table.inserted = 1000;
        table.autovacuumed = EPOCH - 600;
        table.size = 100_000;
        table.hit = 10_000;
        table.indexScans = 1000;
    }

    static State atRest(World world, double at) {
        return new State(world, at);
    }

    private void background() {
        for (var kind : List.of("checkpointer", "background writer", "walwriter", "autovacuum launcher")) {
            var each = session("", "", "");
            each.backend = kind;
            each.user = "";
            each.began = EPOCH - MONTH;
        }
        replicating("walsender", SENDER);
        replicating("walreceiver", RECEIVER);
    }

    private void replicating(String kind, int pid) {
        if (world.standby()) {
            var process = session("", kind, "");
            process.backend = kind;
            process.user = "";
            process.began = EPOCH - MONTH;
            process.pid = pid;
        }
    }

    /** Whatever was written is replicated, but for what holds it up. */
    void settle() {
        if (!standby.connected || standby.paused) {
            return;
        }
        standby.sent = wal;
        standby.replayed = wal;
        slots.replaceAll(slot -> slot.active() ? new Slot(slot.name(), slot.logical(), true, wal, slot.xmin()) : slot);
    }

    Session session(String database, String application, String state) {
        var session = new Session();
        session.database = database;
        session.application = application;
        session.state = state;
        session.query = now;
        session.began = now;
        session.changed = now;
        session.pid = 1000 + sessions.size();
        sessions.add(session);
        return session;
    }

    Table table(String schema, String name) {
        var table = new Table();
        table.schema = schema;
        table.name = name;
        table.index = name + "_pkey";
        table.oid = 20_000 + 10 * tables.size();
        tables.add(table);
        return table;
    }

    Counters ours() {
        return counters(world.database());
    }

    Counters counters(String database) {
        return counters.computeIfAbsent(database, _ -> new Counters());
    }

    static Value optional(OptionalDouble number) {
        return number.isPresent() ? Value.of(number.getAsDouble()) : Value.NULL;
    }
}
