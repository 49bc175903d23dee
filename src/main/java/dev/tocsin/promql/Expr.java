package dev.tocsin.promql;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A PromQL expression. Parentheses are not kept: the tree says what they said. */
public sealed interface Expr {
    /** A number. */
    record NumberLiteral(double value) implements Expr {}

    /** A text, without its quotes. */
    record StringLiteral(String text) implements Expr {}

    /**
     * The series of a metric, each with its last value.
     *
     * @param metric the name written before the braces, or as {@code __name__="x"} in them
     * @param matchers what is wanted of labels, another matcher of {@code __name__} included
     * @param offset how long ago; negative means in the future, zero that none is written
     * @param at {@code start()}, {@code end()} or a number as written
     */
    record VectorSelector(Optional<String> metric, List<LabelMatcher> matchers, Duration offset, Optional<String> at)
            implements Expr {
        public VectorSelector {
            matchers = List.copyOf(matchers);
        }

        /** The same series now. */
        public VectorSelector plain() {
            return new VectorSelector(metric, matchers, Duration.ZERO, Optional.empty());
        }
    }

    /** The values of series over a time. */
    record MatrixSelector(VectorSelector vector, Duration range) implements Expr {}

    /** The values of an expression over a time, at each step. */
    record Subquery(Expr of, Duration range, Optional<Duration> step, Duration offset, Optional<String> at)
            implements Expr {}

    /** A call of a function. */
    record Call(String function, List<Expr> arguments) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * Many series to fewer.
     *
     * @param operator in lower case
     * @param parameter of {@code topk}, {@code bottomk}, {@code quantile} and {@code count_values}
     */
    record Aggregation(String operator, Optional<Expr> parameter, Expr of, Grouping grouping) implements Expr {}

    /**
     * Two sides and an operator.
     *
     * @param bool whether a comparison answers 0 or 1 instead of filtering
     * @param matching which series of one side belongs to which of the other; of no meaning beside a scalar
     */
    record Binary(Operator operator, Expr left, Expr right, boolean bool, Matching matching) implements Expr {}

    /** A minus before an expression that is no number. */
    record Negation(Expr of) implements Expr {}

    /** Which labels an aggregation leaves. */
    record Grouping(Kind kind, List<String> labels) {
        /** No labels, these or all but these. */
        public enum Kind {
            NONE,
            BY,
            WITHOUT
        }

        public static final Grouping NONE = new Grouping(Kind.NONE, List.of());

        public Grouping {
            labels = List.copyOf(labels);
        }
    }

    /**
     * Which labels must be equal on both sides.
     *
     * @param include the labels taken over from the side that has one series for many
     */
    record Matching(Kind kind, List<String> labels, Group group, List<String> include) {
        /** All labels, these or all but these. */
        public enum Kind {
            ALL,
            ON,
            IGNORING
        }

        /** Which side may have many series for one of the other. */
        public enum Group {
            NONE,
            LEFT,
            RIGHT
        }

        public static final Matching ALL = new Matching(Kind.ALL, List.of(), Group.NONE, List.of());

        public Matching {
            labels = List.copyOf(labels);
            include = List.copyOf(include);
        }
    }

    /** What stands between two expressions. */
    enum Operator {
        ADD("+", 4),
        SUB("-", 4),
        MUL("*", 5),
        DIV("/", 5),
        MOD("%", 5),
        POW("^", 6),
        ATAN2("atan2", 5),
        EQ("==", 3),
        NE("!=", 3),
        GT(">", 3),
        LT("<", 3),
        GE(">=", 3),
        LE("<=", 3),
        AND("and", 2),
        OR("or", 1),
        UNLESS("unless", 2);

        private final String symbol;
        private final int strength;

        Operator(String symbol, int strength) {
            this.symbol = symbol;
            this.strength = strength;
        }

        public String symbol() {
            return symbol;
        }

        /** Whether it compares values. */
        public boolean isComparison() {
            return strength == 3;
        }

        /** Whether it is one of sets: values do not matter to it, only whether there is a series. */
        public boolean isSet() {
            return strength < 3;
        }

        /** The higher, the tighter it binds. */
        int strength() {
            return strength;
        }
    }

    /** What a selector wants of one label. */
    record LabelMatcher(String name, Op op, String value) {
        /** The label that holds a series' metric name. */
        public static final String METRIC = "__name__";

        /** How a label is compared. */
        public enum Op {
            EQUAL("=", Matcher.Operator.EQUAL),
            NOT_EQUAL("!=", Matcher.Operator.NOT_EQUAL),
            MATCHES("=~", Matcher.Operator.MATCHES),
            NOT_MATCHES("!~", Matcher.Operator.NOT_MATCHES);

            private final String symbol;
            private final Matcher.Operator operator;

            Op(String symbol, Matcher.Operator operator) {
                this.symbol = symbol;
                this.operator = operator;
            }

            public String symbol() {
                return symbol;
            }
        }

        /** Throws {@link IllegalArgumentException} for a regular expression that RE2 refuses. */
        public LabelMatcher {
            var _ = new Matcher(name, op.operator, value);
        }

        /** Whether a label of that value is wanted; a label that is not there has the empty one. */
        public boolean matches(String actual) {
            return new Matcher(name, op.operator, value).matches(Labels.of(Map.of(name, actual)));
        }

        /** As it stands between braces. */
        public String print() {
            return name + op.symbol + Printer.quoted(value);
        }
    }

    /** What this evaluates to. */
    default ValueType type() {
        return Types.of(this);
    }

    /** PromQL text that parses to the same tree. */
    default String print() {
        return Printer.print(this);
    }

    /** The expressions directly below, in their order. */
    default List<Expr> parts() {
        return switch (this) {
            case NumberLiteral _, StringLiteral _, VectorSelector _ -> List.of();
            case MatrixSelector matrix -> List.of(matrix.vector());
            case Subquery subquery -> List.of(subquery.of());
            case Call call -> call.arguments();
            case Aggregation aggregation ->
                Stream.concat(aggregation.parameter().stream(), Stream.of(aggregation.of()))
                        .toList();
            case Binary binary -> List.of(binary.left(), binary.right());
            case Negation negation -> List.of(negation.of());
        };
    }

    /** This and every expression in it, outermost first. */
    default Stream<Expr> all() {
        return Stream.concat(Stream.of(this), parts().stream().flatMap(Expr::all));
    }
}
