package dev.tocsin.domain.alert;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The label set that identifies an alert; an absent label equals an empty one, as in Prometheus. */
public record Labels(SortedMap<String, String> pairs) {
    /** The label that carries an alert's name. */
    public static final String ALERTNAME = "alertname";

    public Labels {
        pairs = Collections.unmodifiableSortedMap(new TreeMap<>(pairs));
    }

    public static Labels of(Map<String, String> pairs) {
        return new Labels(new TreeMap<>(pairs));
    }

    public String get(String name) {
        return pairs.getOrDefault(name, "");
    }

    public String alertname() {
        return get(ALERTNAME);
    }

    @Override
    public String toString() {
        return pairs.entrySet().stream()
                .filter(pair -> !pair.getKey().equals(ALERTNAME))
                .map(pair -> pair.getKey() + "=\"" + pair.getValue() + "\"")
                .collect(Collectors.joining(", ", alertname() + "{", "}"));
    }
}
