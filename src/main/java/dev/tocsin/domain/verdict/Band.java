package dev.tocsin.domain.verdict;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Between what values a series was before the stimulus, and how far noise alone may take it.
 *
 * @param points how many it is made from
 * @param median the middle of them
 * @param least the lowest of them
 * @param most the highest of them
 * @param noise how far beyond these a value must be to be no accident
 */
record Band(int points, double median, double least, double most, double noise) {
    /** The fewest points from which noise can be told. */
    static final int LEAST_POINTS = 5;

    /** Three standard deviations, were the noise normal: the median absolute deviation times 1.4826 estimates one. */
    private static final double DEVIATIONS = 3 * 1.4826;

    /** What sums of floating-point numbers in another order differ by. */
    private static final double ROUNDING = 1e-9;

    /** Empty where there are too few values. */
    static Optional<Band> of(double... values) {
        if (values.length < LEAST_POINTS) {
            return Optional.empty();
        }
        var median = median(values);
        var deviation = median(
                DoubleStream.of(values).map(value -> Math.abs(value - median)).toArray());
        var least = DoubleStream.of(values).min().orElseThrow();
        var most = DoubleStream.of(values).max().orElseThrow();
        return Optional.of(
                new Band(values.length, median, least, most, DEVIATIONS * deviation + ROUNDING * Math.abs(median)));
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        var middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    boolean isAbove(double value) {
        return value > most + noise;
    }

    boolean isBelow(double value) {
        return value < least - noise;
    }

    boolean holds(double value) {
        return !isAbove(value) && !isBelow(value);
    }

    /** Whether it did not change at all. */
    boolean constant() {
        return least == most;
    }
}
