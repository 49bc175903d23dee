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
}
