package dev.tocsin.chart;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A stretch of time from left to right; every drawing on the same axis has the same moment at the same place.
 *
 * @param zero what offsets count from
 * @param from the left edge
 * @param until the right edge
 */
public record Axis(Instant zero, Instant from, Instant until) {
    private static final int MOST_TICKS = 7;
    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final long[] STEPS = {
        SECOND / 10,
        SECOND / 5,
        SECOND / 2,
        SECOND,
        2 * SECOND,
        5 * SECOND,
        10 * SECOND,
        15 * SECOND,
        30 * SECOND,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        20 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY
    };

    /** A moment with a label. */
    public record Tick(Instant at, String label) {}

    /** From one moment to another, offsets counting from the first, with a margin that keeps marks off the edges. */
    public static Axis between(Instant first, Instant last) {
        var span = Math.max(SECOND, Duration.between(first, last).toMillis());
        var margin = Duration.ofMillis(Math.max(1, span / 50));
        return new Axis(first, first.minus(margin), first.plusMillis(span).plus(margin));
    }

    /** Where a moment stands, in percent of the width; what is outside stands on the edge. */
    public double x(Instant at) {
        var place = (double) Duration.between(from, at).toMillis()
                / Duration.between(from, until).toMillis();
        return Math.clamp(place, 0, 1) * 100;
    }

    /** That place as it stands in an attribute. */
    public String place(Instant at) {
        return percent(x(at));
    }

    /** A length as it stands in an attribute. */
    static String percent(double part) {
        return String.format(Locale.ROOT, "%.2f%%", part);
    }

    /** Moments a readable step apart, from the zero on. */
    public List<Tick> ticks() {
        var span = Duration.between(zero, until).toMillis();
        var step = step(span);
        var ticks = new ArrayList<Tick>();
        for (var offset = 0L; offset <= span; offset += step) {
            ticks.add(new Tick(zero.plusMillis(offset), label(offset, step)));
        }
        return ticks;
    }

    private static long step(long span) {
        for (var step : STEPS) {
            if (span / step < MOST_TICKS) {
                return step;
            }
        }
        return (span / DAY / MOST_TICKS + 1) * DAY;
    }

    private static String label(long offset, long step) {
        if (offset == 0) {
            return "0";
        }
        if (step < SECOND) {
            return String.format(Locale.ROOT, "+%.1f s", offset / (double) SECOND);
        }
        if (step < MINUTE) {
            return "+" + offset / SECOND + " s";
        }
        if (step < HOUR) {
            return "+" + offset / MINUTE + " min";
        }
        return step < DAY ? "+" + offset / HOUR + " h" : "+" + offset / DAY + " d";
    }
}
