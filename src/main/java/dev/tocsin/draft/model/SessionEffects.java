package dev.tocsin.draft.model;

import dev.tocsin.domain.scenario.SessionStimulus;
import java.util.List;
import java.util.OptionalDouble;

/** What sessions of ours look like from outside. */
final class SessionEffects {
    private static final String OURS = "tocsin";

    private SessionEffects() {}

    static void apply(SessionStimulus stimulus, State state, Course course) {
        if (stimulus instanceof SessionStimulus.Lull) {
            return; // what it takes away is not there
        }
        if (stimulus instanceof SessionStimulus.Workload load) {
            workload(load, state, course);
            return;
        }
        counted(stimulus, state, course.elapsed());
        if (course.active()) {
            held(stimulus, state, course);
        }
    }

    /** What lasts only as long as the sessions do. */
    private static void held(SessionStimulus stimulus, State state, Course course) {
        switch (stimulus) {
            case SessionStimulus.ConnectionFlood flood ->
                open(state, flood.fill().of(state.settings.maxConnections()) - state.world.sessions(), "idle", course);
            case SessionStimulus.SleepLoad load ->
                open(state, load.sessions().of(state.settings.maxConnections()), "active", course);
            case SessionStimulus.IdleInTransaction idle ->
                open(state, idle.sessions().of(state.settings.maxConnections()), "idle in transaction", course);
            case SessionStimulus.LockHoard hoard -> hoard(hoard, state, course);
            case SessionStimulus.LockWaits waits -> waits(waits, state, course);
            case SessionStimulus.TransactionIdAge age -> {
                open(state, 1, "idle in transaction", course);
                state.sessions.getLast().xmin = OptionalDouble.of(state.xid - used(age, course.elapsed()));
            }
            case SessionStimulus.RollbackStorm storm -> open(state, storm.sessions(), "idle", course);
            case SessionStimulus.CommitStorm storm -> open(state, storm.sessions(), "idle", course);
            case SessionStimulus.StatementTimeoutStorm _ -> open(state, 1, "idle", course);
            case SessionStimulus.DeadlockStorm storm -> open(state, 2 * storm.pairs(), "idle", course);
            case SessionStimulus.Workload _, SessionStimulus.Lull _ -> {}
        }
    }

    /** What stays in the counters when the sessions are gone. */
    private static void counted(SessionStimulus stimulus, State state, double elapsed) {
        var ours = state.ours();
        switch (stimulus) {
            case SessionStimulus.DeadlockStorm storm -> {
                var each = state.settings.base("deadlock_timeout") + 0.02;
                var done = storm.pairs() * Math.floor(elapsed / each);
                ours.deadlocks += done;
                ours.rollbacks += done;
                ours.commits += done;
                log(state, "deadlock detected", done);
            }
            case SessionStimulus.RollbackStorm storm -> {
                ours.rollbacks += storm.rate() * elapsed;
                ours.blocksHit += storm.rate() * elapsed;
            }
            case SessionStimulus.CommitStorm storm -> ours.commits += storm.rate() * elapsed;
            case SessionStimulus.StatementTimeoutStorm storm -> {
                ours.rollbacks += storm.rate() * elapsed;
                log(state, "canceling statement due to statement timeout", storm.rate() * elapsed);
            }
            case SessionStimulus.TransactionIdAge age -> {
                var used = used(age, elapsed);
                state.xid += used;
                ours.commits += used;
                state.counters.values().forEach(each -> each.xidAge += used);
                state.tables.forEach(each -> each.xidAge += used);
            }
            case SessionStimulus.ConnectionFlood _,
                    SessionStimulus.SleepLoad _,
                    SessionStimulus.IdleInTransaction _,
                    SessionStimulus.LockHoard _,
                    SessionStimulus.LockWaits _,
                    SessionStimulus.Workload _,
                    SessionStimulus.Lull _ -> {}
        }
    }

    private static double used(SessionStimulus.TransactionIdAge age, double elapsed) {
        return Math.min(age.transactions(), elapsed * 100_000);
    }

    /** The log is a text, so it cannot be had without end. */
    private static void log(State state, String line, double times) {
        state.logged.merge(line, (int) Math.min(50_000, times), Integer::sum);
    }

    private static void workload(SessionStimulus.Workload load, State state, Course course) {
        var databases = load.databases().isEmpty() ? List.of(state.world.database()) : load.databases();
        for (var database : databases) {
            var counters = state.counters(database);
            var done = load.rate() * course.elapsed();
            counters.commits += done;
            counters.blocksHit += 2 * done;
            state.xid += done;
            if (course.active()) {
                state.session(database, OURS, "idle").count = load.sessions();
            }
        }
    }

    private static void open(State state, int count, String doing, Course course) {
        if (count < 1) {
            return;
        }
        var since = State.EPOCH + Math.max(0, course.at() - course.elapsed());
        var session = state.session(state.world.database(), OURS, doing);
        session.count = count;
        session.query = since;
        session.changed = since;
        session.began = since;
        if (!doing.equals("idle")) {
            session.transaction = OptionalDouble.of(since);
            session.xmin = OptionalDouble.of(state.xid);
            session.waits = doing.equals("active") ? "Timeout" : "Client";
        }
    }

    private static void hoard(SessionStimulus.LockHoard hoard, State state, Course course) {
        open(state, 1, "idle in transaction", course);
        var table = (int) (state.settings.get("max_locks_per_transaction") * state.settings.maxConnections());
        state.locks.add(new State.Lock(
                state.world.database(),
                state.sessions.getLast().pid,
                "advisory",
                "ExclusiveLock",
                true,
                1,
                hoard.locks().of(table)));
    }

    /** One row: the first in the queue waits for the transaction, the others for the turn of the row. */
    private static void waits(SessionStimulus.LockWaits waits, State state, Course course) {
        open(state, 1, "idle in transaction", course);
        var database = state.world.database();
        var holder = state.sessions.getLast().pid;
        state.locks.add(new State.Lock("", holder, "transactionid", "ExclusiveLock", true, 7, 1));
        state.locks.add(new State.Lock(database, holder, "relation", "RowExclusiveLock", true, 8, 1));
        for (var i = 0; i < waits.waiters(); i++) {
            open(state, 1, "active", course);
        }
        var queue = state.sessions.subList(state.sessions.size() - waits.waiters(), state.sessions.size());
        for (var session : queue) {
            session.waits = "Lock";
            var first = session.equals(queue.getFirst());
            state.locks.add(new State.Lock(database, session.pid, "relation", "RowExclusiveLock", true, 8, 1));
            state.locks.add(new State.Lock(database, session.pid, "tuple", "ExclusiveLock", first, 9, 1));
            if (first) {
                state.locks.add(new State.Lock("", session.pid, "transactionid", "ShareLock", false, 7, 1));
            }
        }
    }
}
