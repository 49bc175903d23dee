package dev.tocsin.draft;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/** Matchers that tell the alert a stimulus causes from those of its rule that fire anyway. */
final class Narrowing {
    private static final String OURS = "tocsin";

    private Narrowing() {}

    /** @param known whether the values of labels are real ones, and not the model's */
    static List<String> of(
            SortedMap<String, String> fired, Collection<SortedMap<String, String>> others, boolean known) {
        var matchers = new ArrayList<String>();
        if (others.isEmpty()) {
            return matchers;
        }
        for (var label : fired.entrySet()) {
            var apart = others.stream().noneMatch(other -> label.getValue().equals(other.get(label.getKey())));
            if (apart && label.getValue().startsWith(OURS)) {
                return List.of(label.getKey() + "=~\"" + OURS + ".*\"");
            }
            if (apart && known) {
                matchers.add(label.getKey() + "=\"" + label.getValue() + "\"");
            }
        }
        if (matchers.isEmpty() && known) {
            fired.forEach((name, value) -> {
                if (others.stream().anyMatch(other -> !value.equals(other.get(name)))) {
                    matchers.add(name + "=\"" + value + "\"");
                }
            });
        }
        return matchers;
    }
}
