package dev.tocsin.rules;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ValueType;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether a series of one side of an operator belongs to one of the other, with every condition left out. */
final class Joins {
    private static final Set<String> TARGET = Set.of("job", "instance");

    private final Series series;

    Joins(Series series) {
        this.series = series;
    }

    Optional<RuleFinding> of(Expr.Binary binary) throws IOException, InterruptedException {
        if (binary.operator() == Expr.Operator.OR
                || binary.left().type() != ValueType.VECTOR
                || binary.right().type() != ValueType.VECTOR
                || binary.all().anyMatch(Plain::isAbsence)) {
            return Optional.empty();
        }
        try {
            return judge(binary, labelSets(binary.left()), labelSets(binary.right()));
        } catch (Series.NotEvaluatedException _) {
            // The operator within that side which cannot be evaluated has a finding of its own.
            return Optional.empty();
        }
    }

    private List<Labels> labelSets(Expr side) throws IOException, InterruptedException {
        return series.query(Plain.of(side).print()).stream().map(Sample::labels).toList();
    }

    private static Optional<RuleFinding> judge(Expr.Binary binary, List<Labels> left, List<Labels> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        var matching = binary.matching();
        var lefts = left.stream().map(labels -> matched(matching, labels)).toList();
        var rights = right.stream().map(labels -> matched(matching, labels)).toList();
        var common = new HashSet<>(lefts);
        common.retainAll(new HashSet<>(rights));
        if (common.isEmpty()) {
            return Optional.of(noMatch(binary, left, right, lefts, rights));
        }
        return binary.operator().isSet() ? Optional.empty() : ambiguous(binary, left, right, lefts, rights, common);
    }

    private static RuleFinding noMatch(
            Expr.Binary binary, List<Labels> left, List<Labels> right, List<Labels> lefts, List<Labels> rights) {
        var names = namesOf(lefts);
        names.retainAll(namesOf(rights));
        var structural = names.isEmpty();
        var differing = differing(lefts, rights);
        var proof = "left of " + binary.operator().symbol() + " are " + left.size() + " series with "
                + braces(everyName(left)) + ", right " + right.size() + " with " + braces(everyName(right)) + "; "
                + (structural
                        ? differing.isEmpty()
                                ? "no two of them have the same labels"
                                : "only one side has " + String.join(", ", differing)
                        : "the values of " + String.join(", ", everyName(lefts)) + " differ")
                + "; for example " + lefts.getFirst() + " and " + rights.getFirst();
        return new RuleFinding(
                RuleFinding.Kind.NO_MATCH,
                structural,
                "no series left of " + binary.operator().symbol() + " belongs to one right of it"
                        + (structural ? "" : " now"),
                proof,
                structural
                        ? mend(binary, left, right)
                        : "see whether the two sides can ever have the same values there");
    }

    private static String mend(Expr.Binary binary, List<Labels> left, List<Labels> right) {
        var shared = everyName(left);
        shared.retainAll(everyName(right));
        if (shared.isEmpty()) {
            return "the two sides share no label; aggregate both, or match on () a single series";
        }
        var target = new TreeSet<>(shared);
        target.retainAll(TARGET);
        // What tells targets apart is enough where one side has just one series for each.
        if (!target.isEmpty() && !(hasTwins(left, target) && hasTwins(right, target))) {
            shared = target;
        }
        var on = "on (" + String.join(", ", shared) + ")";
        var manyLeft = hasTwins(left, shared);
        var manyRight = hasTwins(right, shared);
        if (binary.operator().isSet() || !manyLeft && !manyRight) {
            return "write " + binary.operator().symbol() + " " + on;
        }
        return manyLeft && manyRight
                ? "write " + binary.operator().symbol() + " " + on + " and aggregate one side by these labels"
                : "write " + binary.operator().symbol() + " " + on + (manyLeft ? " group_left ()" : " group_right ()");
    }

    private static boolean hasTwins(List<Labels> all, Set<String> names) {
        return all.stream().map(labels -> only(labels, names)).distinct().count() < all.size();
    }

    /** A filter may leave one of many, so a side with a filter tells nothing. */
    private static Optional<RuleFinding> ambiguous(
            Expr.Binary binary,
            List<Labels> left,
            List<Labels> right,
            List<Labels> lefts,
            List<Labels> rights,
            Set<Labels> common) {
        var group = binary.matching().group();
        var manyRight = group != Expr.Matching.Group.RIGHT && hasTwins(rights) && !Plain.filters(binary.right());
        var manyLeft = group != Expr.Matching.Group.LEFT
                && (group == Expr.Matching.Group.RIGHT || !binary.operator().isComparison() || binary.bool())
                && hasTwins(lefts.stream().filter(common::contains).toList())
                && !Plain.filters(binary.left());
        if (!manyLeft && !manyRight) {
            return Optional.empty();
        }
        var side = manyLeft ? "left" : "right";
        var twins = twins(manyLeft ? left : right, manyLeft ? lefts : rights);
        return Optional.of(new RuleFinding(
                RuleFinding.Kind.AMBIGUOUS_MATCH,
                true,
                "several series " + side + " of " + binary.operator().symbol()
                        + " have the same matched labels, and Prometheus refuses to choose",
                "among them " + twins.stream().limit(2).map(Labels::toString).collect(Collectors.joining(" and ")),
                group == Expr.Matching.Group.NONE && !(manyLeft && manyRight)
                        ? "write " + (manyLeft ? "group_left ()" : "group_right ()")
                                + " behind on (…), or match more labels"
                        : "match more labels, or aggregate the side that has several"));
    }

    private static List<Labels> twins(List<Labels> all, List<Labels> matched) {
        for (var i = 0; i < matched.size(); i++) {
            var last = matched.lastIndexOf(matched.get(i));
            if (last > i) {
                return List.of(all.get(i), all.get(last));
            }
        }
        return List.of();
    }

    private static boolean hasTwins(List<Labels> all) {
        return new HashSet<>(all).size() < all.size();
    }

    /** The part of the labels that decides. */
    private static Labels matched(Expr.Matching matching, Labels labels) {
        return switch (matching.kind()) {
            case ON -> only(labels, matching.labels());
            case ALL, IGNORING -> {
                var rest = new TreeMap<>(labels.pairs());
                rest.remove(Expr.LabelMatcher.METRIC);
                matching.labels().forEach(rest::remove);
                yield new Labels(rest);
            }
        };
    }

    private static Labels only(Labels labels, Collection<String> names) {
        var only = new TreeMap<>(labels.pairs());
        only.keySet().retainAll(Set.copyOf(names));
        return new Labels(only);
    }

    private static Set<Set<String>> namesOf(List<Labels> all) {
        return all.stream()
                .map(labels -> Set.copyOf(labels.pairs().keySet()))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static TreeSet<String> everyName(List<Labels> all) {
        var names = new TreeSet<String>();
        all.forEach(labels -> names.addAll(labels.pairs().keySet()));
        names.remove(Expr.LabelMatcher.METRIC);
        return names;
    }

    private static Set<String> differing(List<Labels> lefts, List<Labels> rights) {
        var left = everyName(lefts);
        var right = everyName(rights);
        var differing = new TreeSet<>(left);
        differing.addAll(right);
        left.retainAll(right);
        differing.removeAll(left);
        return differing;
    }

    private static String braces(Set<String> names) {
        return "{" + String.join(", ", names) + "}";
    }
}
