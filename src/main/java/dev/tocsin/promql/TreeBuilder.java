package dev.tocsin.promql;

import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.promql.grammar.PromqlLexer;
import dev.tocsin.promql.grammar.PromqlParser;
import dev.tocsin.promql.grammar.PromqlParserBaseVisitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** From what was parsed to the tree, refusing what the grammar allows and Prometheus does not. */
final class TreeBuilder extends PromqlParserBaseVisitor<Expr> {
    /** Go counts nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private static final double MOST_MILLIS = 9.223372036854775807E18;

    @Override
    public Expr visitWhole(PromqlParser.WholeContext whole) {
        return visit(whole.expr());
    }

    @Override
    public Expr visitParenthesis(PromqlParser.ParenthesisContext parenthesis) {
        return visit(parenthesis.expr());
    }

    @Override
    public Expr visitLiteral(PromqlParser.LiteralContext literal) {
        return new Expr.NumberLiteral(number(literal.number()));
    }

    @Override
    public Expr visitText(PromqlParser.TextContext text) {
        return new Expr.StringLiteral(text(text.STRING().getSymbol()));
    }

    @Override
    public Expr visitVector(PromqlParser.VectorContext vector) {
        var written = Optional.ofNullable(vector.metric()).map(ParserRuleContext::getText);
        var metric = written;
        var matchers = new ArrayList<Expr.LabelMatcher>();
        if (vector.matchers() != null) {
            for (var context : vector.matchers().matcher()) {
                var matcher = matcher(context);
                var names = matcher.name().equals(Expr.LabelMatcher.METRIC);
                if (names && written.isPresent()) {
                    throw Mistakes.at(
                            context.LABEL().getSymbol(), "the metric has its name before the braces: " + written.get());
                }
                if (names
                        && matcher.op() == Expr.LabelMatcher.Op.EQUAL
                        && metric.isEmpty()
                        && !matcher.value().isEmpty()) {
                    metric = Optional.of(matcher.value());
                } else {
                    matchers.add(matcher);
                }
            }
        }
        return checked(vector, new Expr.VectorSelector(metric, matchers, Duration.ZERO, Optional.empty()));
    }

    private static Expr.LabelMatcher matcher(PromqlParser.MatcherContext matcher) {
        var op = switch (matcher.op.getType()) {
            case PromqlLexer.IS -> Expr.LabelMatcher.Op.EQUAL;
            case PromqlLexer.IS_NOT -> Expr.LabelMatcher.Op.NOT_EQUAL;
            case PromqlLexer.LIKE -> Expr.LabelMatcher.Op.MATCHES;
            default -> Expr.LabelMatcher.Op.NOT_MATCHES;
        };
        var value = matcher.STRING().getSymbol();
        try {
            return new Expr.LabelMatcher(matcher.LABEL().getText(), op, text(value));
        } catch (PromqlException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw Mistakes.at(value, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Expr visitMatrix(PromqlParser.MatrixContext matrix) {
        var range = duration(matrix.range);
        if (matrix.expr() instanceof PromqlParser.VectorContext || isModified(matrix.expr())) {
            if (visit(matrix.expr()) instanceof Expr.VectorSelector vector) {
                if (isModified(matrix.expr())) {
                    throw at(matrix.expr(), "offset and @ stand behind the range, not before it");
                }
                return new Expr.MatrixSelector(vector, range);
            }
        }
        throw at(matrix.expr(), "a range stands behind a selector only; for an expression write a step, as in [5m:]");
    }

    private static boolean isModified(ParserRuleContext expr) {
        return expr instanceof PromqlParser.OffsetContext || expr instanceof PromqlParser.PinnedContext;
    }

    @Override
    public Expr visitSubquery(PromqlParser.SubqueryContext subquery) {
        var step = Optional.ofNullable(subquery.step).map(TreeBuilder::duration);
        return checked(
                subquery,
                new Expr.Subquery(
                        visit(subquery.expr()), duration(subquery.range), step, Duration.ZERO, Optional.empty()));
    }

    @Override
    public Expr visitOffset(PromqlParser.OffsetContext offset) {
        var length = duration(offset.DURATION().getSymbol());
        var ago = offset.SUB() == null ? length : length.negated();
        return modified(offset.expr(), "offset", new Modifier() {
            @Override
            public Expr.VectorSelector of(Expr.VectorSelector vector) {
                refuseTwice(offset.OFFSET().getSymbol(), !vector.offset().isZero());
                return new Expr.VectorSelector(vector.metric(), vector.matchers(), ago, vector.at());
            }

            @Override
            public Expr.Subquery of(Expr.Subquery subquery) {
                refuseTwice(offset.OFFSET().getSymbol(), !subquery.offset().isZero());
                return new Expr.Subquery(subquery.of(), subquery.range(), subquery.step(), ago, subquery.at());
            }
        });
    }

    @Override
    public Expr visitPinned(PromqlParser.PinnedContext pinned) {
        var at = Optional.of(time(pinned.at()));
        return modified(pinned.expr(), "@", new Modifier() {
            @Override
            public Expr.VectorSelector of(Expr.VectorSelector vector) {
                refuseTwice(pinned.AT().getSymbol(), vector.at().isPresent());
                return new Expr.VectorSelector(vector.metric(), vector.matchers(), vector.offset(), at);
            }

            @Override
            public Expr.Subquery of(Expr.Subquery subquery) {
                refuseTwice(pinned.AT().getSymbol(), subquery.at().isPresent());
                return new Expr.Subquery(subquery.of(), subquery.range(), subquery.step(), subquery.offset(), at);
            }
        });
    }

    /** What offset and @ do to that which can be asked about another time. */
    private interface Modifier {
        Expr.VectorSelector of(Expr.VectorSelector vector);

        Expr.Subquery of(Expr.Subquery subquery);
    }

    private Expr modified(PromqlParser.ExprContext context, String word, Modifier modifier) {
        if (!(context instanceof PromqlParser.ParenthesisContext)) {
            switch (visit(context)) {
                case Expr.VectorSelector vector -> {
                    return modifier.of(vector);
                }
                case Expr.MatrixSelector matrix -> {
                    return new Expr.MatrixSelector(modifier.of(matrix.vector()), matrix.range());
                }
                case Expr.Subquery subquery -> {
                    return modifier.of(subquery);
                }
                default -> {}
            }
        }
        throw at(context, word + " stands behind a selector or a subquery only");
    }

    private static void refuseTwice(Token word, boolean twice) {
        if (twice) {
            throw Mistakes.at(word, word.getText() + " stands here twice");
        }
    }

    private static String time(PromqlParser.AtContext at) {
        if (at.number() == null) {
            return (at.START() == null ? "end" : "start") + "()";
        }
        var seconds = number(at.number());
        if (!(Math.abs(seconds * 1000) < MOST_MILLIS)) {
            throw at(at, at.getText() + " is no time; write seconds since 1970");
        }
        return at.getText();
    }

    @Override
    public Expr visitUnary(PromqlParser.UnaryContext unary) {
        var operand = visit(unary.expr());
        Types.signed(operand).ifPresent(mistake -> {
            throw at(unary, mistake);
        });
        if (unary.op.getType() == PromqlLexer.ADD) {
            return operand;
        }
        return operand instanceof Expr.NumberLiteral number && !isEnclosed(unary.expr())
                ? new Expr.NumberLiteral(-number.value())
                : new Expr.Negation(operand);
    }

    /** Whether parentheses keep a number from a sign before them; a plus between the two changes nothing. */
    private static boolean isEnclosed(PromqlParser.ExprContext expr) {
        return expr instanceof PromqlParser.UnaryContext unary
                ? isEnclosed(unary.expr())
                : expr instanceof PromqlParser.ParenthesisContext;
    }

    @Override
    public Expr visitBinary(PromqlParser.BinaryContext binary) {
        var modifiers = binary.modifiers();
        if (modifiers.group != null
                && modifiers.include == null
                && binary.expr(1).getStart().getType() == PromqlLexer.LEFT_PAREN) {
            throw at(
                    binary.expr(1),
                    "after " + modifiers.group.getText() + " a parenthesis begins a list of labels; write "
                            + modifiers.group.getText() + " () before it");
        }
        return checked(
                binary,
                new Expr.Binary(
                        operator(binary.op),
                        visit(binary.expr(0)),
                        visit(binary.expr(1)),
                        modifiers.BOOL() != null,
                        matching(modifiers)));
    }

    private static Expr.Operator operator(Token token) {
        var text = token.getText().toLowerCase(Locale.ROOT);
        for (var operator : Expr.Operator.values()) {
            if (operator.symbol().equals(text)) {
                return operator;
            }
        }
        throw new IllegalStateException("the grammar has an operator " + text + " that Operator has not");
    }

    private static Expr.Matching matching(PromqlParser.ModifiersContext modifiers) {
        if (modifiers.matching == null) {
            return Expr.Matching.ALL;
        }
        var kind = modifiers.matching.getType() == PromqlLexer.ON ? Expr.Matching.Kind.ON : Expr.Matching.Kind.IGNORING;
        var group = modifiers.group == null
                ? Expr.Matching.Group.NONE
                : modifiers.group.getType() == PromqlLexer.GROUP_LEFT
                        ? Expr.Matching.Group.LEFT
                        : Expr.Matching.Group.RIGHT;
        return new Expr.Matching(kind, labels(modifiers.labels(0)), group, labels(modifiers.include));
    }

    private static List<String> labels(PromqlParser.@Nullable LabelsContext labels) {
        if (labels == null) {
            return List.of();
        }
        for (var label : labels.label()) {
            if (label.getText().contains(":")) {
                throw at(label, label.getText() + " is no label; only metrics have colons in their names");
            }
        }
        return labels.label().stream().map(ParserRuleContext::getText).toList();
    }

    @Override
    public Expr visitAggregationBefore(PromqlParser.AggregationBeforeContext aggregation) {
        return aggregation(aggregation, aggregation.aggregator(), aggregation.arguments(), aggregation.grouping());
    }

    @Override
    public Expr visitAggregationAfter(PromqlParser.AggregationAfterContext aggregation) {
        return aggregation(aggregation, aggregation.aggregator(), aggregation.arguments(), aggregation.grouping());
    }

    private Expr aggregation(
            ParserRuleContext whole,
            PromqlParser.AggregatorContext aggregator,
            PromqlParser.ArgumentsContext arguments,
            PromqlParser.@Nullable GroupingContext grouping) {
        var name = aggregator.getText().toLowerCase(Locale.ROOT);
        var wanted = Types.takesParameter(name) ? 2 : 1;
        var given = arguments(arguments);
        if (given.size() != wanted) {
            throw at(
                    whole,
                    name + " takes " + (wanted == 1 ? "1 argument" : "a parameter and an expression") + ", not "
                            + (given.isEmpty() ? "none" : given.size()));
        }
        return checked(
                whole,
                new Expr.Aggregation(
                        name,
                        wanted == 2 ? Optional.of(given.getFirst()) : Optional.empty(),
                        given.getLast(),
                        grouping(grouping)));
    }

    private static Expr.Grouping grouping(PromqlParser.@Nullable GroupingContext grouping) {
        if (grouping == null) {
            return Expr.Grouping.NONE;
        }
        var kind = grouping.kind.getType() == PromqlLexer.BY ? Expr.Grouping.Kind.BY : Expr.Grouping.Kind.WITHOUT;
        return new Expr.Grouping(kind, labels(grouping.labels()));
    }

    @Override
    public Expr visitCall(PromqlParser.CallContext call) {
        return checked(call, new Expr.Call(call.NAME().getText(), arguments(call.arguments())));
    }

    private List<Expr> arguments(PromqlParser.ArgumentsContext arguments) {
        return arguments.expr().stream().map(this::visit).toList();
    }

    private static Expr checked(ParserRuleContext context, Expr expr) {
        Types.mistake(expr).ifPresent(mistake -> {
            throw at(context, mistake);
        });
        return expr;
    }

    private static PromqlException at(ParserRuleContext context, String message) {
        return Mistakes.at(context.getStart(), message);
    }

    private static Duration duration(Token token) {
        try {
            var duration = Durations.parse(token.getText());
            if (duration.isZero()) {
                throw Mistakes.at(token, "a duration must be longer than nothing");
            }
            if (duration.compareTo(LONGEST) > 0) {
                throw Mistakes.at(token, token.getText() + " is too long a duration");
            }
            return duration;
        } catch (PromqlException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw Mistakes.at(token, String.valueOf(e.getMessage()));
        }
    }

    private static String text(Token token) {
        return Literals.text(token);
    }

    private static double number(PromqlParser.NumberContext number) {
        return Literals.number(number.getStart());
    }
}
