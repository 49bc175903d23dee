package dev.tocsin.draft.eval;

import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ValueType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates PromQL on a {@link Recording}, as Prometheus would on what it scraped. */
public final class Evaluator {
    private final Recording recording;
    private final Map<Expr, Joins> joins = new IdentityHashMap<>();
    private final Map<Expr.VectorSelector, List<Recording.Series>> selected = new IdentityHashMap<>();

    /**
     * Whether a comparison of two sides ever found a pair.
     *
     * @param left labels of a series that stood there alone
     */
    public record Joins(boolean paired, boolean lonely, List<String> left, List<String> right) {}

    public Evaluator(Recording recording) {
        this.recording = recording;
    }

    /** The elements of a vector, or the one value of a scalar, at a moment; throws {@link EvaluationException}. */
    public List<Element> vector(Expr expr, double moment) {
        return expr.type() == ValueType.SCALAR
                ? List.of(Element.of(Map.of(), scalar(expr, moment)))
                : eval(expr, moment);
    }

    /** The two sides of an operator that both had series, and never a pair. */
    public Map<Expr, Joins> joins() {
        return joins;
    }

    List<Recording.Series> series(Expr.VectorSelector selector) {
        return selected.computeIfAbsent(selector, recording::select);
    }

    Recording recording() {
        return recording;
    }

    double scalar(Expr expr, double moment) {
        return switch (expr) {
            case Expr.NumberLiteral(var value) -> value;
            case Expr.Negation(var of) -> -scalar(of, moment);
            case Expr.Binary binary ->
                Arithmetic.of(binary.operator(), scalar(binary.left(), moment), scalar(binary.right(), moment));
            case Expr.Call(var function, var arguments) ->
                switch (function) {
                    case "time" -> recording.epoch() + moment;
                    case "pi" -> Math.PI;
                    case "scalar" -> {
                        var all = eval(arguments.getFirst(), moment);
                        yield all.size() == 1 ? all.getFirst().value() : Double.NaN;
                    }
                    default -> throw new EvaluationException(function + "() is not understood here");
                };
            default -> throw new EvaluationException("no scalar: " + expr.print());
        };
    }

    List<Element> eval(Expr expr, double moment) {
        return switch (expr) {
            case Expr.VectorSelector selector -> select(selector, moment);
            case Expr.Call call -> new Functions(this).call(call, moment);
            case Expr.Aggregation aggregation -> new Aggregations(this).of(aggregation, moment);
            case Expr.Negation(var of) ->
                eval(of, moment).stream()
                        .map(each -> each.valued(-each.value()))
                        .toList();
            case Expr.Binary binary -> binary(binary, moment);
            case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.MatrixSelector _, Expr.Subquery _ ->
                throw new EvaluationException("no instant vector: " + expr.print());
        };
    }

    private List<Element> select(Expr.VectorSelector selector, double moment) {
        var scrape = recording.scrape(moment - shift(selector));
        var found = new ArrayList<Element>();
        if (scrape >= 0 && scrape < recording.scrapes()) {
            for (var each : series(selector)) {
                if (!Double.isNaN(each.values()[scrape])) {
                    found.add(new Element(each.labels(), each.values()[scrape]));
                }
            }
        }
        return found;
    }

    static double shift(Expr.VectorSelector selector) {
        return selector.offset().toMillis() / 1000.0;
    }

    private List<Element> binary(Expr.Binary binary, double moment) {
        var left = binary.left().type() == ValueType.SCALAR;
        var right = binary.right().type() == ValueType.SCALAR;
        if (left && right) {
            return List.of(Element.of(Map.of(), scalar(binary, moment)));
        }
        if (left || right) {
            return withScalar(binary, moment, left);
        }
        var one = eval(binary.left(), moment);
        var other = eval(binary.right(), moment);
        if (binary.operator().isSet()) {
            var both = Matching.set(binary, one, other);
            note(binary, one, other, Matching.anyPair(binary.matching(), one, other));
            return both;
        }
        note(binary, one, other, Matching.anyPair(binary.matching(), one, other));
        return Matching.pairs(binary, one, other);
    }

    private void note(Expr.Binary binary, List<Element> left, List<Element> right, boolean paired) {
        if (left.isEmpty() || right.isEmpty()) {
            return;
        }
        joins.merge(
                binary,
                new Joins(paired, !paired, names(left), names(right)),
                (before, now) -> new Joins(
                        before.paired() || now.paired(), before.lonely() || now.lonely(), now.left(), now.right()));
    }

    private static List<String> names(List<Element> elements) {
        return elements.getFirst().labels().keySet().stream()
                .filter(name -> !name.equals(Expr.LabelMatcher.METRIC))
                .toList();
    }

    private List<Element> withScalar(Expr.Binary binary, double moment, boolean scalarLeft) {
        var number = scalar(scalarLeft ? binary.left() : binary.right(), moment);
        var result = new ArrayList<Element>();
        for (var each : eval(scalarLeft ? binary.right() : binary.left(), moment)) {
            var value = scalarLeft
                    ? Arithmetic.of(binary.operator(), number, each.value())
                    : Arithmetic.of(binary.operator(), each.value(), number);
            if (!binary.operator().isComparison() || binary.bool()) {
                result.add(each.valued(value));
            } else if (value == 1) {
                result.add(each);
            }
        }
        return result;
    }
}
