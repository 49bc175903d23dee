package dev.tocsin.stress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** How fast a counter of the server's statistics grows. A session tells its own only about once a second. */
final class Rate {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(500);

    /** Between the oldest and the newest look that are compared. */
    private static final int LOOKS = 6;

    private final ArrayDeque<Look> looks = new ArrayDeque<>();

    private record Look(long at, long count) {}

    private Rate() {}

    /**
     * Asks until the counter grows by at least four fifths of what was asked for, so that a busy machine will do.
     *
     * @param what is counted, in words
     * @param counter SQL that gives it
     * @return by how much it grows in a second, or what was seen last when the run was told to stop
     */
    static long await(Workplace place, Progress progress, String what, String counter, int asked)
            throws StressException, InterruptedException {
        var rate = new Rate();
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            rate.looks.add(new Look(System.nanoTime(), place.control().number(counter)));
            var seen = rate.perSecond();
            if (rate.full() && seen >= asked * 4L / 5 || progress.stopped()) {
                return seen;
            }
            var broken = place.brokenLoad();
            if (broken.isPresent()) {
                throw new StressException(broken.get());
            }
            if (System.nanoTime() > deadline) {
                throw new StressException("only %d of %d %s a second were counted within %d s"
                        .formatted(seen, asked, what, PATIENCE.toSeconds()));
            }
            if (rate.full()) {
                rate.looks.remove();
                progress.report("%d of %d %s a second".formatted(seen, asked, what));
            }
            Thread.sleep(POLL);
        }
    }

    private boolean full() {
        return looks.size() >= LOOKS;
    }

    private long perSecond() {
        var first = looks.getFirst();
        var last = looks.getLast();
        var nanos = Math.max(1, last.at() - first.at());
        return Math.round((double) (last.count() - first.count()) * TimeUnit.SECONDS.toNanos(1) / nanos);
    }
}
