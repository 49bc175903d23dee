package dev.tocsin.draft.model;

import dev.tocsin.draft.sql.Row;
import dev.tocsin.draft.sql.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The views of sessions, locks and databases. */
final class ActivityViews {
    private ActivityViews() {}

    static Optional<List<Row>> of(State state, String name) {
        return switch (name) {
            case "pg_stat_activity" ->
                Optional.of(state.sessions.stream()
                        .map(session -> session(state, session))
                        .toList());
            case "pg_locks" ->
                Optional.of(state.locks.stream().map(lock -> lock(state, lock)).toList());
            case "pg_database" -> Optional.of(databases(state));
            case "pg_stat_database" -> Optional.of(statistics(state));
            case "pg_stat_database_conflicts" ->
                Optional.of(statistics(state).stream()
                        .map(row -> row.with(Row.of(
                                "confl_tablespace", 0,
                                "confl_lock", 0,
                                "confl_snapshot", 0,
                                "confl_bufferpin", 0,
                                "confl_deadlock", 0)))
                        .toList());
            default -> Optional.empty();
        };
    }

    static int oid(State state, String database) {
        return 16_384 + List.copyOf(state.counters.keySet()).indexOf(database);
    }

    private static Row session(State state, State.Session session) {
        var client = session.backend.equals("client backend");
        var waits = session.state.equals("active") && session.application.equals("postgres_exporter")
                ? Value.NULL
                : Value.of(session.waits);
        return Row.of(
                        "datid",
                        client ? Value.of(oid(state, session.database)) : Value.NULL,
                        "datname",
                        client ? Value.of(session.database) : Value.NULL,
                        "pid",
                        session.pid,
                        "leader_pid",
                        Value.NULL,
                        "usesysid",
                        client ? Value.of(10) : Value.NULL,
                        "usename",
                        client ? Value.of(session.user) : Value.NULL,
                        "application_name",
                        session.application,
                        "client_addr",
                        client ? Value.of("10.0.0.1") : Value.NULL,
                        "client_hostname",
                        Value.NULL,
                        "client_port",
                        50_000,
                        "backend_start",
                        session.began,
                        "xact_start",
                        State.optional(session.transaction),
                        "query_start",
                        session.query,
                        "state_change",
                        session.changed,
                        "wait_event_type",
                        waits,
                        "wait_event",
                        waits.isNull() ? waits : Value.of(session.waits.equals("Lock") ? "tuple" : "ClientRead"),
                        "state",
                        client ? Value.of(session.state) : Value.NULL,
                        "backend_xid",
                        Value.NULL,
                        "backend_xmin",
                        State.optional(session.xmin),
                        "query",
                        "SELECT",
                        "query_id",
                        1,
                        "backend_type",
                        session.backend)
                .times(session.count);
    }

    private static Row lock(State state, State.Lock lock) {
        return Row.of(
                        "locktype", lock.type(),
                        "database", lock.database().isEmpty() ? Value.NULL : Value.of(oid(state, lock.database())),
                        "relation",
                                lock.type().equals("relation") || lock.type().equals("tuple")
                                        ? Value.of(20_000)
                                        : Value.NULL,
                        "page", lock.type().equals("tuple") ? Value.of(0) : Value.NULL,
                        "tuple", lock.type().equals("tuple") ? Value.of(1) : Value.NULL,
                        "virtualxid", Value.NULL,
                        "transactionid", lock.type().equals("transactionid") ? Value.of(lock.object()) : Value.NULL,
                        "classid", lock.type().equals("advisory") ? Value.of(0) : Value.NULL,
                        "objid", lock.type().equals("advisory") ? Value.of(lock.object()) : Value.NULL,
                        "objsubid", lock.type().equals("advisory") ? Value.of(1) : Value.NULL,
                        "virtualtransaction", "3/" + lock.pid(),
                        "pid", lock.pid(),
                        "mode", lock.mode(),
                        "granted", lock.granted(),
                        "fastpath", false,
                        "waitstart", lock.granted() ? Value.NULL : Value.of(State.EPOCH))
                .times(lock.count());
    }

    private static List<Row> databases(State state) {
        var rows = new ArrayList<Row>();
        state.counters.forEach((name, counters) -> rows.add(database(state, name, counters, false)));
        rows.add(database(state, "template1", new State.Counters(), true));
        return rows;
    }

    private static Row database(State state, String name, State.Counters counters, boolean template) {
        return Row.of(
                "oid",
                template ? Value.of(1) : Value.of(oid(state, name)),
                "datname",
                name,
                "datdba",
                10,
                "encoding",
                6,
                "datistemplate",
                template,
                "datallowconn",
                true,
                "datconnlimit",
                -1,
                "datfrozenxid",
                state.xid - counters.xidAge,
                "datminmxid",
                state.xid - 1000,
                "dattablespace",
                1663);
    }

    private static List<Row> statistics(State state) {
        var rows = new ArrayList<Row>();
        state.counters.forEach((name, each) -> rows.add(Row.of(
                "datid",
                oid(state, name),
                "datname",
                name,
                "numbackends",
                state.sessions.stream()
                        .filter(session -> session.database.equals(name))
                        .mapToInt(session -> session.count)
                        .sum(),
                "xact_commit",
                each.commits,
                "xact_rollback",
                each.rollbacks,
                "blks_read",
                each.blocksRead,
                "blks_hit",
                each.blocksHit,
                "tup_returned",
                each.returned + each.blocksHit,
                "tup_fetched",
                each.fetched,
                "tup_inserted",
                each.inserted,
                "tup_updated",
                each.updated,
                "tup_deleted",
                each.deleted,
                "conflicts",
                each.conflicts,
                "temp_files",
                each.tempFiles,
                "temp_bytes",
                each.tempBytes,
                "deadlocks",
                each.deadlocks,
                "checksum_failures",
                0,
                "checksum_last_failure",
                Value.NULL,
                "blk_read_time",
                each.blocksRead / 100,
                "blk_write_time",
                0,
                "session_time",
                0,
                "active_time",
                0,
                "idle_in_transaction_time",
                0,
                "sessions",
                1,
                "sessions_abandoned",
                0,
                "sessions_fatal",
                0,
                "sessions_killed",
                0,
                "stats_reset",
                each.reset)));
        return rows;
    }

    static Value sizeOf(State state, Value database) {
        for (var each : state.counters.entrySet()) {
            if (each.getKey().equals(database.label().toLowerCase(Locale.ROOT))
                    || Value.of(oid(state, each.getKey())).equals(database)) {
                return Value.of(each.getValue().size);
            }
        }
        return Value.of(8e6);
    }
}
