package dev.tocsin.lab;

import dev.tocsin.Seeds;
import java.util.LinkedHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How often a proof is repeated: the gate shows each kind once, the campaign runs all of its cases. A whole test that only the
 * campaign runs carries the tag {@value #CAMPAIGN}.
 */
final class Tier {
    /** The tag of tests that the gate leaves out. */
    static final String CAMPAIGN = "campaign";

    /** The tag of tests that run once on each stack. */
    static final String STACKS = "stacks";

    /** The order of classes that take long: begun last, one of them would run alone at the end. */
    static final int LONG = 1;

    private Tier() {}

    /** All cases in the campaign; in the gate the first of each kind. */
    static <T> Stream<T> oneOfEach(Stream<T> cases, Function<T, ?> kind) {
        return Seeds.isCampaign()
                ? cases
                : cases
                        .collect(Collectors.toMap(kind, each -> each, (first, _) -> first, LinkedHashMap::new))
                        .values()
                        .stream();
    }

    /** The stack on which the tests run that are tagged {@link #STACKS}. */
    static String stack() {
        return System.getProperty("tocsin.stack", "system");
    }

    /** How many times something is done. */
    static int times(int gate, int campaign) {
        return Seeds.isCampaign() ? campaign : gate;
    }
}
