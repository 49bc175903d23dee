package dev.tocsin.domain.alert;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The label set that identifies an alert; an absent label equals an empty one, as in Prometheus. */
public final class Labels {
    /** The label that carries an alert's name. */
    public static final String ALERTNAME = "alertname";

    private final SortedMap<String, String> pairs;

    /** Known from the start: every alert of every notification is looked up by its labels. */
    private final int hash;

    public Labels(SortedMap<String, String> pairs) {
        this.pairs = Collections.unmodifiableSortedMap(new TreeMap<>(pairs));
        this.hash = this.pairs.hashCode();
    }

    public static Labels of(Map<String, String> pairs) {
        return new Labels(new TreeMap<>(pairs));
    }

    public SortedMap<String, String> pairs() {
        return pairs;
    }

    public String get(String name) {
        return pairs.getOrDefault(name, "");
    }

    public String alertname() {
        return get(ALERTNAME);
    }

    /** Whether one of these has another value there. */
    public boolean contradicts(Labels others) {
        return pairs.entrySet().stream()
                .anyMatch(pair -> !others.get(pair.getKey()).isEmpty()
                        && !others.get(pair.getKey()).equals(pair.getValue()));
    }

    /** Whether all of these are there, with the same values. */
    public boolean allIn(Labels others) {
        return pairs.entrySet().stream()
                .allMatch(pair -> others.get(pair.getKey()).equals(pair.getValue()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Labels labels
                && hash == labels.hash
                && pairs.size() == labels.pairs.size()
                && sameInOrder(pairs, labels.pairs);
    }

    /** Both are sorted, so nothing need be looked up. */
    private static boolean sameInOrder(SortedMap<String, String> one, SortedMap<String, String> other) {
        var others = other.entrySet().iterator();
        return one.entrySet().stream().allMatch(pair -> pair.equals(others.next()));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return pairs.entrySet().stream()
                .filter(pair -> !pair.getKey().equals(ALERTNAME))
                .map(pair -> pair.getKey() + "=\"" + pair.getValue() + "\"")
                .collect(Collectors.joining(", ", alertname() + "{", "}"));
    }
}
