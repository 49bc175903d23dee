package dev.tocsin.stress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** The same step over and over from several sessions, at a steady pace, until it is stopped. */
final class Load {
    /** What a session does each time. */
    interface Step {
        void once(Sql session) throws StressException;
    }

    /** A load that fell behind does not make up for more than this, so it never bursts. */
    private static final long MOST_BEHIND = TimeUnit.MILLISECONDS.toNanos(200);

    private final List<Sql> sessions;
    private final LongAdder done = new LongAdder();
    private final AtomicReference<Optional<String>> failure = new AtomicReference<>(Optional.empty());
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private Load(List<Sql> sessions) {
        this.sessions = List.copyOf(sessions);
    }

    /** @param perSecond steps a second, all sessions together */
    static Load start(List<Sql> sessions, int perSecond, Step step) {
        return every(sessions, Duration.ofSeconds(sessions.size()).dividedBy(perSecond), step);
    }

    /** @param period from one step of a session to its next */
    static Load every(List<Sql> sessions, Duration period, Step step) {
        var load = new Load(sessions);
        for (var session : sessions) {
            load.threads.add(Thread.ofVirtual().name("load").start(() -> load.run(session, period.toNanos(), step)));
        }
        return load;
    }

    /** How many steps were done. */
    long done() {
        return done.sum();
    }

    /** Why it ended by itself, if it did. */
    Optional<String> failure() {
        return failure.get();
    }

    /** Returns when no session is in a step any more. */
    void stop() throws InterruptedException {
        stopped = true;
        sessions.forEach(Sql::cancel);
        for (var thread : threads) {
            thread.join();
        }
    }

    private void run(Sql session, long period, Step step) {
        var due = System.nanoTime();
        try {
            while (!stopped) {
                step.once(session);
                done.increment();
                due = Math.max(due + period, System.nanoTime() - MOST_BEHIND);
                for (var wait = due - System.nanoTime(); wait > 0 && !stopped; wait = due - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.sleep(Math.min(wait, MOST_BEHIND));
                }
            }
        } catch (StressException e) {
            if (!stopped) {
                failure.compareAndSet(Optional.empty(), Optional.of(e.why()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
