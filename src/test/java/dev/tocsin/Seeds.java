package dev.tocsin;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Where a test's chance comes from. The gate gives the same answer every time, so its seeds are fixed; a seed that once failed
 * joins those of its test. A campaign ({@code -Dtocsin.campaign=true}) takes fresh ones besides and prints them, and
 * {@code -Dtocsin.seed=N} repeats one, alone.
 */
public final class Seeds {
    private static final String ONE = "tocsin.seed";

    private Seeds() {}

    public static boolean isCampaign() {
        return Boolean.getBoolean("tocsin.campaign");
    }

    /** The seeds of a test: those that are fixed, and in a campaign one more. */
    public static List<Long> of(long... fixed) {
        return some(1, fixed);
    }

    /** The seeds of a test that is quick for each: those that are fixed, the first so many numbers, and in a campaign as many fresh ones. */
    public static List<Long> first(int count, long... fixed) {
        return some(
                count,
                LongStream.concat(LongStream.range(0, count), LongStream.of(fixed))
                        .toArray());
    }

    private static List<Long> some(int fresh, long... fixed) {
        var one = Long.getLong(ONE);
        if (one != null) {
            return List.of(one);
        }
        var seeds = new ArrayList<>(LongStream.of(fixed).boxed().toList());
        if (isCampaign()) {
            var caller = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                    .walk(frames -> frames.map(StackWalker.StackFrame::getDeclaringClass)
                            .filter(type -> type != Seeds.class)
                            .findFirst()
                            .orElseThrow());
            var first = new SplittableRandom().nextLong();
            // Consecutive, so that one number names them all.
            LongStream.range(first, first + fresh).forEach(seeds::add);
            System.out.println(caller.getSimpleName() + ": fresh seeds from " + first + ", " + fresh
                    + " in all; repeat one with -D" + ONE + "=N");
        }
        return List.copyOf(seeds);
    }
}
