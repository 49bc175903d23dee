package dev.tocsin.draft;

import dev.tocsin.promql.Expr;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What an expression reads.
 *
 * @param selectors those of the expression and of the recording rules it uses
 * @param recorded the recording rules it uses, each after those that it needs itself
 * @param names the metrics, when every selector names one; empty when one does not
 * @param compared labels by which series are grouped or matched
 * @param answers whether a metric is read, as far as it was asked
 */
record Wanted(
        List<Expr.VectorSelector> selectors,
        Map<String, Recorded> recorded,
        Set<String> names,
        Set<String> compared,
        Map<String, Boolean> answers) {

    /** A recording rule whose expression was read. */
    record Recorded(Expr expr, Map<String, String> labels) {}

    static Wanted of(Expr expr, Map<String, Recorded> rules) {
        var selectors = new LinkedHashSet<Expr.VectorSelector>();
        var recorded = new LinkedHashMap<String, Recorded>();
        collect(expr, rules, selectors, recorded, new HashSet<>());
        var metrics = selectors.stream()
                .filter(selector -> selector.metric()
                        .map(name -> !recorded.containsKey(name))
                        .orElse(true))
                .toList();
        var all = metrics.stream().allMatch(selector -> selector.metric().isPresent());
        var names = new LinkedHashSet<String>();
        metrics.forEach(selector -> selector.metric().ifPresent(names::add));
        return new Wanted(
                List.copyOf(metrics), recorded, all ? names : Set.of(), compared(expr, recorded), new HashMap<>());
    }

    private static Set<String> compared(Expr expr, Map<String, Recorded> recorded) {
        var labels = new LinkedHashSet<String>();
        Stream.concat(Stream.of(expr), recorded.values().stream().map(Recorded::expr))
                .flatMap(Expr::all)
                .forEach(part -> {
                    switch (part) {
                        case Expr.Aggregation aggregation
                        when aggregation.grouping().kind() == Expr.Grouping.Kind.BY ->
                            labels.addAll(aggregation.grouping().labels());
                        case Expr.Binary binary
                        when binary.matching().kind() == Expr.Matching.Kind.ON ->
                            labels.addAll(binary.matching().labels());
                        default -> {}
                    }
                });
        return labels;
    }

    /** @param entered what was looked into already: a rule that uses itself would have no end */
    private static void collect(
            Expr expr,
            Map<String, Recorded> rules,
            Set<Expr.VectorSelector> selectors,
            Map<String, Recorded> recorded,
            Set<String> entered) {
        expr.all()
                .filter(Expr.VectorSelector.class::isInstance)
                .map(Expr.VectorSelector.class::cast)
                .forEach(selector -> {
                    selectors.add(selector);
                    selector.metric().ifPresent(name -> {
                        var rule = rules.get(name);
                        if (rule != null && entered.add(name)) {
                            collect(rule.expr(), rules, selectors, recorded, entered);
                            recorded.put(name, rule);
                        }
                    });
                });
    }

    /** Whether a metric of that name is read. */
    boolean reads(String metric) {
        return answers.computeIfAbsent(metric, this::isRead);
    }

    private boolean isRead(String metric) {
        return names.contains(metric)
                || selectors.stream()
                        .anyMatch(selector -> selector.metric().isEmpty()
                                && selector.matchers().stream()
                                        .filter(matcher -> matcher.name().equals(Expr.LabelMatcher.METRIC))
                                        .allMatch(matcher -> matcher.matches(metric)));
    }

    /** The labels that the selectors of a metric ask for by their values. */
    Map<String, String> asked(String metric) {
        var asked = new TreeMap<String, String>();
        for (var selector : selectors) {
            if (selector.metric().map(metric::equals).orElse(true)) {
                selector.matchers().stream()
                        .filter(matcher -> matcher.op() == Expr.LabelMatcher.Op.EQUAL
                                && !matcher.name().equals(Expr.LabelMatcher.METRIC)
                                && !matcher.value().isEmpty())
                        .forEach(matcher -> asked.put(matcher.name(), matcher.value()));
            }
        }
        return asked;
    }

    /** How far back an expression looks at most: ranges and offsets added up along each path. */
    static Duration window(Expr expr) {
        var inner = expr.parts().stream()
                .map(Wanted::window)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return switch (expr) {
            case Expr.VectorSelector selector -> selector.offset().isNegative() ? Duration.ZERO : selector.offset();
            case Expr.MatrixSelector(var _, var range) -> inner.plus(range);
            case Expr.Subquery subquery -> inner.plus(subquery.range()).plus(subquery.offset());
            default -> inner;
        };
    }

    /** The shortest range, which the scrapes must be finer than. */
    static Duration shortest(Expr expr) {
        return expr.all()
                .flatMap(part -> switch (part) {
                    case Expr.MatrixSelector(var _, var range) -> Stream.of(range);
                    case Expr.VectorSelector selector
                    when !selector.offset().isZero() ->
                        Stream.of(selector.offset().abs());
                    default -> Stream.<Duration>empty();
                })
                .min(Duration::compareTo)
                .orElse(Duration.ofSeconds(16));
    }
}
