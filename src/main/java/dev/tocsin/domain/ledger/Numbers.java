package dev.tocsin.domain.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A set of numbers above 0 as ranges, written {@code 1-500,502}. A writer's numbers have few gaps, so a million of them
 * are a few ranges, and every operation costs as much as there are ranges.
 */
public final class Numbers {
    public static final Numbers NONE = new Numbers(new long[0]);

    /** First and last of each range in turn, ascending, with a gap between two ranges. */
    private final long[] bounds;

    private Numbers(long[] bounds) {
        this.bounds = bounds;
    }

    /** From the first to the last, both included; nothing when the last is smaller. */
    public static Numbers range(long first, long last) {
        if (first < 1) {
            throw new IllegalArgumentException(first + " is not a number from 1 on");
        }
        return last < first ? NONE : new Numbers(new long[] {first, last});
    }

    public static Numbers of(long number) {
        return range(number, number);
    }

    /** Throws {@link IllegalArgumentException} for what {@link #toString} does not write. */
    public static Numbers parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        var builder = new Builder();
        for (var part : text.split(",", -1)) {
            var ends = part.split("-", -1);
            if (ends.length > 2) {
                throw new IllegalArgumentException("\"" + part + "\" is no range of numbers");
            }
            var first = Long.parseLong(ends[0]);
            var last = ends.length == 1 ? first : Long.parseLong(ends[1]);
            if (last < first || first <= builder.last()) {
                throw new IllegalArgumentException("\"" + text + "\" does not ascend");
            }
            builder.add(first, last);
        }
        return builder.build();
    }

    public boolean isEmpty() {
        return bounds.length == 0;
    }

    public long size() {
        var size = 0L;
        for (var i = 0; i < bounds.length; i += 2) {
            size += bounds[i + 1] - bounds[i] + 1;
        }
        return size;
    }

    /** The smallest; 0 when there is none. */
    public long first() {
        return isEmpty() ? 0 : bounds[0];
    }

    /** The largest; 0 when there is none. */
    public long last() {
        return isEmpty() ? 0 : bounds[bounds.length - 1];
    }

    public boolean contains(long number) {
        var place = Arrays.binarySearch(bounds, number);
        return place >= 0 || (-place - 1) % 2 == 1;
    }

    public Numbers plus(Numbers other) {
        if (other.isEmpty() || isEmpty()) {
            return isEmpty() ? other : this;
        }
        var builder = new Builder();
        var i = 0;
        var j = 0;
        while (i < bounds.length || j < other.bounds.length) {
            if (j == other.bounds.length || i < bounds.length && bounds[i] <= other.bounds[j]) {
                builder.add(bounds[i], bounds[i + 1]);
                i += 2;
            } else {
                builder.add(other.bounds[j], other.bounds[j + 1]);
                j += 2;
            }
        }
        return builder.build();
    }

    public Numbers and(Numbers other) {
        var builder = new Builder();
        var i = 0;
        var j = 0;
        while (i < bounds.length && j < other.bounds.length) {
            var first = Math.max(bounds[i], other.bounds[j]);
            var last = Math.min(bounds[i + 1], other.bounds[j + 1]);
            if (first <= last) {
                builder.add(first, last);
            }
            if (bounds[i + 1] < other.bounds[j + 1]) {
                i += 2;
            } else {
                j += 2;
            }
        }
        return builder.build();
    }

    public Numbers minus(Numbers other) {
        return isEmpty() || other.isEmpty() ? this : and(other.complement());
    }

    /** Those above a number. */
    public Numbers above(long number) {
        return and(range(Math.max(1, number + 1), Long.MAX_VALUE));
    }

    private Numbers complement() {
        var builder = new Builder();
        var next = 1L;
        for (var i = 0; i < bounds.length; i += 2) {
            if (next < bounds[i]) {
                builder.add(next, bounds[i] - 1);
            }
            if (bounds[i + 1] == Long.MAX_VALUE) {
                return builder.build();
            }
            next = bounds[i + 1] + 1;
        }
        builder.add(next, Long.MAX_VALUE);
        return builder.build();
    }

    /** All of them, ascending. */
    public LongStream stream() {
        return IntStream.range(0, bounds.length / 2)
                .boxed()
                .flatMapToLong(i -> LongStream.rangeClosed(bounds[2 * i], bounds[2 * i + 1]));
    }

    /** How many ranges there are. */
    public int ranges() {
        return bounds.length / 2;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Numbers numbers && Arrays.equals(bounds, numbers.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return IntStream.range(0, bounds.length / 2)
                .mapToObj(i -> bounds[2 * i] == bounds[2 * i + 1]
                        ? String.valueOf(bounds[2 * i])
                        : bounds[2 * i] + "-" + bounds[2 * i + 1])
                .collect(Collectors.joining(","));
    }

    /** Puts numbers together that come with ascending beginnings. */
    public static final class Builder {
        private final List<long[]> ranges = new ArrayList<>();

        /** Adds a range that begins no earlier than the one before it. */
        public void add(long first, long last) {
            var before = ranges.isEmpty() ? null : ranges.getLast();
            if (before != null && first < before[0]) {
                throw new IllegalArgumentException(first + " came after " + before[0]);
            }
            if (before != null && (before[1] == Long.MAX_VALUE || first <= before[1] + 1)) {
                before[1] = Math.max(before[1], last);
            } else {
                ranges.add(new long[] {first, last});
            }
        }

        public void add(long number) {
            add(number, number);
        }

        long last() {
            return ranges.isEmpty() ? 0 : ranges.getLast()[1];
        }

        public Numbers build() {
            var bounds = new long[2 * ranges.size()];
            for (var i = 0; i < ranges.size(); i++) {
                bounds[2 * i] = ranges.get(i)[0];
                bounds[2 * i + 1] = ranges.get(i)[1];
            }
            return bounds.length == 0 ? NONE : new Numbers(bounds);
        }
    }
}
