package dev.tocsin.rules;

/**
 * Between what and what a value lies: a multiple of the time of the evaluation, and an interval beside it.
 *
 * @param clock how often the time of the evaluation, in seconds since 1970, is in it
 */
record Range(double clock, double low, double high) {
    static final Range ANY = between(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    static final Range POSITIVE = between(0, Double.POSITIVE_INFINITY);
    static final Range BOOLEAN = between(0, 1);
    static final Range NOW = new Range(1, 0, 0);

    private static final double EARLIEST = 1.5e9;
    private static final double LATEST = 1e10;

    static Range between(double low, double high) {
        return new Range(0, low, high);
    }

    static Range of(double value) {
        return Double.isNaN(value) ? ANY : between(value, value);
    }

    boolean isOne() {
        return clock == 0 && low == high;
    }

    /** Without the clock as a symbol. */
    Range absolute() {
        return clock == 0
                ? this
                : between(
                        low + Math.min(clock * EARLIEST, clock * LATEST),
                        high + Math.max(clock * EARLIEST, clock * LATEST));
    }

    Range plus(Range other) {
        return new Range(
                clock + other.clock,
                sum(low, other.low, Double.NEGATIVE_INFINITY),
                sum(high, other.high, Double.POSITIVE_INFINITY));
    }

    private static double sum(double one, double other, double unknown) {
        var sum = one + other;
        return Double.isNaN(sum) ? unknown : sum;
    }

    Range negated() {
        return new Range(-clock, -high, -low);
    }

    Range times(Range other) {
        if (isOne()) {
            return other.scaled(low);
        }
        return other.isOne() ? scaled(other.low) : absolute().product(other.absolute());
    }

    private Range scaled(double factor) {
        if (factor == 0 || Double.isInfinite(factor)) {
            return factor == 0 ? of(0) : ANY;
        }
        return new Range(clock * factor, Math.min(low * factor, high * factor), Math.max(low * factor, high * factor));
    }

    private Range product(Range other) {
        var corners = new double[] {low * other.low, low * other.high, high * other.low, high * other.high};
        var least = Double.POSITIVE_INFINITY;
        var most = Double.NEGATIVE_INFINITY;
        for (var corner : corners) {
            // 0 times infinity: the infinite one is a bound that is never reached.
            var value = Double.isNaN(corner) ? 0 : corner;
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        return between(least, most);
    }

    Range over(Range other) {
        if (other.isOne() && other.low != 0) {
            return scaled(1 / other.low);
        }
        var below = other.absolute();
        var above = absolute();
        if (below.low < 0 || above.low < 0) {
            return ANY;
        }
        return between(
                above.low / below.high >= 0 ? above.low / below.high : 0,
                below.low > 0 ? above.high / below.low : Double.POSITIVE_INFINITY);
    }

    /** What holds of either. */
    Range or(Range other) {
        if (clock == other.clock) {
            return new Range(clock, Math.min(low, other.low), Math.max(high, other.high));
        }
        return absolute().or(other.absolute());
    }

    /** What holds of several of them together, at least one. */
    Range summed() {
        var one = absolute();
        return between(
                one.low >= 0 ? one.low : Double.NEGATIVE_INFINITY, one.high <= 0 ? one.high : Double.POSITIVE_INFINITY);
    }

    Range atLeast(double bound) {
        var one = absolute();
        return between(Math.max(one.low, bound), Math.max(one.high, bound));
    }

    Range atMost(double bound) {
        var one = absolute();
        return between(Math.min(one.low, bound), Math.min(one.high, bound));
    }

    /** As a person says it. */
    String print() {
        var text = new StringBuilder();
        if (clock != 0) {
            text.append(clock == 1 ? "now and " : number(clock) + " times now and ");
        }
        if (low == high) {
            return text.append(number(low)).toString();
        }
        if (Double.isInfinite(low)) {
            return text.append(Double.isInfinite(high) ? "anything" : "at most " + number(high))
                    .toString();
        }
        return text.append(
                        Double.isInfinite(high)
                                ? "at least " + number(low)
                                : "from " + number(low) + " to " + number(high))
                .toString();
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}
