package dev.tocsin.rules;

import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ValueType;
import java.util.Optional;
import java.util.Set;

/** Expressions without what makes their result depend on values and on time: what is left are the label sets. */
final class Plain {
    private static final Set<String> OVER_TIME = Set.of(
            "rate",
            "irate",
            "increase",
            "delta",
            "idelta",
            "deriv",
            "changes",
            "resets",
            "predict_linear",
            "holt_winters",
            "quantile_over_time");

    private Plain() {}

    /** The same with every comparison left out, so that it has a result also while the condition does not hold. */
    static Expr of(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral _, Expr.StringLiteral _ -> expr;
            case Expr.VectorSelector vector -> vector.plain();
            case Expr.MatrixSelector matrix -> matrix.vector().plain();
            case Expr.Subquery subquery -> of(subquery.of());
            case Expr.Negation negation -> new Expr.Negation(of(negation.of()));
            case Expr.Aggregation aggregation ->
                new Expr.Aggregation(
                        aggregation.operator(), aggregation.parameter(), of(aggregation.of()), aggregation.grouping());
            case Expr.Call call -> of(call);
            case Expr.Binary binary -> of(binary);
        };
    }

    private static Expr of(Expr.Call call) {
        if (isOverTime(call)) {
            var selected = call.arguments().stream()
                    .filter(argument -> argument instanceof Expr.MatrixSelector || argument instanceof Expr.Subquery)
                    .findFirst();
            // Plus nothing: like the function it leaves out the name of the metric.
            return selected.map(Plain::of)
                    .<Expr>map(of ->
                            new Expr.Binary(Expr.Operator.ADD, of, new Expr.NumberLiteral(0), false, Expr.Matching.ALL))
                    .orElse(call);
        }
        return new Expr.Call(
                call.function(), call.arguments().stream().map(Plain::of).toList());
    }

    private static boolean isOverTime(Expr.Call call) {
        return OVER_TIME.contains(call.function()) || call.function().endsWith("_over_time") && !isAbsence(call);
    }

    static boolean isAbsence(Expr expr) {
        return expr instanceof Expr.Call call
                && (call.function().equals("absent") || call.function().equals("absent_over_time"));
    }

    private static Expr of(Expr.Binary binary) {
        var left = of(binary.left());
        var right = of(binary.right());
        if (binary.operator() == Expr.Operator.UNLESS) {
            return left;
        }
        if (!binary.operator().isComparison() || binary.bool()) {
            return new Expr.Binary(binary.operator(), left, right, binary.bool(), binary.matching());
        }
        if (binary.right().type() == ValueType.SCALAR) {
            return left;
        }
        if (binary.left().type() == ValueType.SCALAR) {
            return right;
        }
        return new Expr.Binary(binary.operator(), left, right, true, binary.matching());
    }

    /** The same without comparisons of it as a whole, as in {@code (a > 5)}. */
    static Expr unfiltered(Expr expr) {
        return expr instanceof Expr.Binary binary
                        && binary.operator().isComparison()
                        && !binary.bool()
                        && binary.right().type() == ValueType.SCALAR
                ? unfiltered(binary.left())
                : expr;
    }

    /** Whether values decide which series are in it. */
    static boolean filters(Expr expr) {
        return expr.all().anyMatch(part -> switch (part) {
            case Expr.Binary binary ->
                binary.operator().isSet() || binary.operator().isComparison() && !binary.bool();
            case Expr.Aggregation aggregation -> aggregation.operator().endsWith("k");
            default -> isAbsence(part);
        });
    }

    /** The one metric whose values come through to the result, if there is just one selector. */
    static Optional<String> metric(Expr expr) {
        var selectors = expr.all()
                .filter(Expr.VectorSelector.class::isInstance)
                .map(Expr.VectorSelector.class::cast)
                .toList();
        return selectors.size() == 1 ? selectors.getFirst().metric() : Optional.empty();
    }
}
