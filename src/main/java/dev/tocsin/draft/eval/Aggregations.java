package dev.tocsin.draft.eval;

import dev.tocsin.promql.Expr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Many series to fewer. */
final class Aggregations {
    private final Evaluator evaluator;

    Aggregations(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    List<Element> of(Expr.Aggregation aggregation, double moment) {
        var groups = new LinkedHashMap<SortedMap<String, String>, List<Element>>();
        for (var each : evaluator.eval(aggregation.of(), moment)) {
            groups.computeIfAbsent(key(aggregation.grouping(), each), _ -> new ArrayList<>())
                    .add(each);
        }
        var result = new ArrayList<Element>();
        for (var group : groups.entrySet()) {
            result.addAll(of(aggregation, group.getKey(), group.getValue(), moment));
        }
        return result;
    }

    private static SortedMap<String, String> key(Expr.Grouping grouping, Element element) {
        return switch (grouping.kind()) {
            case NONE -> new TreeMap<>();
            case BY -> element.only(grouping.labels());
            case WITHOUT -> element.without(grouping.labels());
        };
    }

    private List<Element> of(
            Expr.Aggregation aggregation, SortedMap<String, String> labels, List<Element> group, double moment) {
        var values = group.stream().mapToDouble(Element::value);
        return switch (aggregation.operator()) {
            case "topk", "bottomk" -> {
                var most = (int) parameter(aggregation, moment);
                var order = Comparator.comparingDouble(Element::value);
                yield group.stream()
                        .sorted(aggregation.operator().equals("topk") ? order.reversed() : order)
                        .limit(most)
                        .toList();
            }
            case "count_values" -> counted(aggregation, labels, group);
            case "sum" -> one(labels, values.sum());
            case "avg" -> one(labels, values.average().orElse(Double.NaN));
            case "min" -> one(labels, values.min().orElse(Double.NaN));
            case "max" -> one(labels, values.max().orElse(Double.NaN));
            case "count" -> one(labels, group.size());
            case "group" -> one(labels, 1);
            case "stdvar" -> one(labels, OverTime.variance(values.toArray()));
            case "stddev" -> one(labels, Math.sqrt(OverTime.variance(values.toArray())));
            case "quantile" -> one(labels, OverTime.quantile(parameter(aggregation, moment), values.toArray()));
            default -> throw new EvaluationException(aggregation.operator() + " is not understood here");
        };
    }

    private double parameter(Expr.Aggregation aggregation, double moment) {
        return evaluator.scalar(aggregation.parameter().orElseThrow(), moment);
    }

    private static List<Element> one(SortedMap<String, String> labels, double value) {
        return List.of(new Element(labels, value));
    }

    private static List<Element> counted(
            Expr.Aggregation aggregation, SortedMap<String, String> labels, List<Element> group) {
        if (!(aggregation.parameter().orElseThrow() instanceof Expr.StringLiteral(var name))) {
            throw new EvaluationException("count_values needs a label");
        }
        Map<Double, Integer> counts = new TreeMap<>();
        group.forEach(each -> counts.merge(each.value(), 1, Integer::sum));
        var result = new ArrayList<Element>();
        counts.forEach((value, count) -> {
            var with = new TreeMap<>(labels);
            with.put(name, value == Math.rint(value) ? String.valueOf(value.longValue()) : String.valueOf(value));
            result.add(new Element(with, count));
        });
        return result;
    }
}
