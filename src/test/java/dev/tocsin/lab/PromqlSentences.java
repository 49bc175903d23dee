package dev.tocsin.lab;

import static dev.tocsin.promql.ValueType.MATRIX;
import static dev.tocsin.promql.ValueType.SCALAR;
import static dev.tocsin.promql.ValueType.STRING;
import static dev.tocsin.promql.ValueType.VECTOR;

import dev.tocsin.promql.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Random PromQL: mostly right, sometimes of a wrong type, and broken on request. */
final class PromqlSentences {
    private static final List<String> NAMES = List.of(
            "up",
            "a",
            "b:c",
            "_x",
            "sum",
            "by",
            "offset",
            "start",
            "group",
            "count_values",
            "and",
            "without",
            "rate",
            "infx");
    private static final List<String> LABELS =
            List.of("a", "job", "on", "by", "bool", "sum", "end", "group_left", "atan2");
    private static final List<String> VALUES = List.of(
            "''",
            "\"x\"",
            "`\\d`",
            "'\\n\\t\\\\'",
            "\"\\\"\"",
            "'\"'",
            "\"é🙂\"",
            "'\\x41\\102\\u00e9\\U0001F642'",
            "\".+\"",
            "\"(a|b)?\"");
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "2",
            "10",
            "017",
            "08",
            "0x1F",
            "0Xa",
            ".5",
            "1.",
            "1e3",
            "1E-2",
            "2.5e+1",
            "Inf",
            "nan",
            "99999999999999999999");
    private static final List<String> DURATIONS = List.of("5m", "1h30m", "90s", "500ms", "1y2w3d4h5m6s7ms", "1d");
    private static final List<String> AGGREGATORS =
            List.of("sum", "avg", "count", "min", "max", "group", "stddev", "stdvar");
    private static final List<String> ARITHMETIC = List.of("+", "-", "*", "/", "%", "^", "atan2");
    private static final List<String> COMPARISONS = List.of("==", "!=", ">", "<", ">=", "<=");
    private static final List<String> SETS = List.of("and", "or", "unless");
    private static final List<String> OF_VECTOR =
            List.of("abs", "ceil", "sort_desc", "timestamp", "absent", "ln", "hour", "round", "sgn");
    private static final List<String> OF_MATRIX =
            List.of("rate", "increase", "changes", "avg_over_time", "deriv", "absent_over_time");
    private static final List<String> SNIPPETS = List.of(
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            ",",
            "+",
            "-",
            "^",
            "==",
            "=",
            "=~",
            "!~",
            "!",
            "@",
            "5m",
            "1",
            "0",
            "a",
            "sum",
            "by",
            "on",
            "ignoring",
            "group_left",
            "group_right",
            "bool",
            "offset",
            "start",
            "end",
            "and",
            "or",
            "\"x\"",
            "'",
            "`",
            ":",
            "rate",
            "inf",
            "# c\n",
            "1e",
            "0x",
            "5mm",
            "1and",
            ".",
            "$",
            "é");
    private static final Pattern WORDS = Pattern.compile(
            "\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])*'|`[^`]*`|[a-zA-Z0-9_:.]+|[=!<>]=|=~|!~|\\s+|.");

    private final Random random;

    PromqlSentences(Random random) {
        this.random = random;
    }

    /** Any expression; in one of thirty a part has a type that does not fit. */
    String any() {
        return spaced(expr(random.nextInt(4) == 0 ? SCALAR : VECTOR, 4));
    }

    /** Operators between numbers and one-element vectors, with few parentheses: what it evaluates to tells how it was read. */
    String operators() {
        return IntStream.rangeClosed(0, 2 + random.nextInt(5))
                .mapToObj(_ -> operand())
                .reduce((left, right) -> left
                        + operator(
                                random.nextInt(4) == 0 ? SETS : random.nextInt(3) == 0 ? COMPARISONS : ARITHMETIC, true)
                        + right)
                .orElseThrow();
    }

    private String operand() {
        var sign = of("", "", "", "-", "+", "- -");
        return switch (random.nextInt(5)) {
            case 0 -> sign + "up";
            case 1 -> sign + "(" + of("up", "vector(3)") + operator(ARITHMETIC, false) + number() + ")";
            case 2 -> sign + of("1", "2", "3", "0.5", "10");
            default -> sign + "vector(" + of("1", "2", "3", "0.5", "7") + ")";
        };
    }

    /** With a few words too many, too few or in the wrong place. */
    String broken(String text) {
        var words = WORDS.matcher(text)
                .results()
                .map(found -> found.group())
                .collect(Collectors.toCollection(ArrayList::new));
        for (var times = random.nextInt(3); times >= 0 && !words.isEmpty(); times--) {
            var at = random.nextInt(words.size());
            switch (random.nextInt(4)) {
                case 0 -> words.remove(at);
                case 1 -> words.add(at, of(SNIPPETS));
                case 2 -> words.set(at, of(SNIPPETS));
                default -> words.add(random.nextInt(words.size()), words.get(at));
            }
        }
        return String.join("", words);
    }

    private String expr(ValueType wanted, int depth) {
        var type = random.nextInt(30) == 0 ? of(List.of(ValueType.values())) : wanted;
        return switch (type) {
            case STRING -> of(VALUES);
            case SCALAR -> scalar(depth);
            case MATRIX -> matrix(depth);
            case VECTOR -> vector(depth);
        };
    }

    private String scalar(int depth) {
        return switch (depth == 0 ? 9 : random.nextInt(10)) {
            case 0 -> "scalar(" + expr(VECTOR, depth - 1) + ")";
            case 1 -> of("time()", "pi()", "pi ( )");
            case 2 -> of("-", "+", "- ") + expr(SCALAR, depth - 1);
            case 3 -> "(" + expr(SCALAR, depth - 1) + ")";
            case 4, 5 -> expr(SCALAR, depth - 1) + operator(ARITHMETIC, false) + expr(SCALAR, depth - 1);
            case 6 -> expr(SCALAR, depth - 1) + " " + of(COMPARISONS) + " bool " + expr(SCALAR, depth - 1);
            default -> number();
        };
    }

    private String number() {
        return of(NUMBERS);
    }

    private String matrix(int depth) {
        return switch (random.nextInt(3)) {
            case 0 ->
                expr(VECTOR, Math.max(0, depth - 1)) + "[" + of(DURATIONS) + ":" + of("", of(DURATIONS)) + "]" + when();
            case 1 ->
                "(" + expr(VECTOR, Math.max(0, depth - 1)) + ")[" + of(DURATIONS) + " : " + of("", of(DURATIONS)) + " ]"
                        + when();
            default -> series() + of("[", " [ ") + of(DURATIONS) + "]" + when();
        };
    }

    private String vector(int depth) {
        return switch (depth == 0 ? 0 : random.nextInt(12)) {
            case 0, 1, 2 -> series() + when();
            case 3 -> of(OF_VECTOR) + "(" + expr(VECTOR, depth - 1) + ")";
            case 4 -> of(OF_MATRIX) + "(" + expr(MATRIX, depth - 1) + ")";
            case 5 -> call(depth);
            case 6, 7 -> aggregation(depth);
            case 8 -> of("-", "+") + expr(VECTOR, depth - 1);
            case 9 -> "(" + expr(VECTOR, depth - 1) + ")";
            default -> binary(depth);
        };
    }

    private String call(int depth) {
        var vector = expr(VECTOR, depth - 1);
        return switch (random.nextInt(8)) {
            case 0 -> "vector(" + expr(SCALAR, depth - 1) + ")";
            case 1 -> "clamp(" + vector + ", " + expr(SCALAR, 0) + "," + expr(SCALAR, 0) + ")";
            case 2 -> "label_replace(" + vector + ", 'a', \"$1\", " + expr(STRING, 0) + ", '(.*)')";
            case 3 -> "label_join(" + vector + ", 'a', ','" + of("", ", 'b', 'c'") + ", 'd')";
            case 4 -> "round(" + vector + of("", ", " + expr(SCALAR, 0), ", 1, 2") + ")";
            case 5 -> "hour(" + of("", vector) + ")";
            case 6 -> "quantile_over_time(" + expr(SCALAR, 0) + ", " + expr(MATRIX, depth - 1) + ")";
            default ->
                of("predict_linear(", "holt_winters(", "nope(", "abs(") + expr(MATRIX, depth - 1) + ", 1"
                        + of("", ", 0.5") + ")";
        };
    }

    private String aggregation(int depth) {
        var inner = expr(VECTOR, depth - 1);
        var parameter = switch (random.nextInt(5)) {
            case 0 -> Map.entry(of("topk", "bottomk", "quantile"), expr(SCALAR, 0) + ", ");
            case 1 -> Map.entry("count_values", expr(STRING, 0) + ", ");
            default -> Map.entry(of(AGGREGATORS), "");
        };
        var name = cased(parameter.getKey());
        var body = "(" + parameter.getValue() + inner + ")";
        var grouping = cased(of("by", "without")) + " " + labels();
        return switch (random.nextInt(3)) {
            case 0 -> name + " " + grouping + " " + body;
            case 1 -> name + body + " " + grouping;
            default -> name + body;
        };
    }

    private String binary(int depth) {
        var left = expr(VECTOR, depth - 1);
        var right = expr(VECTOR, depth - 1);
        return switch (random.nextInt(5)) {
            case 0 -> left + operator(ARITHMETIC, false) + expr(SCALAR, depth - 1);
            case 1 -> expr(SCALAR, depth - 1) + operator(COMPARISONS, true) + right;
            case 2 -> left + operator(SETS, false) + (random.nextBoolean() ? matching() + " " : "") + right;
            case 3 ->
                left + operator(ARITHMETIC, false) + matching()
                        + of("", " group_left", " GROUP_RIGHT (a)", " group_left ()", " group_left(x,y,)") + " "
                        + right;
            default -> left + operator(COMPARISONS, true) + of("", matching()) + " " + right;
        };
    }

    private String matching() {
        return cased(of("on", "ignoring")) + labels();
    }

    private String operator(List<String> all, boolean mayBeBool) {
        return " " + cased(of(all)) + (mayBeBool && random.nextInt(3) == 0 ? " bool " : " ");
    }

    private String labels() {
        var count = random.nextInt(3);
        var comma = count > 0 && random.nextInt(4) == 0 ? "," : "";
        return IntStream.range(0, count).mapToObj(_ -> of(LABELS)).collect(Collectors.joining(", ", "(", comma + ")"));
    }

    private String series() {
        var name = random.nextInt(8) == 0 ? "" : of(NAMES);
        var count = name.isEmpty() || random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
        if (count == 0) {
            return name + of("", "", "{}");
        }
        var matchers = Stream.generate(
                        () -> of(of(LABELS), "__name__", of(LABELS)) + of("=", "!=", "=~", "!~") + of(VALUES))
                .limit(count)
                .collect(Collectors.joining(" , "));
        return name + "{" + matchers + of("", ",") + "}";
    }

    private String when() {
        var offset = " " + cased("offset") + " " + of("", "-", "- ") + of(DURATIONS);
        var at = " @ " + of("start()", "end( )", "1.5e9", "- 5", "+1", "0x10");
        return switch (random.nextInt(12)) {
            case 0 -> offset;
            case 1 -> at;
            case 2 -> offset + at;
            case 3 -> at + offset;
            default -> "";
        };
    }

    private String cased(String word) {
        return random.nextInt(6) == 0 ? word.toUpperCase(Locale.ROOT) : word;
    }

    private String spaced(String text) {
        return switch (random.nextInt(6)) {
            case 0 -> "\n" + text + " # the end";
            case 1 -> text + "\t";
            default -> text;
        };
    }

    private String of(String... all) {
        return all[random.nextInt(all.length)];
    }

    private <T> T of(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
