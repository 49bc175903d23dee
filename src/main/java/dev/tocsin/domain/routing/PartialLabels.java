package dev.tocsin.domain.routing;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import java.util.List;
import java.util.function.Predicate;

/**
 * The labels of an alert that may not have fired yet.
 *
 * @param certain labels whose values are known; what is neither here nor unknown is known to be absent
 * @param unknown whether nothing can be said about a label of that name
 */
public record PartialLabels(Labels certain, Predicate<String> unknown) {

    /** Labels of which nothing is unknown. */
    public static PartialLabels whole(Labels labels) {
        return new PartialLabels(labels, _ -> false);
    }

    /** Labels that come with others, nobody knows which, as those that a rule sets stand beside those of its series. */
    public static PartialLabels atLeast(Labels labels) {
        return new PartialLabels(labels, name -> !labels.pairs().containsKey(name));
    }

    /** Whether every matcher holds. */
    public Ternary satisfy(List<Matcher> matchers) {
        return matchers.stream().map(this::satisfy).reduce(Ternary.YES, Ternary::and);
    }

    private Ternary satisfy(Matcher matcher) {
        return unknown.test(matcher.label()) ? Ternary.DEPENDS : Ternary.of(matcher.matches(certain));
    }

    /** Whether a label has the same value in both; absent ones are equal. */
    Ternary agree(PartialLabels other, String label) {
        if (unknown.test(label) || other.unknown.test(label)) {
            return Ternary.DEPENDS;
        }
        return Ternary.of(certain.get(label).equals(other.certain.get(label)));
    }
}
