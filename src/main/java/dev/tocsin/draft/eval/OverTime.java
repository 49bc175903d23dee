package dev.tocsin.draft.eval;

import java.util.Arrays;

/** One value of the samples of a time; NaN for none. */
final class OverTime {
    private OverTime() {}

    /**
     * @param times of the samples, in seconds
     * @param from the beginning of the time, which the samples need not reach back to
     */
    static double of(String function, double[] times, double[] values, double from, double until) {
        var count = values.length;
        if (count == 0) {
            return Double.NaN;
        }
        return switch (function) {
            case "rate" -> extrapolated(times, values, from, until, true) / (until - from);
            case "increase" -> extrapolated(times, values, from, until, true);
            case "delta" -> extrapolated(times, values, from, until, false);
            case "irate", "idelta" -> instant(function, times, values);
            case "changes" -> changes(values);
            case "resets" -> resets(values);
            case "deriv" -> slope(times, values);
            case "avg_over_time" -> Arrays.stream(values).average().orElse(Double.NaN);
            case "sum_over_time" -> Arrays.stream(values).sum();
            case "min_over_time" -> Arrays.stream(values).min().orElse(Double.NaN);
            case "max_over_time" -> Arrays.stream(values).max().orElse(Double.NaN);
            case "count_over_time" -> count;
            case "last_over_time" -> values[count - 1];
            case "present_over_time" -> 1;
            case "stdvar_over_time" -> variance(values);
            case "stddev_over_time" -> Math.sqrt(variance(values));
            default -> throw new EvaluationException(function + "() is not understood here");
        };
    }

    static double predicted(double[] times, double[] values, double at) {
        var count = values.length;
        if (count < 2) {
            return Double.NaN;
        }
        var slope = slope(times, values);
        var middle = Arrays.stream(times).average().orElse(0);
        return Arrays.stream(values).average().orElse(0) + slope * (at - middle);
    }

    static double quantile(double which, double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        var sorted = values.clone();
        Arrays.sort(sorted);
        var rank = Math.max(0, Math.min(1, which)) * (sorted.length - 1);
        var lower = (int) Math.floor(rank);
        var upper = Math.min(lower + 1, sorted.length - 1);
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (rank - lower);
    }

    static double variance(double[] values) {
        var mean = Arrays.stream(values).average().orElse(Double.NaN);
        return Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElse(Double.NaN);
    }

    private static double slope(double[] times, double[] values) {
        if (values.length < 2) {
            return Double.NaN;
        }
        var time = Arrays.stream(times).average().orElse(0);
        var value = Arrays.stream(values).average().orElse(0);
        var above = 0.0;
        var below = 0.0;
        for (var i = 0; i < values.length; i++) {
            above += (times[i] - time) * (values[i] - value);
            below += (times[i] - time) * (times[i] - time);
        }
        return above / below;
    }

    private static double changes(double[] values) {
        var changes = 0;
        for (var i = 1; i < values.length; i++) {
            changes += values[i] == values[i - 1] ? 0 : 1;
        }
        return changes;
    }

    private static double resets(double[] values) {
        var resets = 0;
        for (var i = 1; i < values.length; i++) {
            resets += values[i] < values[i - 1] ? 1 : 0;
        }
        return resets;
    }

    private static double instant(String function, double[] times, double[] values) {
        var last = values.length - 1;
        if (last < 1) {
            return Double.NaN;
        }
        var difference = values[last] - values[last - 1];
        if (function.equals("idelta")) {
            return difference;
        }
        return (difference < 0 ? values[last] : difference) / (times[last] - times[last - 1]);
    }

    /** As Prometheus does it: stretched to the ends of the time, but not far beyond the samples and not below zero. */
    private static double extrapolated(double[] times, double[] values, double from, double until, boolean counter) {
        var last = values.length - 1;
        if (last < 1) {
            return Double.NaN;
        }
        var grown = values[last] - values[0];
        for (var i = 1; counter && i <= last; i++) {
            grown += values[i] < values[i - 1] ? values[i - 1] : 0;
        }
        var sampled = times[last] - times[0];
        var apart = sampled / last;
        var before = times[0] - from;
        var after = until - times[last];
        if (counter && grown > 0 && values[0] >= 0) {
            before = Math.min(before, sampled * (values[0] / grown));
        }
        var most = apart * 1.1;
        var stretched = sampled + (before < most ? before : apart / 2) + (after < most ? after : apart / 2);
        return grown * (stretched / sampled);
    }
}
