package dev.tocsin.draft.model;

import dev.tocsin.domain.scenario.MonitoringStimulus;
import dev.tocsin.domain.scenario.ServerStimulus;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.draft.sql.Catalog;
import dev.tocsin.draft.sql.Row;
import dev.tocsin.draft.sql.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A modelled PostgreSQL at one moment, as the exporter's queries see it. */
public final class Server implements Catalog {
    /** Views of which this server has no rows: nothing of the kind goes on. */
    private static final Set<String> EMPTY = Set.of(
            "pg_prepared_xacts",
            "pg_stat_progress_vacuum",
            "pg_stat_progress_basebackup",
            "pg_stat_progress_create_index",
            "pg_stat_progress_analyze",
            "pg_stat_progress_cluster",
            "pg_stat_progress_copy",
            "pg_publication",
            "pg_stat_user_functions");

    /** Which of the two servers. */
    public enum Role {
        PRIMARY,
        STANDBY
    }

    /**
     * What is done meanwhile.
     *
     * @param background goes on before, and is what a lull takes away
     */
    public record Stress(Optional<Stimulus> stimulus, Optional<Stimulus> background) {
        public static final Stress NONE = new Stress(Optional.empty(), Optional.empty());

        public static Stress of(Stimulus stimulus) {
            return new Stress(Optional.of(stimulus), Optional.empty());
        }
    }

    /** Long enough before the stimulus that what the background counts has a past. */
    private static final double BACKGROUND = 1e6;

    /** The clock at the start of a stimulus. */
    public static final double EPOCH = State.EPOCH;

    private final State state;
    private final Role role;
    private final Map<String, Optional<List<Row>>> asked = new HashMap<>();

    private Server(State state, Role role) {
        this.state = state;
        this.role = role;
    }

    public static Server at(World world, Stress stress, Course course, Role role) {
        return role == Role.PRIMARY ? primary(world, stress, course) : standby(world, stress, course);
    }

    /** It has clients of its own, and none of what is done to the primary but what replication brings. */
    private static Server standby(World world, Stress stress, Course course) {
        var state = State.atRest(world.alone(), course.at());
        stress.stimulus()
                .filter(stimulus ->
                        stimulus instanceof ServerStimulus || stimulus instanceof MonitoringStimulus.ExporterLockout)
                .ifPresent(stimulus -> Effects.apply(stimulus, state, course));
        state.settle();
        return new Server(state, Role.STANDBY);
    }

    private static Server primary(World world, Stress stress, Course course) {
        var state = State.atRest(world, course.at());
        stress.background().ifPresent(load -> {
            if (!course.active()) {
                Effects.apply(
                        load, state, new Course(BACKGROUND + course.at() - course.elapsed(), Double.POSITIVE_INFINITY));
            } else {
                Effects.apply(load, state, new Course(BACKGROUND + course.at(), BACKGROUND));
            }
        });
        stress.stimulus().ifPresent(stimulus -> Effects.apply(stimulus, state, course));
        state.settle();
        return new Server(state, Role.PRIMARY);
    }

    /** Whether the exporter can be asked, and can ask the server. */
    public boolean scraped() {
        return state.exporter.scraped;
    }

    public boolean connected() {
        return state.exporter.connected;
    }

    /** Whether a query of the exporter reads what is not there now. */
    public boolean fails() {
        return !state.exporter.missing.isEmpty();
    }

    /** When the machine started. */
    public double booted() {
        return state.booted;
    }

    public double scrapeDuration() {
        return state.exporter.duration;
    }

    boolean recovers() {
        return role == Role.STANDBY && state.standby.recovers;
    }

    public Settings settings() {
        return state.settings;
    }

    @Override
    public double now() {
        return state.now;
    }

    @Override
    public Optional<List<Row>> relation(String name) {
        return asked.computeIfAbsent(name, this::find);
    }

    /** How many values the relations hold that were asked for. */
    public int held() {
        return asked.values().stream()
                .flatMap(Optional::stream)
                .flatMap(List::stream)
                .mapToInt(row -> row.columns().size())
                .sum();
    }

    private Optional<List<Row>> find(String name) {
        if (state.exporter.missing.contains(name)) {
            return Optional.empty();
        }
        if (EMPTY.contains(name)) {
            return Optional.of(List.of());
        }
        if (state.world.canary().filter(name::equals).isPresent()) {
            return Optional.of(List.of(Row.of("delay", state.exporter.duration - 0.05, "v", 1, "i", 1)));
        }
        return ActivityViews.of(state, name)
                .or(() -> TableViews.of(state, name))
                .or(() -> ReplicationViews.of(state, role, name))
                .or(() -> ServerViews.of(state, name));
    }

    @Override
    public Optional<List<Row>> rowsOf(String function, List<Value> arguments) {
        return switch (function) {
            case "pgstattuple", "pgstattuple_approx" -> Optional.of(TableViews.space(state, arguments.getFirst()));
            case "pgstatindex" -> Optional.of(TableViews.density(state, arguments.getFirst()));
            case "pg_ls_archive_statusdir" ->
                Optional.of(List.of(
                        Row.of("name", "0001.ready", "size", 0).times(state.archiveWaiting),
                        Row.of("name", "0000.done", "size", 0).times(3)));
            case "pg_ls_waldir" -> Optional.of(List.of(walFile().times(Math.max(5, kept() / 16_777_216))));
            case "pg_ls_tmpdir", "pg_ls_logdir" -> Optional.of(List.of());
            case "pg_control_checkpoint" ->
                Optional.of(List.of(Row.of("checkpoint_time", state.now - 30, "checkpoint_lsn", state.wal)));
            case "pg_stat_get_activity" -> relation("pg_stat_activity");
            case "pg_stat_get_wal_senders" -> relation("pg_stat_replication");
            default -> Optional.empty();
        };
    }

    private Row walFile() {
        return Row.of("name", "000000010000000000000001", "size", 16_777_216, "modification", state.now - 10);
    }

    /** WAL that has to be kept. */
    private double kept() {
        return state.slots.stream()
                .mapToDouble(slot -> state.wal - slot.restart())
                .max()
                .orElse(0);
    }

    @Override
    public Optional<Value> function(String name, List<Value> arguments) {
        return Optional.ofNullable(arguments.isEmpty() ? plain(name) : of(name, arguments));
    }

    private @org.jspecify.annotations.Nullable Value plain(String name) {
        return switch (name) {
            case "now", "clock_timestamp", "statement_timestamp", "transaction_timestamp" -> Value.of(state.now);
            case "current_database" -> Value.of(state.world.exporterDatabase());
            case "current_user", "session_user", "user" -> Value.of("exporter");
            case "version" -> Value.of("PostgreSQL 15");
            case "pg_backend_pid" -> Value.of(1);
            case "pg_postmaster_start_time" -> Value.of(state.started);
            case "pg_conf_load_time" -> Value.of(state.started);
            case "pg_is_in_recovery" -> Value.of(recovers());
            case "pg_is_wal_replay_paused", "pg_is_in_backup" -> Value.of(false);
            case "pg_current_wal_lsn", "pg_current_wal_insert_lsn", "pg_current_wal_flush_lsn" ->
                recovers() ? Value.NULL : Value.of(state.wal);
            case "pg_last_wal_receive_lsn" -> recovers() ? Value.of(state.standby.sent) : Value.NULL;
            case "pg_last_wal_replay_lsn" -> recovers() ? Value.of(state.standby.replayed) : Value.NULL;
            case "pg_last_xact_replay_timestamp" -> recovers() ? Value.of(state.standby.replayedAt) : Value.NULL;
            case "txid_current", "pg_current_xact_id", "pg_current_snapshot", "txid_current_snapshot" ->
                Value.of(state.xid);
            case "pg_current_logfile" -> Value.of("log/postgresql.log");
            case "inet_server_addr" -> Value.of("127.0.0.1");
            case "inet_server_port" -> Value.of(5432);
            default -> null;
        };
    }

    private @org.jspecify.annotations.Nullable Value of(String name, List<Value> arguments) {
        var first = arguments.getFirst();
        return switch (name) {
            case "age", "mxid_age" ->
                first.isNull() ? first : Value.of((first.number() > 1e9 ? state.now : state.xid) - first.number());
            case "txid_snapshot_xmax", "pg_snapshot_xmax", "txid_snapshot_xmin", "pg_snapshot_xmin" -> first;
            case "current_setting" -> setting(first.label());
            case "pg_read_file" -> Value.of(log());
            case "pg_database_size" -> ActivityViews.sizeOf(state, first);
            case "pg_relation_size", "pg_total_relation_size", "pg_table_size", "pg_indexes_size" ->
                TableViews.sizeOf(state, name, first);
            case "pg_size_bytes" -> Value.of(SettingValues.inUnit(first.label().replace(" ", ""), "B"));
            case "pg_tablespace_size" ->
                Value.of(state.counters.values().stream()
                        .mapToDouble(each -> each.size)
                        .sum());
            case "has_database_privilege", "pg_has_role", "has_table_privilege", "has_sequence_privilege" ->
                Value.of(true);
            case "pg_get_indexdef", "pg_get_userbyid", "obj_description", "pg_walfile_name" -> Value.of(first.label());
            default -> null;
        };
    }

    private Value setting(String name) {
        var known = state.settings.all().get(name);
        return known == null ? Value.NULL : Value.of(known.value());
    }

    private String log() {
        var text = new StringBuilder();
        state.logged.forEach((line, times) -> text.repeat("ERROR:  " + line + "\n", times));
        return text.toString();
    }
}
