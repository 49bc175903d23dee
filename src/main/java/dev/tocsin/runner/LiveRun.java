package dev.tocsin.runner;

import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.verdict.Judge;
import dev.tocsin.domain.verdict.Verdict;
import dev.tocsin.journal.Journal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The fold of one run as it happens: it hears the journal, and whoever conducts the run waits on it. */
final class LiveRun implements AutoCloseable {
    private final InstantSource clock;
    private final Journal.Following following;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private RunState state;

    private LiveRun(RunState admitted, Journal journal, InstantSource clock) {
        this.clock = clock;
        state = admitted;
        following = journal.follow(this::hear);
    }

    /** Follows a run from its admission; called from the journal's own thread, so that no fact is missed. */
    static LiveRun follow(RunState admitted, Journal journal, InstantSource clock) {
        return new LiveRun(admitted, journal, clock);
    }

    private void hear(Recorded recorded) {
        lock.lock();
        try {
            state = state.after(recorded);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    RunState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    Verdict verdict() {
        return Judge.judge(state(), clock.instant());
    }

    /**
     * Waits until the condition holds for the run and what the judge makes of it now, or until the moment has come.
     * The judge is asked again whenever a fact arrives and whenever a deadline passes.
     */
    void await(Predicate<Verdict> condition, Instant latest) throws InterruptedException {
        lock.lock();
        try {
            while (state.abort().isEmpty()) {
                var now = clock.instant();
                var verdict = Judge.judge(state, now);
                if (condition.test(verdict) || !now.isBefore(latest)) {
                    return;
                }
                var wake = Judge.nextDue(verdict)
                        .filter(due -> due.isAfter(now) && due.isBefore(latest))
                        .orElse(latest);
                // One millisecond more, because a deadline has passed only after its own millisecond.
                var _ = changed.await(Duration.between(now, wake).toMillis() + 1, TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean aborted() {
        return state().abort().isPresent();
    }

    @Override
    public void close() {
        following.close();
    }
}
