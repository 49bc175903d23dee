package dev.tocsin.rules;

import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ValueType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Between what the values of an expression can lie, whatever happens to the database.
 *
 * @param cautious whether only what leaves no doubt is taken for known
 */
record Bounds(boolean cautious, Series series) {
    private static final Set<String> RATES = Set.of("rate", "irate");
    private static final Set<String> SLOPES = Set.of("deriv", "delta", "idelta", "increase");
    private static final Set<String> KEEPING = Set.of(
            "avg_over_time",
            "min_over_time",
            "max_over_time",
            "last_over_time",
            "quantile_over_time",
            "sort",
            "sort_desc",
            "label_replace",
            "label_join",
            "vector",
            "scalar");
    private static final Set<String> POSITIVE = Set.of(
            "changes", "resets", "sqrt", "exp", "stddev_over_time", "stdvar_over_time", "year", "histogram_count");

    /** Prometheus takes no older sample, unless told so; five minutes is what it comes with. */
    private static final double LOOKBACK = 300;

    private static final double LONGEST_LOOKBACK = 3600;

    Range of(Expr expr) throws IOException, InterruptedException {
        return switch (expr) {
            case Expr.NumberLiteral number -> Range.of(number.value());
            case Expr.StringLiteral _ -> Range.ANY;
            case Expr.VectorSelector vector -> ofMetric(vector.metric());
            case Expr.MatrixSelector matrix -> ofMetric(matrix.vector().metric());
            case Expr.Subquery subquery -> of(subquery.of()).absolute();
            case Expr.Negation negation -> of(negation.of()).negated();
            case Expr.Aggregation aggregation -> aggregated(aggregation);
            case Expr.Call call -> called(call);
            case Expr.Binary binary -> joined(binary);
        };
    }

    private Range ofMetric(Optional<String> metric) throws IOException, InterruptedException {
        if (metric.isEmpty()) {
            return Range.ANY;
        }
        if (Metrics.isBoolean(metric.get())
                && series.query(metric.get() + " > 1").isEmpty()) {
            return Range.BOOLEAN;
        }
        return series.type(metric.get()).filter(type -> type.equals("counter")).isPresent()
                ? Range.POSITIVE
                : Range.ANY;
    }

    private Range aggregated(Expr.Aggregation aggregation) throws IOException, InterruptedException {
        var inner = of(aggregation.of());
        return switch (aggregation.operator()) {
            case "sum" -> inner.summed();
            case "count", "count_values" -> Range.between(1, Double.POSITIVE_INFINITY);
            case "group" -> Range.of(1);
            case "stddev", "stdvar" -> Range.POSITIVE;
            default -> inner;
        };
    }

    private Range called(Expr.Call call) throws IOException, InterruptedException {
        var name = call.function();
        var arguments = call.arguments();
        if (RATES.contains(name) || SLOPES.contains(name)) {
            return changed(call);
        }
        if (KEEPING.contains(name)) {
            return of(arguments.get(name.equals("quantile_over_time") ? 1 : 0));
        }
        if (POSITIVE.contains(name)) {
            return Range.POSITIVE;
        }
        return switch (name) {
            case "time" -> Range.NOW;
            case "timestamp" ->
                arguments.getFirst() instanceof Expr.VectorSelector vector ? sampled(vector) : Range.NOW;
            case "absent", "absent_over_time", "present_over_time" -> Range.of(1);
            case "count_over_time" -> Range.between(1, Double.POSITIVE_INFINITY);
            case "sum_over_time" -> of(arguments.getFirst()).summed();
            case "abs" -> absolute(of(arguments.getFirst()));
            case "sgn" -> Range.between(-1, 1);
            case "clamp_min" ->
                constant(arguments.get(1))
                        .map(of(arguments.getFirst())::atLeast)
                        .orElse(Range.ANY);
            case "clamp_max" ->
                constant(arguments.get(1)).map(of(arguments.getFirst())::atMost).orElse(Range.ANY);
            case "hour" -> Range.between(0, 23);
            case "minute" -> Range.between(0, 59);
            case "month" -> Range.between(1, 12);
            case "day_of_month" -> Range.between(1, 31);
            case "day_of_week" -> Range.between(0, 6);
            case "day_of_year" -> Range.between(1, 366);
            case "days_in_month" -> Range.between(28, 31);
            default -> Range.ANY;
        };
    }

    private static Range absolute(Range range) {
        var one = range.absolute();
        return one.low() >= 0 ? one : Range.between(0, Math.max(Math.abs(one.low()), Math.abs(one.high())));
    }

    private Range sampled(Expr.VectorSelector vector) {
        var old = cautious ? LONGEST_LOOKBACK : LOOKBACK;
        return vector.at().isPresent() || !vector.offset().isZero() ? Range.ANY : new Range(1, -old, 0);
    }

    /** An age grows by a second each second; how much steeper it may look when one takes the place of another is a guess. */
    private Range changed(Expr.Call call) throws IOException, InterruptedException {
        var rising = RATES.contains(call.function()) || call.function().equals("increase");
        var low = rising ? 0 : Double.NEGATIVE_INFINITY;
        if (call.arguments().getFirst() instanceof Expr.MatrixSelector matrix && isAge(matrix.vector())) {
            var window = call.function().equals("deriv") || RATES.contains(call.function())
                    ? 1
                    : matrix.range().toMillis() / 1000.0;
            return Range.between(low, window * (cautious ? 10 : 1));
        }
        return Range.between(low, Double.POSITIVE_INFINITY);
    }

    boolean isAge(Expr.VectorSelector vector) throws IOException, InterruptedException {
        return vector.metric().isPresent()
                && Metrics.isAge(vector.metric().get())
                && series.type(vector.metric().get()).orElse("gauge").equals("gauge");
    }

    private Range joined(Expr.Binary binary) throws IOException, InterruptedException {
        var left = of(binary.left());
        var right = of(binary.right());
        return switch (binary.operator()) {
            case ADD -> left.plus(right);
            case SUB -> left.plus(right.negated());
            case MUL -> left.times(right);
            case DIV -> divided(binary, left, right);
            case MOD -> left.low() >= 0 && right.isOne() ? Range.between(0, Math.abs(right.low())) : Range.ANY;
            case POW -> left.absolute().low() >= 0 ? Range.POSITIVE : Range.ANY;
            case ATAN2 -> Range.between(-Math.PI, Math.PI);
            case EQ, NE, GT, LT, GE, LE -> compared(binary, left, right);
            case AND, UNLESS -> left;
            case OR -> left.or(right);
        };
    }

    private static Range compared(Expr.Binary binary, Range left, Range right) {
        if (binary.bool()) {
            return Range.BOOLEAN;
        }
        var value = binary.left().type() == ValueType.SCALAR ? right : left;
        var other = binary.left().type() == ValueType.SCALAR ? left : right;
        if (!other.isOne()) {
            return value;
        }
        var fromLeft = value == left;
        return switch (binary.operator()) {
            case GT, GE -> fromLeft ? value.atLeast(other.low()) : value.atMost(other.low());
            case LT, LE -> fromLeft ? value.atMost(other.low()) : value.atLeast(other.low());
            case EQ -> other;
            default -> value;
        };
    }

    private Range divided(Expr.Binary binary, Range left, Range right) throws IOException, InterruptedException {
        if (isShare(binary)) {
            return Range.BOOLEAN;
        }
        if (isShareOfConnections(binary)) {
            return Range.between(0, cautious ? 1.5 : 1);
        }
        return left.over(right);
    }

    /** A part of a sum in which it is, as in a / (a + b). */
    private boolean isShare(Expr.Binary division) throws IOException, InterruptedException {
        var part = Plain.unfiltered(division.left()).print();
        var terms = terms(Plain.unfiltered(division.right()));
        if (terms.size() < 2 || terms.stream().noneMatch(term -> term.print().equals(part))) {
            return false;
        }
        for (var term : terms) {
            if (of(term).absolute().low() < 0 && (cautious || term instanceof Expr.NumberLiteral)) {
                return false;
            }
        }
        return true;
    }

    private static List<Expr> terms(Expr expr) {
        return expr instanceof Expr.Binary binary && binary.operator() == Expr.Operator.ADD
                ? Stream.of(binary.left(), binary.right())
                        .flatMap(side -> terms(side).stream())
                        .toList()
                : List.of(expr);
    }

    private static boolean isShareOfConnections(Expr.Binary division) {
        return Plain.metric(division.left()).filter(Metrics::countsConnections).isPresent()
                && Plain.metric(division.right())
                        .filter(Metrics::isMostConnections)
                        .isPresent()
                && division.left().all().noneMatch(part -> part instanceof Expr.Binary || part instanceof Expr.Call)
                && division.right().all().noneMatch(part -> part instanceof Expr.Binary || part instanceof Expr.Call);
    }

    private Optional<Double> constant(Expr expr) throws IOException, InterruptedException {
        var range = of(expr);
        return range.isOne() ? Optional.of(range.low()) : Optional.empty();
    }

    /** Whether a comparison can be true. */
    boolean canHold(Expr.Binary comparison) throws IOException, InterruptedException {
        return holds(comparison.operator(), difference(comparison));
    }

    /** Whether a comparison can be false. */
    boolean canFail(Expr.Binary comparison) throws IOException, InterruptedException {
        var opposite = switch (comparison.operator()) {
            case EQ -> Expr.Operator.NE;
            case NE -> Expr.Operator.EQ;
            case GT -> Expr.Operator.LE;
            case LE -> Expr.Operator.GT;
            case LT -> Expr.Operator.GE;
            default -> Expr.Operator.LT;
        };
        return holds(opposite, difference(comparison));
    }

    private Range difference(Expr.Binary comparison) throws IOException, InterruptedException {
        return of(comparison.left()).plus(of(comparison.right()).negated()).absolute();
    }

    private static boolean holds(Expr.Operator operator, Range difference) {
        return switch (operator) {
            case GT -> difference.high() > 0;
            case GE -> difference.high() >= 0;
            case LT -> difference.low() < 0;
            case LE -> difference.low() <= 0;
            case EQ -> difference.low() <= 0 && difference.high() >= 0;
            case NE -> !(difference.low() == 0 && difference.high() == 0);
            default -> true;
        };
    }
}
