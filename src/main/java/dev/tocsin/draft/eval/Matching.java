package dev.tocsin.draft.eval;

import dev.tocsin.promql.Expr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which series of one side belongs to which of the other. */
final class Matching {
    private Matching() {}

    static SortedMap<String, String> key(Expr.Matching matching, Element element) {
        return switch (matching.kind()) {
            case ALL -> element.without(List.of());
            case ON -> element.only(matching.labels());
            case IGNORING -> element.without(matching.labels());
        };
    }

    static boolean anyPair(Expr.Matching matching, List<Element> left, List<Element> right) {
        var keys = new HashSet<SortedMap<String, String>>();
        right.forEach(each -> keys.add(key(matching, each)));
        return left.stream().anyMatch(each -> keys.contains(key(matching, each)));
    }

    static List<Element> set(Expr.Binary binary, List<Element> left, List<Element> right) {
        var keys = new HashSet<SortedMap<String, String>>();
        var or = binary.operator() == Expr.Operator.OR;
        (or ? left : right).forEach(each -> keys.add(key(binary.matching(), each)));
        if (or) {
            var all = new ArrayList<>(left);
            right.stream()
                    .filter(each -> !keys.contains(key(binary.matching(), each)))
                    .forEach(all::add);
            return all;
        }
        var wanted = binary.operator() == Expr.Operator.AND;
        return left.stream()
                .filter(each -> keys.contains(key(binary.matching(), each)) == wanted)
                .toList();
    }

    static List<Element> pairs(Expr.Binary binary, List<Element> left, List<Element> right) {
        var swapped = binary.matching().group() == Expr.Matching.Group.RIGHT;
        var many = swapped ? right : left;
        var one = index(binary, swapped ? left : right, swapped ? "left" : "right");
        var result = new ArrayList<Element>();
        var seen = new HashSet<SortedMap<String, String>>();
        for (var each : many) {
            var key = key(binary.matching(), each);
            var partner = one.get(key);
            if (partner == null) {
                continue;
            }
            if (binary.matching().group() == Expr.Matching.Group.NONE && !seen.add(key)) {
                throw new EvaluationException(
                        "many series match one at " + binary.operator().symbol()
                                + ", which Prometheus refuses without group_left or group_right; both have " + key);
            }
            var value = swapped
                    ? Arithmetic.of(binary.operator(), partner.value(), each.value())
                    : Arithmetic.of(binary.operator(), each.value(), partner.value());
            var keeps = binary.operator().isComparison() && !binary.bool();
            if (keeps && value != 1) {
                continue;
            }
            var left0 = swapped ? partner : each;
            result.add(new Element(labels(binary, each, partner, keeps), keeps ? left0.value() : value));
        }
        return result;
    }

    private static Map<SortedMap<String, String>, Element> index(Expr.Binary binary, List<Element> side, String which) {
        var one = new HashMap<SortedMap<String, String>, Element>();
        for (var each : side) {
            if (one.put(key(binary.matching(), each), each) != null) {
                throw new EvaluationException("several series on the " + which + " of "
                        + binary.operator().symbol() + " match one, which Prometheus refuses: "
                        + key(binary.matching(), each));
            }
        }
        return one;
    }

    private static SortedMap<String, String> labels(Expr.Binary binary, Element many, Element one, boolean keeps) {
        var matching = binary.matching();
        var labels = new TreeMap<>(keeps ? many.labels() : many.without(List.of()));
        if (matching.group() == Expr.Matching.Group.NONE) {
            switch (matching.kind()) {
                case ALL -> {}
                case ON -> labels.keySet().retainAll(matching.labels());
                case IGNORING -> labels.keySet().removeAll(matching.labels());
            }
        }
        for (var name : matching.include()) {
            var value = one.labels().get(name);
            if (value == null) {
                labels.remove(name);
            } else {
                labels.put(name, value);
            }
        }
        return labels;
    }
}
