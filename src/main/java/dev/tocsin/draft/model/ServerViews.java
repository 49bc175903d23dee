package dev.tocsin.draft.model;

import dev.tocsin.draft.sql.Row;
import dev.tocsin.draft.sql.Value;
import java.util.List;
import java.util.Optional;

/** The views of the server as a whole. */
final class ServerViews {
    private ServerViews() {}

    static Optional<List<Row>> of(State state, String name) {
        return switch (name) {
            case "pg_settings" ->
                Optional.of(state.settings.all().entrySet().stream()
                        .map(each -> setting(state, each.getKey(), each.getValue()))
                        .toList());
            case "pg_stat_bgwriter" -> Optional.of(List.of(writer(state)));
            case "pg_stat_checkpointer" ->
                Optional.of(List.of(Row.of(
                        "num_timed",
                        state.timedCheckpoints,
                        "num_requested",
                        state.requestedCheckpoints,
                        "num_done",
                        state.timedCheckpoints + state.requestedCheckpoints,
                        "restartpoints_timed",
                        0,
                        "restartpoints_req",
                        0,
                        "restartpoints_done",
                        0,
                        "write_time",
                        state.requestedCheckpoints * 100,
                        "sync_time",
                        state.requestedCheckpoints * 10,
                        "buffers_written",
                        state.requestedCheckpoints * 100,
                        "stats_reset",
                        state.started)));
            case "pg_stat_archiver" -> Optional.of(List.of(archiver(state)));
            case "pg_stat_wal" ->
                Optional.of(List.of(Row.of(
                        "wal_records",
                        state.wal / 100,
                        "wal_fpi",
                        state.requestedCheckpoints * 100,
                        "wal_bytes",
                        state.wal,
                        "wal_buffers_full",
                        0,
                        "wal_write",
                        state.wal / 8192,
                        "wal_sync",
                        state.wal / 8192,
                        "stats_reset",
                        state.started)));
            case "pg_roles", "pg_user", "pg_authid" ->
                Optional.of(List.of(Row.of(
                        "oid",
                        10,
                        "rolname",
                        "postgres",
                        "usename",
                        "postgres",
                        "rolconnlimit",
                        -1,
                        "rolcanlogin",
                        true,
                        "rolsuper",
                        true,
                        "rolvaliduntil",
                        Value.NULL)));
            case "pg_tablespace" -> Optional.of(List.of(Row.of("oid", 1663, "spcname", "pg_default")));
            case "pg_extension" -> Optional.of(List.of(Row.of("extname", "plpgsql", "extversion", "1.0")));
            default -> Optional.empty();
        };
    }

    private static Row setting(State state, String name, Settings.Setting setting) {
        return Row.of(
                "name",
                name,
                "setting",
                Value.of(Value.of(setting.value()).label()),
                "unit",
                setting.unit().isEmpty() ? Value.NULL : Value.of(setting.unit()),
                "category",
                "",
                "short_desc",
                "",
                "context",
                "sighup",
                "vartype",
                "integer",
                "source",
                "default",
                "boot_val",
                Value.of(Value.of(setting.value()).label()),
                "reset_val",
                Value.of(Value.of(setting.value()).label()),
                "pending_restart",
                state.pending.filter(name::equals).isPresent());
    }

    private static Row writer(State state) {
        return Row.of(
                "checkpoints_timed",
                state.timedCheckpoints,
                "checkpoints_req",
                state.requestedCheckpoints,
                "checkpoint_write_time",
                state.requestedCheckpoints * 100,
                "checkpoint_sync_time",
                state.requestedCheckpoints * 10,
                "buffers_checkpoint",
                state.requestedCheckpoints * 100,
                "buffers_clean",
                0,
                "maxwritten_clean",
                0,
                "buffers_backend",
                state.extended,
                "buffers_backend_fsync",
                0,
                "buffers_alloc",
                1000,
                "stats_reset",
                state.started);
    }

    private static Row archiver(State state) {
        return Row.of(
                "archived_count", 100 + state.archived,
                "last_archived_wal", "000000010000000000000001",
                "last_archived_time", state.lastArchived,
                "failed_count", state.archiveFailures,
                "last_failed_wal", Value.NULL,
                "last_failed_time",
                        Double.isNaN(state.lastArchiveFailure) ? Value.NULL : Value.of(state.lastArchiveFailure),
                "stats_reset", state.started);
    }
}
