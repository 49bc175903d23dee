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
import java.util.Set;

/** What keeps a rule from firing, as far as it follows from the queries behind its metrics. */
final class Suspicions {
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
                                "say with on() which labels must be equal"));
                    }
                });
        return findings;
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
