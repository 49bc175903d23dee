package dev.tocsin.stress;

import java.time.Duration;

/**
 * How fast one of the server's counters grows. A session tells its counts once a second, so they are read just after
 * they moved.
 *
 * @param what is counted, as people read it: "rows inserted"
 * @param counter SQL that gives the count
 */
record Pace(String what, String counter) {
    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final int WINDOWS = 4;

    /** The server keeps its own time, and so does the network. */
    private static final double NEARLY = 0.8;

    /**
     * Waits until the counter grows as fast as wanted, or nearly.
     *
     * @return how many a second it grew by at last
     * @throws StressException when the server does not get there
     */
    long reach(Workplace place, Progress progress, long wanted) throws StressException, InterruptedException {
        var start = place.control().number(counter);
        var from = place.await(progress, counter, seen -> seen > start);
        var perSecond = 0L;
        for (var window = 0; window < WINDOWS && !progress.stopped(); window++) {
            var began = System.nanoTime();
            var last = place.await(progress, counter, _ -> System.nanoTime() - began > WINDOW.toNanos());
            var to = place.await(progress, counter, seen -> seen > last);
            perSecond = Math.round((to - from) * 1e9 / (System.nanoTime() - began));
            if (perSecond >= wanted * NEARLY) {
                return perSecond;
            }
            progress.report("%,d %s a second, %,d wanted".formatted(perSecond, what, wanted));
            from = to;
        }
        if (progress.stopped()) {
            return perSecond;
        }
        throw new StressException("the server was given time and did only %,d %s a second; %,d were wanted"
                .formatted(perSecond, what, wanted));
    }
}
