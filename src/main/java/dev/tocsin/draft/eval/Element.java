package dev.tocsin.draft.eval;

import dev.tocsin.promql.Expr;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** One element of an instant vector. */
public record Element(SortedMap<String, String> labels, double value) {
    static Element of(Map<String, String> labels, double value) {
        return new Element(new TreeMap<>(labels), value);
    }

    /** With another value, and without a metric name: what was computed is no metric any more. */
    Element valued(double other) {
        var rest = new TreeMap<>(labels);
        rest.remove(Expr.LabelMatcher.METRIC);
        return new Element(rest, other);
    }

    /** Only these labels. */
    SortedMap<String, String> only(Collection<String> names) {
        var some = new TreeMap<>(labels);
        some.keySet().retainAll(names);
        return some;
    }

    /** All labels but these and the metric's name. */
    SortedMap<String, String> without(Collection<String> names) {
        var some = new TreeMap<>(labels);
        some.keySet().removeAll(names);
        some.remove(Expr.LabelMatcher.METRIC);
        return some;
    }
}
