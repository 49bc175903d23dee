package dev.tocsin.domain.verdict;

import dev.tocsin.domain.scenario.Movement;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Between what values a series was before the stimulus, and how far noise alone may take it. Of few points it tells less:
 * what is between them was there before, and of what is beyond them nobody knows whether it is noise.
 *
 * @param points how many it is made from
 * @param median the middle of them
 * @param least the lowest of them
 * @param most the highest of them
 * @param noise how far beyond these a value must be to be no accident, as far as so many points tell
 */
record Band(int points, double median, double least, double most, double noise) {
    /** The fewest points from which noise can be told. */
    static final int LEAST_POINTS = 5;

    /** Three standard deviations, were the noise normal: the median absolute deviation times 1.4826 estimates one. */
    private static final double DEVIATIONS = 3 * 1.4826;

    /** What sums of floating-point numbers in another order differ by. */
    private static final double ROUNDING = 1e-9;

    /** Empty where there is no value. */
    static Optional<Band> of(double... values) {
        if (values.length == 0) {
            return Optional.empty();
        }
        var median = median(values);
        var deviation = median(
                DoubleStream.of(values).map(value -> Math.abs(value - median)).toArray());
        var least = DoubleStream.of(values).min().orElseThrow();
        var most = DoubleStream.of(values).max().orElseThrow();
        var spread = values.length < LEAST_POINTS ? 0 : DEVIATIONS * deviation;
        return Optional.of(new Band(values.length, median, least, most, spread + ROUNDING * Math.abs(median)));
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        var middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Whether a value is beyond what was seen before and what is known of its noise. */
    boolean isLeft(double value, Movement movement) {
        return movement != Movement.DOWN && value > most + noise || movement != Movement.UP && value < least - noise;
    }

    boolean tellsNoise() {
        return points >= LEAST_POINTS;
    }

    /** Whether it was this value and no other. */
    boolean isAlways(double value) {
        return least == value && most == value;
    }
}
