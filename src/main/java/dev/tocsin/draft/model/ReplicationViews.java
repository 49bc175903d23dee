package dev.tocsin.draft.model;

import dev.tocsin.draft.sql.Row;
import dev.tocsin.draft.sql.Value;
import java.util.List;
import java.util.Optional;

/** The views of standbys, slots and subscriptions. */
final class ReplicationViews {
    private ReplicationViews() {}

    static Optional<List<Row>> of(State state, Server.Role role, String name) {
        var primary = role == Server.Role.PRIMARY;
        return switch (name) {
            case "pg_stat_replication" ->
                Optional.of(
                        primary && state.world.standby() && state.standby.connected
                                ? List.of(sender(state))
                                : List.of());
            case "pg_stat_wal_receiver" ->
                Optional.of(!primary && state.standby.connected ? List.of(receiver(state)) : List.of());
            case "pg_replication_slots" ->
                Optional.of(
                        primary
                                ? state.slots.stream()
                                        .map(slot -> slot(state, slot))
                                        .toList()
                                : List.of());
            case "pg_subscription" ->
                Optional.of(state.subscriptions.stream()
                        .map(each -> Row.of(
                                "oid",
                                40_000,
                                "subname",
                                each.name(),
                                "subenabled",
                                each.enabled(),
                                "subdbid",
                                ActivityViews.oid(state, state.world.database()),
                                "subowner",
                                10,
                                "subslotname",
                                "tocsin_subscription"))
                        .toList());
            case "pg_stat_subscription" ->
                Optional.of(state.subscriptions.stream()
                        .map(each -> worker(state, each))
                        .toList());
            case "pg_stat_subscription_stats" ->
                Optional.of(state.subscriptions.stream()
                        .map(each -> Row.of(
                                "subid",
                                40_000,
                                "subname",
                                each.name(),
                                "apply_error_count",
                                each.errors(),
                                "sync_error_count",
                                0,
                                "stats_reset",
                                Value.NULL))
                        .toList());
            default -> Optional.empty();
        };
    }

    private static Row sender(State state) {
        var behind = state.standby.sent > state.standby.replayed
                ? Value.of(state.now - state.standby.replayedAt)
                : Value.NULL;
        return Row.of(
                "pid", State.SENDER,
                "usesysid", 10,
                "usename", "replicator",
                "application_name", "standby",
                "client_addr", "10.0.0.2",
                "client_hostname", Value.NULL,
                "client_port", 40_000,
                "backend_start", state.started,
                "backend_xmin", Value.NULL,
                "state", "streaming",
                "sent_lsn", state.standby.sent,
                "write_lsn", state.standby.sent,
                "flush_lsn", state.standby.sent,
                "replay_lsn", state.standby.replayed,
                "write_lag", Value.NULL,
                "flush_lag", Value.NULL,
                "replay_lag", behind,
                "sync_priority", 0,
                "sync_state", "async",
                "reply_time", state.now);
    }

    private static Row receiver(State state) {
        return Row.of(
                "pid",
                State.RECEIVER,
                "status",
                "streaming",
                "receive_start_lsn",
                0,
                "written_lsn",
                state.standby.sent,
                "flushed_lsn",
                state.standby.sent,
                "latest_end_lsn",
                state.standby.sent,
                "last_msg_send_time",
                state.now,
                "last_msg_receipt_time",
                state.now,
                "latest_end_time",
                state.now,
                "received_tli",
                1,
                "slot_name",
                "standby",
                "sender_host",
                "10.0.0.1",
                "sender_port",
                5432,
                "conninfo",
                "host=10.0.0.1");
    }

    private static Row slot(State state, State.Slot slot) {
        return Row.of(
                "slot_name",
                slot.name(),
                "plugin",
                slot.logical() ? Value.of("pgoutput") : Value.NULL,
                "slot_type",
                slot.logical() ? "logical" : "physical",
                "datoid",
                Value.NULL,
                "database",
                slot.logical() ? Value.of(state.world.database()) : Value.NULL,
                "temporary",
                false,
                "active",
                slot.active(),
                "active_pid",
                slot.active() ? Value.of(State.SENDER) : Value.NULL,
                "xmin",
                slot.logical() || slot.xmin() == 0 ? Value.NULL : Value.of(slot.xmin()),
                "catalog_xmin",
                slot.logical() ? Value.of(slot.xmin()) : Value.NULL,
                "restart_lsn",
                slot.restart(),
                "confirmed_flush_lsn",
                slot.logical() ? Value.of(slot.restart()) : Value.NULL,
                "wal_status",
                "reserved",
                "safe_wal_size",
                safe(state, slot),
                "two_phase",
                false,
                "conflicting",
                false);
    }

    private static Value safe(State state, State.Slot slot) {
        var most = state.settings.base("max_slot_wal_keep_size");
        return most < 0 ? Value.NULL : Value.of(most - (state.wal - slot.restart()));
    }

    private static Row worker(State state, State.Subscription subscription) {
        var works = subscription.works();
        return Row.of(
                "subid", 40_000,
                "subname", subscription.name(),
                "pid", works ? Value.of(700) : Value.NULL,
                "relid", Value.NULL,
                "received_lsn", works ? Value.of(state.wal) : Value.NULL,
                "last_msg_send_time", Value.NULL,
                "last_msg_receipt_time", Value.NULL,
                "latest_end_lsn", Value.NULL,
                "latest_end_time", Value.NULL);
    }
}
