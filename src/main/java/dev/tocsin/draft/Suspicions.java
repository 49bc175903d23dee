package dev.tocsin.draft;

import dev.tocsin.draft.eval.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.rules.RuleFinding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What keeps a rule from firing, as far as it follows from the queries behind its metrics. */
final class Suspicions {
    /** Labels that all series of a target have alike. */
    private static final Set<String> TARGET = Set.of("job", "instance", "server");

    private Suspicions() {}

    /** Labels that a metric's query does not give, though others' do. */
    static List<RuleFinding> labels(Wanted wanted, Exporters exporters) {
        var findings = new ArrayList<RuleFinding>();
        for (var selector : wanted.selectors()) {
            var own = selector.metric().flatMap(exporters::labels);
            if (own.isEmpty()) {
                continue;
            }
            for (var matcher : selector.matchers()) {
                if (!own.get().contains(matcher.name())
                        && exporters.allLabels().contains(matcher.name())
                        && !matcher.matches("")) {
                    findings.add(new RuleFinding(
                            RuleFinding.Kind.ABSENT_LABEL,
                            true,
                            selector.metric().get() + " has no label " + matcher.name(),
                            "the query behind it gives the labels " + own.get(),
                            "leave " + matcher.print() + " out, or give the metric the label"));
                }
            }
        }
        return findings;
    }

    /** Values that are there in another case only. */
    static List<RuleFinding> values(Wanted wanted, Collection<? extends Map<String, String>> series) {
        var findings = new ArrayList<RuleFinding>();
        for (var selector : wanted.selectors()) {
            for (var matcher : selector.matchers()) {
                var values = new LinkedHashSet<String>();
                series.stream()
                        .filter(labels -> selector.metric()
                                .map(name -> name.equals(labels.get(Expr.LabelMatcher.METRIC)))
                                .orElse(true))
                        .filter(labels -> labels.containsKey(matcher.name()))
                        .forEach(labels -> values.add(labels.get(matcher.name())));
                if (matcher.op() == Expr.LabelMatcher.Op.EQUAL && !values.contains(matcher.value())) {
                    values.stream()
                            .filter(matcher.value()::equalsIgnoreCase)
                            .findFirst()
                            .ifPresent(right -> findings.add(new RuleFinding(
                                    RuleFinding.Kind.ABSENT_LABEL_VALUE,
                                    true,
                                    "no series has " + matcher.print(),
                                    "the values of " + matcher.name() + " are " + values,
                                    "write " + matcher.name() + "=\"" + right + "\"")));
                }
            }
        }
        return findings;
    }

    /**
     * Metrics that a server at rest gives, of which no scrape holds one: the exporter is too old for them, or does not collect
     * them. Those that come only with a trouble are none at rest either.
     */
    static List<RuleFinding> unscraped(
            Expr expr, Collection<? extends Map<String, String>> atRest, Predicate<String> scraped) {
        var optional = expr.all()
                .anyMatch(part ->
                        part instanceof Expr.Call call && call.function().startsWith("absent")
                                || part instanceof Expr.Binary binary
                                        && (binary.operator() == Expr.Operator.OR
                                                || binary.operator() == Expr.Operator.UNLESS));
        return expr.all()
                .filter(Expr.VectorSelector.class::isInstance)
                .flatMap(part -> ((Expr.VectorSelector) part).metric().stream())
                .distinct()
                .filter(metric -> !optional && !scraped.test(metric))
                .filter(metric ->
                        atRest.stream().anyMatch(labels -> metric.equals(labels.get(Expr.LabelMatcher.METRIC))))
                .map(metric -> new RuleFinding(
                        RuleFinding.Kind.ABSENT_METRIC,
                        true,
                        metric + " is not scraped",
                        "a server gives it at all times, and no series of it is there",
                        "let the exporter collect it: it may be too old, or the collector is off"))
                .toList();
    }

    /** A value of a label that nothing here has, though the metric has the label: somebody's own database or table. */
    static Optional<String> strangers(Wanted wanted, Collection<? extends Map<String, String>> series) {
        for (var selector : wanted.selectors()) {
            for (var matcher : selector.matchers()) {
                var values = series.stream()
                        .filter(labels -> selector.metric()
                                .map(name -> name.equals(labels.get(Expr.LabelMatcher.METRIC)))
                                .orElse(false))
                        .filter(labels -> labels.containsKey(matcher.name()))
                        .map(labels -> labels.get(matcher.name()))
                        .collect(Collectors.toCollection(TreeSet::new));
                if (!matcher.name().equals(Expr.LabelMatcher.METRIC)
                        && !values.isEmpty()
                        && values.stream().noneMatch(matcher::matches)) {
                    return Optional.of("no series that Tocsin moves has " + matcher.print() + ": " + matcher.name()
                            + " is " + String.join(", ", values) + " there"
                            + (matcher.name().equals("datname")
                                    ? "; say with --database in which database Tocsin works, or give --prometheus"
                                    : ""));
                }
            }
        }
        return Optional.empty();
    }

    /** Two sides that never made a pair, because the labels of one are not those of the other. */
    static List<RuleFinding> joins(Expr expr, List<Map<Expr, Evaluator.Joins>> seen) {
        var all = new LinkedHashMap<Expr, Evaluator.Joins>();
        for (var each : seen) {
            each.forEach((operator, joins) -> all.merge(
                    operator,
                    joins,
                    (one, other) ->
                            new Evaluator.Joins(one.paired() || other.paired(), true, other.left(), other.right())));
        }
        var findings = new ArrayList<RuleFinding>();
        expr.all()
                .filter(Expr.Binary.class::isInstance)
                .map(Expr.Binary.class::cast)
                .filter(binary -> binary.operator() != Expr.Operator.OR && binary.operator() != Expr.Operator.UNLESS)
                .forEach(binary -> {
                    var joins = all.get(binary);
                    if (joins != null && !joins.paired() && differs(binary.matching(), joins)) {
                        findings.add(new RuleFinding(
                                RuleFinding.Kind.NO_MATCH,
                                true,
                                "no series on the left of " + binary.operator().symbol()
                                        + " belongs to one on the right",
                                "the left has the labels " + joins.left() + ", the right " + joins.right() + ", in "
                                        + binary.print(),
                                mend(binary, joins)));
                    }
                });
        return findings;
    }

    private static String mend(Expr.Binary binary, Evaluator.Joins joins) {
        var shared = new LinkedHashSet<>(joins.left());
        shared.retainAll(joins.right());
        if (shared.isEmpty()) {
            return "the sides share no label: let the aggregation keep one of the other side's and match on it, or match on () when there is one series on each side";
        }
        var more = binary.operator().isSet()
                ? ""
                : tells(joins.left(), shared)
                        ? " group_left ()"
                        : tells(joins.right(), shared) ? " group_right ()" : "";
        return "write " + binary.operator().symbol() + " on (" + String.join(", ", shared) + ")" + more;
    }

    /** Whether one side has more labels that tell series of one target apart. */
    private static boolean tells(List<String> labels, Set<String> shared) {
        return labels.stream().anyMatch(name -> !shared.contains(name) && !TARGET.contains(name));
    }

    /** Whether the labels that must be equal are not the same ones on both sides. */
    private static boolean differs(Expr.Matching matching, Evaluator.Joins joins) {
        return !compared(matching, joins.left()).equals(compared(matching, joins.right()));
    }

    private static Set<String> compared(Expr.Matching matching, List<String> labels) {
        var compared = new LinkedHashSet<>(labels);
        switch (matching.kind()) {
            case ALL -> {}
            case ON -> compared.retainAll(matching.labels());
            case IGNORING -> compared.removeAll(Set.copyOf(matching.labels()));
        }
        return compared;
    }
}
