package dev.tocsin;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * How fast this machine is right now, for a test whose subject takes real time. A deadline of a real chain that is right on a
 * quiet machine is stretched by the factor by which the machine is measured to be slower than that; where a test can wait for
 * a condition instead, it does.
 */
public final class Pace {
    /** What {@link #work} takes on each core of a quiet machine of two cores from 2020, with some to spare. */
    private static final Duration UNLOADED = Duration.ofMillis(100);

    private static final int STEPS = 30_000_000;
    private static final Pattern SECONDS = Pattern.compile("@(\\d+)s@");

    /** Where the work leaves its result, so that it cannot be optimised away. */
    private static volatile int sink;

    static {
        work(); // what the compiler takes the first time is no load of the machine
    }

    private final double factor;

    private Pace(double factor) {
        this.factor = factor;
    }

    /** Measures for about a tenth of a second, on every core at once, for what is busy elsewhere slows only what it meets. */
    public static Pace now() {
        var cores = Runtime.getRuntime().availableProcessors();
        var began = System.nanoTime();
        try (var workers = Executors.newFixedThreadPool(cores)) {
            for (var core = 0; core < cores; core++) {
                workers.execute(Pace::work);
            }
        }
        return new Pace(Math.max(1, (double) (System.nanoTime() - began) / UNLOADED.toNanos()));
    }

    /** So long as this takes at the machine's pace, when it takes so long on a quiet one. */
    public static Duration scaled(Duration quiet) {
        return now().of(quiet);
    }

    /** At least 1. */
    public double factor() {
        return factor;
    }

    public Duration of(Duration quiet) {
        return Duration.ofMillis((long) Math.ceil(quiet.toMillis() * factor));
    }

    /** A text in which {@code @8s@} has become the seconds that 8 are at this pace. */
    public String filled(String text) {
        return SECONDS.matcher(text)
                .replaceAll(match -> (long) Math.ceil(Long.parseLong(match.group(1)) * factor) + "s");
    }

    private static void work() {
        var value = sink;
        for (var i = 0; i < STEPS; i++) {
            value = value * 1_664_525 + 1_013_904_223 ^ i;
        }
        sink = value;
    }
}
