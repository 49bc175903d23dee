package dev.tocsin.cluster;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a selector asks of pods, where it asks for labels with values and for nothing else. */
public record PodLabels(Map<String, String> pairs) {
    public PodLabels {
        pairs = Collections.unmodifiableMap(new TreeMap<>(pairs));
    }

    /** Empty for a selector that asks for something else, which a NetworkPolicy writes in another way. */
    public static Optional<PodLabels> of(PodSelector selector) {
        var pairs = new TreeMap<String, String>();
        for (var part : selector.selector().split(",")) {
            var sides = part.strip().split("==?", -1);
            if (sides.length != 2 || sides[0].endsWith("!") || sides[0].isBlank()) {
                return Optional.empty();
            }
            pairs.put(sides[0].strip(), sides[1].strip());
        }
        return Optional.of(new PodLabels(pairs));
    }
}
