package dev.tocsin.promql;

import static dev.tocsin.promql.ValueType.MATRIX;
import static dev.tocsin.promql.ValueType.SCALAR;
import static dev.tocsin.promql.ValueType.STRING;
import static dev.tocsin.promql.ValueType.VECTOR;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What fits where: types and numbers of arguments, as Prometheus checks them before it evaluates anything. */
final class Types {
    private static final Set<String> SCALAR_PARAMETER = Set.of("topk", "bottomk", "quantile");
    private static final String TEXT_PARAMETER = "count_values";

    private Types() {}

    static ValueType of(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral _ -> SCALAR;
            case Expr.StringLiteral _ -> STRING;
            case Expr.VectorSelector _, Expr.Aggregation _ -> VECTOR;
            case Expr.MatrixSelector _, Expr.Subquery _ -> MATRIX;
            case Expr.Call call -> Function.named(call.function()).orElseThrow().result();
            case Expr.Negation negation -> of(negation.of());
            case Expr.Binary binary -> of(binary.left()) == SCALAR && of(binary.right()) == SCALAR ? SCALAR : VECTOR;
        };
    }

    /** What is wrong with this expression, its parts being right. */
    static Optional<String> mistake(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral _, Expr.StringLiteral _, Expr.MatrixSelector _ -> Optional.empty();
            case Expr.VectorSelector vector -> mistake(vector);
            case Expr.Subquery subquery ->
                unless(of(subquery.of()) == VECTOR, "a subquery needs an instant vector, not " + of(subquery.of()));
            case Expr.Call call -> mistake(call);
            case Expr.Aggregation aggregation -> mistake(aggregation);
            case Expr.Negation negation -> signed(negation.of());
            case Expr.Binary binary -> mistake(binary);
        };
    }

    /** What is wrong with a sign before it. */
    static Optional<String> signed(Expr operand) {
        var type = of(operand);
        return unless(type == SCALAR || type == VECTOR, "a sign needs a scalar or an instant vector, not " + type);
    }

    private static Optional<String> mistake(Expr.VectorSelector vector) {
        var wanted =
                vector.metric().isPresent() || vector.matchers().stream().anyMatch(matcher -> !matcher.matches(""));
        return unless(wanted, "a selector needs a metric name, or a matcher that an absent label does not satisfy");
    }

    private static Optional<String> mistake(Expr.Call call) {
        var known = Function.named(call.function());
        if (known.isEmpty()) {
            return Optional.of("there is no function " + call.function());
        }
        var function = known.get();
        var count = call.arguments().size();
        if (count < function.least() || count > function.most()) {
            return Optional.of(call.function() + " takes " + function.arity() + ", not " + count);
        }
        for (var i = 0; i < count; i++) {
            var wanted = function.argument(i);
            var type = of(call.arguments().get(i));
            if (type != wanted) {
                return Optional.of(
                        "argument " + (i + 1) + " of " + call.function() + " is " + wanted + ", not " + type);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> mistake(Expr.Aggregation aggregation) {
        var name = aggregation.operator();
        if (takesParameter(name)) {
            var wanted = name.equals(TEXT_PARAMETER) ? STRING : SCALAR;
            var type = aggregation.parameter().map(Types::of);
            if (!type.equals(Optional.of(wanted))) {
                return Optional.of("the parameter of " + name + " is " + wanted
                        + type.map(given -> ", not " + given).orElse(""));
            }
        }
        var type = of(aggregation.of());
        return unless(type == VECTOR, name + " aggregates an instant vector, not " + type);
    }

    static boolean takesParameter(String aggregator) {
        return SCALAR_PARAMETER.contains(aggregator) || aggregator.equals(TEXT_PARAMETER);
    }

    private static Optional<String> mistake(Expr.Binary binary) {
        var symbol = binary.operator().symbol();
        var matching = binary.matching();
        for (var side : List.of(of(binary.left()), of(binary.right()))) {
            if (side != SCALAR && side != VECTOR) {
                return Optional.of(symbol + " takes scalars and instant vectors, not " + side);
            }
        }
        if (binary.bool() && !binary.operator().isComparison()) {
            return Optional.of("bool belongs to comparisons, not to " + symbol);
        }
        if (matching.kind() == Expr.Matching.Kind.ON) {
            for (var label : matching.include()) {
                if (matching.labels().contains(label)) {
                    return Optional.of(
                            "label " + label + " stands in on() and in group_" + word(matching.group()) + "() at once");
                }
            }
        }
        var vectors = of(binary.left()) == VECTOR && of(binary.right()) == VECTOR;
        if (!vectors) {
            if (binary.operator().isSet()) {
                return Optional.of(symbol + " takes instant vectors only");
            }
            if (!matching.labels().isEmpty()) {
                return Optional.of("labels are matched between instant vectors only");
            }
            return unless(
                    of(binary) == VECTOR || !binary.operator().isComparison() || binary.bool(),
                    "a comparison of two scalars needs bool");
        }
        return unless(
                !binary.operator().isSet() || matching.group() == Expr.Matching.Group.NONE,
                symbol + " takes no group_" + word(matching.group()));
    }

    private static String word(Expr.Matching.Group group) {
        return group == Expr.Matching.Group.LEFT ? "left" : "right";
    }

    private static Optional<String> unless(boolean right, String mistake) {
        return right ? Optional.empty() : Optional.of(mistake);
    }
}
