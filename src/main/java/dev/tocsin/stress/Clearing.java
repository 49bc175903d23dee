package dev.tocsin.stress;

import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.run.Undo;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes back what a recipe left, without knowing whether it did, and returns only when that was verified. */
record Clearing(Vertx vertx, PostgresTarget target, Surroundings around) {
    /** Dropping much takes its time on a slow disk. */
    private static final Duration DROPPING = Duration.ofMinutes(2);

    /** The archiver itself tries again within a minute of its last failure. */
    private static final Duration ARCHIVING = Duration.ofMinutes(2);

    private static final Duration USED = Duration.ofSeconds(20);

    Effect.Cleared clear(Undo.Clear undo, Duration patience) throws StressException, InterruptedException {
        // Policies first, and once more in their order: they may be what keeps us from the server.
        for (var leftover : undo.leftovers()) {
            if (leftover instanceof Leftover.Policy policy) {
                remove(policy);
            }
        }
        int left;
        int terminated;
        try (var server = Server.connect(vertx, target, patience)) {
            left = server.sessionsOf(undo.applicationName());
            terminated = Sessions.verifyGone(vertx, target, server, undo.applicationName());
        }
        var takenBack = new ArrayList<String>();
        var failures = new ArrayList<String>();
        try (var control = Sql.open(vertx, target.control())) {
            for (var leftover : undo.leftovers()) {
                try {
                    takeBack(control, leftover);
                    takenBack.add(leftover.summary());
                } catch (StressException e) {
                    failures.add(leftover.summary() + ": " + e.why()); // the others are taken back all the same
                }
            }
        }
        if (!failures.isEmpty()) {
            throw new StressException("not taken back: " + String.join("; ", failures));
        }
        return new Effect.Cleared(List.of(), left, terminated, takenBack);
    }

    private void takeBack(Sql control, Leftover leftover) throws StressException, InterruptedException {
        switch (leftover) {
            case Leftover.Schema(String name) -> {
                control.run("DROP SCHEMA IF EXISTS " + Sql.quoted(name) + " CASCADE", DROPPING);
                verify(control, "SELECT to_regnamespace(" + Sql.literal(Sql.quoted(name)) + ") IS NULL");
            }
            case Leftover.Slot(String name) -> dropSlot(control, name);
            case Leftover.Setting(String name, var former, var on) -> {
                switch (on) {
                    case PRIMARY -> SystemSettings.restore(control, name, former);
                    case STANDBY -> attach(control, name, former);
                }
            }
            case Leftover.ArchiveBacklog() -> archive(control);
            case Leftover.Statistics() -> Statistics.reset(control);
            case Leftover.Login(String role) -> {
                control.run("ALTER ROLE " + Sql.quoted(role) + " LOGIN");
                verify(control, "SELECT rolcanlogin FROM pg_roles WHERE rolname = " + Sql.literal(role));
            }
            case Leftover.Renamed(String schema, String from, String to) ->
                renameBack(control, new ScratchRelation(schema, from), new ScratchRelation(schema, to));
            case Leftover.Value(String relation, String column, String former) -> {
                var table = ScratchRelation.of(control, relation).quoted();
                control.run("UPDATE " + table + " SET " + Sql.quoted(column) + " = " + Sql.literal(former));
                verify(
                        control,
                        "SELECT bool_and(" + Sql.quoted(column) + "::text = " + Sql.literal(former) + ") FROM "
                                + table);
            }
            case Leftover.Subscription(String name, String slot, String publication) -> {
                dropSubscription(control, name);
                dropSlot(control, slot);
                control.run("DROP PUBLICATION IF EXISTS " + Sql.quoted(publication));
                verify(
                        control,
                        "SELECT NOT EXISTS (SELECT FROM pg_publication WHERE pubname = " + Sql.literal(publication)
                                + ")");
            }
            case Leftover.PausedReplay _ -> {
                var replica = Replica.of(vertx, around);
                replica.resume();
                replica.awaitStreaming(control);
            }
            case Leftover.Promoted promoted ->
                new Remaking(Replica.of(vertx, around), cluster(), promoted).carryOut(control);
            case Leftover.Policy policy -> remove(policy);
        }
    }

    /** The standby may be away, and is only back when it replays again. */
    private void attach(Sql control, String setting, Optional<String> former)
            throws StressException, InterruptedException {
        var replica = Replica.of(vertx, around);
        replica.until("take its setting " + setting + " back", session -> {
            SystemSettings.restore(session, setting, former);
            return true;
        });
        replica.awaitStreaming(control);
    }

    private void remove(Leftover.Policy policy) throws StressException {
        var policies = cluster().policies();
        var there = PodKillDriver.asking(() -> {
            policies.remove(policy.namespace(), policy.name());
            return policies.exists(policy.namespace(), policy.name());
        });
        if (there) {
            throw new StressException("it is still there");
        }
    }

    private Pods cluster() throws StressException {
        return around.pods().orElseThrow(() -> new StressException("no Kubernetes API is configured"));
    }

    /** Whoever used it was one of ours and has ended or is about to; nobody else is ended for it. */
    private static void dropSlot(Sql control, String name) throws StressException, InterruptedException {
        var unused = "SELECT NOT EXISTS (SELECT FROM pg_replication_slots WHERE active AND slot_name = "
                + Sql.literal(name) + ")";
        control.until(unused, USED, "somebody uses the slot " + name + "; see its active_pid in pg_replication_slots");
        control.run("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = "
                + Sql.literal(name));
        verify(
                control,
                "SELECT NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = " + Sql.literal(name) + ")");
    }

    /** Its slot is dropped apart from it: the worker of the subscription may still be about to leave it. */
    private static void dropSubscription(Sql control, String name) throws StressException {
        var there = "SELECT EXISTS (SELECT FROM pg_subscription WHERE subname = " + Sql.literal(name) + ")";
        if (control.truth(there)) {
            var subscription = "ALTER SUBSCRIPTION " + Sql.quoted(name);
            control.run(subscription + " DISABLE");
            control.run(subscription + " SET (slot_name = NONE)");
            control.run("DROP SUBSCRIPTION IF EXISTS " + Sql.quoted(name));
        }
        verify(control, "SELECT NOT (" + there + ")");
    }

    private static void renameBack(Sql control, ScratchRelation from, ScratchRelation to) throws StressException {
        if (to.isThere(control)) {
            if (from.isThere(control)) {
                throw new StressException("somebody made a " + from + " meanwhile; ours is called " + to);
            }
            to.rename(control, from.name());
        }
        if (to.isThere(control) || !from.isThere(control)) {
            throw new StressException("there is no " + from);
        }
    }

    /** One more segment, and everything up to it archived: then nothing is missing in between. */
    private static void archive(Sql control) throws StressException, InterruptedException {
        Wal.write(control, 1);
        var last = control.rows("SELECT pg_walfile_name(pg_switch_wal())")
                .getFirst()
                .getString(0);
        control.until(
                "SELECT coalesce(last_archived_wal >= " + Sql.literal(last) + ", false) FROM pg_stat_archiver",
                ARCHIVING,
                "the archiver has not caught up to " + last + "; look in pg_stat_archiver");
    }

    private static void verify(Sql control, String sql) throws StressException {
        if (!control.truth(sql)) {
            throw new StressException("it is still there");
        }
    }
}
