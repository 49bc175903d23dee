package dev.tocsin.domain.run;

import java.util.Optional;

/** What a stimulus leaves in a server beside its sessions; taken back in order, whether or not it is there. */
public sealed interface Leftover {
    /** A schema of ours with all that is in it. */
    record Schema(String name) implements Leftover {}

    /** A replication slot of ours. */
    record Slot(String name) implements Leftover {}

    /**
     * A setting that was written with ALTER SYSTEM.
     *
     * @param former what ALTER SYSTEM had set before; empty where it had set nothing
     */
    record Setting(String name, Optional<String> former, On on) implements Leftover {}

    /** WAL that was not archived while the archiver failed; it must have caught up again. */
    record ArchiveBacklog() implements Leftover {}

    /** Statistics of the target's database in which our work dominates what is counted since they were reset. */
    record Statistics() implements Leftover {}

    /** A role that may not log in for a while. */
    record Login(String role) implements Leftover {}

    /** A relation that was given another name. */
    record Renamed(String schema, String from, String to) implements Leftover {}

    /** A value of one row of a table of ours. */
    record Value(String relation, String column, String former) implements Leftover {}

    /** A replay that was paused on the standby. */
    record PausedReplay() implements Leftover {}

    /**
     * A standby that was promoted; its pod makes itself anew as a standby when it is deleted.
     *
     * @param uid the pod before the promotion
     */
    record Promoted(String namespace, String selector, String uid) implements Leftover {}

    /** A NetworkPolicy of ours. */
    record Policy(String namespace, String name) implements Leftover {}

    /** A subscription of ours with its slot and its publication. */
    record Subscription(String name, String slot, String publication) implements Leftover {}

    /** Which server of the target. */
    enum On {
        PRIMARY,
        STANDBY
    }

    /** As people read it. */
    default String summary() {
        return switch (this) {
            case Schema(String name) -> "schema " + name;
            case Slot(String name) -> "replication slot " + name;
            case Setting(String name, var former, var on) ->
                "setting " + name + (on == On.STANDBY ? " of the standby" : "") + " back to "
                        + former.map(value -> "'" + value + "'").orElse("what the configuration says");
            case ArchiveBacklog() -> "backlog of the archiver";
            case Statistics() -> "statistics of the database, reset once more";
            case Login(String role) -> "login of role " + role;
            case Renamed(String schema, String from, String _) -> "relation " + schema + "." + from;
            case Value(String relation, String column, String former) ->
                "%s of %s back to %s".formatted(column, relation, former);
            case PausedReplay() -> "replay of the standby";
            case Promoted(var namespace, var selector, var _) ->
                "standby in pod %s of %s, made anew where it was promoted".formatted(selector, namespace);
            case Policy(var namespace, String name) -> "NetworkPolicy " + namespace + "/" + name;
            case Subscription(String name, var _, var _) -> "subscription " + name;
        };
    }
}
