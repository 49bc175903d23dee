package dev.tocsin.promql;

import dev.tocsin.domain.scenario.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a tree as text, with no more parentheses than its reading needs. */
final class Printer {
    private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

    /** Words that stand for something else where a metric could. */
    private static final Set<String> RESERVED =
            Set.of("atan2", "on", "ignoring", "group_left", "group_right", "bool", "inf", "nan");

    private static final double MOST_WHOLE = 1e15;

    private Printer() {}

    static String print(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral number -> number(number.value());
            case Expr.StringLiteral string -> quoted(string.text());
            case Expr.VectorSelector vector -> series(vector) + when(vector.offset(), vector.at());
            case Expr.MatrixSelector matrix ->
                series(matrix.vector())
                        + '['
                        + Durations.print(matrix.range())
                        + ']'
                        + when(matrix.vector().offset(), matrix.vector().at());
            case Expr.Subquery subquery ->
                (isWhole(subquery.of()) ? print(subquery.of()) : enclosed(subquery.of()))
                        + '['
                        + Durations.print(subquery.range())
                        + ':'
                        + subquery.step().map(Durations::print).orElse("")
                        + ']'
                        + when(subquery.offset(), subquery.at());
            case Expr.Call call -> call.function() + list(call.arguments());
            case Expr.Aggregation aggregation ->
                aggregation.operator() + grouping(aggregation.grouping()) + list(aggregation.parts());
            case Expr.Binary binary -> binary(binary);
            case Expr.Negation negation ->
                '-' + (bindsTighterThanASign(negation.of()) ? print(negation.of()) : enclosed(negation.of()));
        };
    }

    private static String enclosed(Expr expr) {
        return '(' + print(expr) + ')';
    }

    private static String list(List<Expr> all) {
        return all.stream().map(Printer::print).collect(Collectors.joining(", ", "(", ")"));
    }

    private static boolean isWhole(Expr expr) {
        return !(expr instanceof Expr.Binary || expr instanceof Expr.Negation || isSigned(expr));
    }

    private static boolean isSigned(Expr expr) {
        return expr instanceof Expr.NumberLiteral number
                && number(number.value()).startsWith("-");
    }

    /** A number after a sign would become one with it. */
    private static boolean bindsTighterThanASign(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral _ -> false;
            case Expr.Binary binary -> binary.operator() == Expr.Operator.POW;
            default -> true;
        };
    }

    private static String binary(Expr.Binary binary) {
        var operator = binary.operator();
        var matching = binary.matching();
        var text = new StringBuilder();
        text.append(
                needsEnclosing(binary.left(), operator, operator == Expr.Operator.POW)
                        ? enclosed(binary.left())
                        : print(binary.left()));
        text.append(' ').append(operator.symbol());
        if (binary.bool()) {
            text.append(" bool");
        }
        if (matching.kind() != Expr.Matching.Kind.ALL) {
            text.append(' ')
                    .append(matching.kind().name().toLowerCase(Locale.ROOT))
                    .append(labels(matching.labels()));
        }
        if (matching.group() != Expr.Matching.Group.NONE) {
            text.append(" group_")
                    .append(matching.group().name().toLowerCase(Locale.ROOT))
                    .append(labels(matching.include()));
        }
        text.append(' ');
        text.append(
                needsEnclosing(binary.right(), operator, operator != Expr.Operator.POW)
                        ? enclosed(binary.right())
                        : print(binary.right()));
        return text.toString();
    }

    /** @param alsoEqual whether an operator of the same strength would be read otherwise on that side */
    private static boolean needsEnclosing(Expr side, Expr.Operator below, boolean alsoEqual) {
        if (side instanceof Expr.Binary inner) {
            var strength = inner.operator().strength();
            return strength < below.strength() || alsoEqual && strength == below.strength();
        }
        // A sign binds as * does, and may stand after any operator.
        return below == Expr.Operator.POW && alsoEqual && (side instanceof Expr.Negation || isSigned(side));
    }

    private static String series(Expr.VectorSelector vector) {
        var inBraces = vector.metric()
                .filter(name -> !canStandAlone(name)
                        || vector.matchers().stream()
                                .anyMatch(matcher -> matcher.name().equals(Expr.LabelMatcher.METRIC)));
        var matchers = new ArrayList<String>();
        inBraces.ifPresent(name -> matchers.add(Expr.LabelMatcher.METRIC + "=" + quoted(name)));
        vector.matchers().forEach(matcher -> matchers.add(matcher.print()));
        var before = inBraces.isPresent() ? "" : vector.metric().orElse("");
        return before + (matchers.isEmpty() ? "" : "{" + String.join(",", matchers) + "}");
    }

    private static boolean canStandAlone(String name) {
        return METRIC.matcher(name).matches() && !RESERVED.contains(name.toLowerCase(Locale.ROOT));
    }

    private static String when(Duration offset, Optional<String> at) {
        return at.map(time -> " @ " + time).orElse("") + (offset.isZero() ? "" : " offset " + Durations.print(offset));
    }

    private static String grouping(Expr.Grouping grouping) {
        return switch (grouping.kind()) {
            case NONE -> "";
            case BY -> " by " + labels(grouping.labels()) + ' ';
            case WITHOUT -> " without " + labels(grouping.labels()) + ' ';
        };
    }

    private static String labels(List<String> labels) {
        return '(' + String.join(", ", labels) + ')';
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Inf" : "-Inf";
        }
        if (value == Math.rint(value) && Math.abs(value) < MOST_WHOLE) {
            return (Math.copySign(1, value) < 0 && value == 0 ? "-" : "") + (long) value;
        }
        return new BigDecimal(Double.toString(value)).toString();
    }

    /** Between quotes, with the escapes that Prometheus reads. */
    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            switch (point) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (Character.isISOControl(point)) {
                        quoted.append("\\u%04x".formatted(point));
                    } else {
                        quoted.appendCodePoint(point);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
