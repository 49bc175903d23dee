package dev.tocsin.stress;

import io.vertx.core.Vertx;
import java.time.Duration;

/** The target's standby: when it may be stressed, and how long it may take to be one again. */
record Replica(Vertx vertx, PostgresTarget standby) {
    /** What it missed must be sent and replayed, by a server that may only just be starting. */
    private static final Duration BACK = Duration.ofMinutes(2);

    private static final Duration POLL = Duration.ofMillis(200);

    /** One look at it. */
    interface Look {
        boolean at(Sql standby) throws StressException, InterruptedException;
    }

    static Replica of(Vertx vertx, Surroundings around) throws StressException {
        return new Replica(
                vertx,
                around.standby()
                        .orElseThrow(
                                () -> new StressException("the target names no standby", "set standby: {host} on it")));
    }

    /** Refuses a standby whose trouble would be trouble of others too. */
    static void check(Sql primary, Sql standby) throws StressException {
        if (!standby.truth("SELECT pg_is_in_recovery()")) {
            throw new StressException(
                    "the target's standby is none: it is not in recovery", "mend standby.host of the target");
        }
        if (primary.truth("SELECT pg_is_in_recovery()")) {
            throw new StressException("the target itself is a standby", "mend postgres.host of the target");
        }
        if (primary.truth("SELECT current_setting('synchronous_standby_names') <> ''")) {
            throw new StressException(
                    "the primary waits for synchronous standbys, so commits of everybody would hang",
                    "choose a target without synchronous_standby_names");
        }
        if (standby.truth("SELECT EXISTS (SELECT FROM pg_stat_replication)")) {
            throw new StressException(
                    "others replicate from the standby, and would be cut off with it",
                    "choose a standby that nobody follows");
        }
    }

    /** Refuses unless what is committed on the primary now arrives: a standby in trouble already proves nothing. */
    static void checkStreaming(Workplace place, Progress progress, Sql standby)
            throws StressException, InterruptedException {
        Wal.commit(place.control(), 1);
        var _ = place.await(progress, standby, replayed(Wal.flushed(place.control())), seen -> seen == 1);
    }

    /** SQL for 1 when it has replayed that much. */
    static String replayed(String position) {
        return "SELECT coalesce(pg_last_wal_replay_lsn() >= " + Sql.literal(position) + "::pg_lsn, false)::int::bigint";
    }

    /** SQL for the bytes that it has not replayed of what the primary had written by then. */
    static String behind(String position) {
        return "SELECT pg_wal_lsn_diff(" + Sql.literal(position) + "::pg_lsn, pg_last_wal_replay_lsn())::bigint";
    }

    /** Returns when it replays what the primary writes now. */
    void awaitStreaming(Sql primary) throws StressException, InterruptedException {
        Wal.commit(primary, 1);
        var position = Wal.flushed(primary);
        until(
                "catch up with its primary",
                session -> session.truth("SELECT pg_is_in_recovery()") && session.number(replayed(position)) == 1);
    }

    /** Lets the replay go on. One that was started again meanwhile, or promoted, is not paused. */
    void resume() throws StressException, InterruptedException {
        until("resume its replay", session -> {
            if (!paused(session)) {
                return true;
            }
            session.run("SELECT pg_wal_replay_resume()");
            return !paused(session);
        });
    }

    static boolean paused(Sql session) throws StressException {
        return session.truth("SELECT pg_is_in_recovery()") && session.truth("SELECT pg_is_wal_replay_paused()");
    }

    /** Looks again and again, for it may be away. */
    void until(String what, Look look) throws StressException, InterruptedException {
        var deadline = System.nanoTime() + BACK.toNanos();
        while (true) {
            var why = "";
            try (var session = Sql.open(vertx, standby.control())) {
                if (look.at(session)) {
                    return;
                }
            } catch (StressException e) {
                why = " (" + e.why() + ")";
            }
            if (System.nanoTime() > deadline) {
                throw new StressException(
                        "the standby " + standby + " did not " + what + " within " + BACK.toSeconds() + " s" + why,
                        "look into its log, and at pg_replication_slots on the primary");
            }
            Thread.sleep(POLL);
        }
    }
}
