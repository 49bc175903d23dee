package dev.tocsin.domain.routing;

import dev.tocsin.domain.alert.Matcher;
import java.util.List;

/** While an alert that the source matches is active, those that the target matches are muted, if {@code equal} labels are equal. */
public record InhibitRule(List<Matcher> source, List<Matcher> target, List<String> equal) {
    public InhibitRule {
        source = List.copyOf(source);
        target = List.copyOf(target);
        equal = List.copyOf(equal);
    }

    /** Whether an active alert mutes another one. */
    Ternary inhibits(PartialLabels active, PartialLabels muted) {
        if (active.equals(muted)) {
            return Ternary.NO;
        }
        var applies = active.satisfy(source).and(muted.satisfy(target));
        for (var label : equal) {
            applies = applies.and(active.agree(muted, label));
        }
        // An alert that matches both sides is not muted by another that does, or each would mute the other.
        var twoSided = muted.satisfy(source).and(active.satisfy(target));
        return applies.and(twoSided.not());
    }
}
