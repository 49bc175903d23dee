package dev.tocsin.draft.sql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** PostgreSQL's operators and its plain functions, on values. */
final class Operators {
    private static final java.util.regex.Pattern PART =
            java.util.regex.Pattern.compile("(-?[0-9.]+)\\s*([a-z]+)", java.util.regex.Pattern.CASE_INSENSITIVE);
    private static final java.util.regex.Pattern CLOCK = java.util.regex.Pattern.compile("(\\d+):(\\d+)(?::(\\d+))?");

    private Operators() {}

    static Value of(String operator, Value left, Value right) {
        return switch (operator) {
            case "and" -> and(left, right);
            case "or" -> or(left, right);
            case "=", "<>", "!=", "<", "<=", ">", ">=" -> compare(operator, left, right);
            case "||" -> left.isNull() || right.isNull() ? Value.NULL : Value.of(left.label() + right.label());
            default -> arithmetic(operator, left, right);
        };
    }

    static Value not(Value value) {
        return value.isNull() ? Value.NULL : Value.of(!value.holds());
    }

    static Value and(Value left, Value right) {
        if (isFalse(left) || isFalse(right)) {
            return Value.of(false);
        }
        return left.isNull() || right.isNull() ? Value.NULL : Value.of(true);
    }

    private static Value or(Value left, Value right) {
        if (left.holds() || right.holds()) {
            return Value.of(true);
        }
        return left.isNull() || right.isNull() ? Value.NULL : Value.of(false);
    }

    private static boolean isFalse(Value value) {
        return value instanceof Value.Bool(var truth) && !truth;
    }

    static Value compare(String operator, Value left, Value right) {
        if (left.isNull() || right.isNull()) {
            return Value.NULL;
        }
        var order = order(left, right);
        if (order.isEmpty()) {
            return Value.of((left.equals(right)) == operator.equals("="));
        }
        var way = order.getAsDouble();
        return Value.of(
                switch (operator) {
                    case "=" -> way == 0;
                    case "<>", "!=" -> way != 0;
                    case "<" -> way < 0;
                    case "<=" -> way <= 0;
                    case ">" -> way > 0;
                    default -> way >= 0;
                });
    }

    private static OptionalDouble order(Value left, Value right) {
        if (left instanceof Value.Many || right instanceof Value.Many) {
            return OptionalDouble.empty();
        }
        if (left instanceof Value.Text(var one) && right instanceof Value.Text(var other)) {
            return OptionalDouble.of(one.compareTo(other));
        }
        var difference = left.number() - right.number();
        return Double.isNaN(difference) ? OptionalDouble.empty() : OptionalDouble.of(difference);
    }

    static Value arithmetic(String operator, Value left, Value right) {
        var one = left.number();
        var other = right.number();
        if (Double.isNaN(one) || Double.isNaN(other)) {
            return Value.NULL;
        }
        return switch (operator) {
            case "+" -> Value.of(one + other);
            case "-" -> Value.of(one - other);
            case "*" -> Value.of(one * other);
            case "/" -> other == 0 ? Value.NULL : Value.of(one / other);
            case "%" -> other == 0 ? Value.NULL : Value.of(one % other);
            case "^" -> Value.of(Math.pow(one, other));
            default -> Value.NULL;
        };
    }

    static Value like(Value text, Value pattern, boolean anyCase) {
        if (text.isNull() || pattern.isNull()) {
            return Value.NULL;
        }
        var regex = new StringBuilder();
        for (var letter : pattern.label().toCharArray()) {
            regex.append(
                    switch (letter) {
                        case '%' -> ".*";
                        case '_' -> ".";
                        default -> Pattern.quote(String.valueOf(letter));
                    });
        }
        var flags = anyCase ? Pattern.DOTALL | Pattern.CASE_INSENSITIVE : Pattern.DOTALL;
        return Value.of(Pattern.compile(regex.toString(), flags).matches(text.label()));
    }

    /** {@code ~}, {@code ~*}, {@code !~} and {@code !~*}. */
    static Value matches(String operator, Value text, Value pattern) {
        if (text.isNull() || pattern.isNull()) {
            return Value.NULL;
        }
        try {
            var flags = operator.endsWith("*") ? Pattern.CASE_INSENSITIVE : 0;
            var found = Pattern.compile(pattern.label(), flags)
                    .matcher(text.label())
                    .find();
            return Value.of(found != operator.startsWith("!"));
        } catch (PatternSyntaxException _) {
            return Value.NULL;
        }
    }

    static Value cast(Value value, String type) {
        if (value.isNull()) {
            return value;
        }
        return switch (type) {
            case "text", "varchar", "name", "character varying", "regclass", "oid", "jsonb", "json", "xml", "inet" ->
                value instanceof Value.Num || value instanceof Value.Bool ? Value.of(value.label()) : value;
            case "interval" -> value instanceof Value.Text(var text) ? interval(text) : value;
            case "bool", "boolean" ->
                value instanceof Value.Bool ? value : Value.of(value.number() != 0 && !Double.isNaN(value.number()));
            case "int", "integer", "bigint", "smallint", "int4", "int8", "int2" -> number(Math.rint(value.number()));
            case "float", "float4", "float8", "double", "double precision", "numeric", "decimal", "real" ->
                number(value.number());
            default -> value;
        };
    }

    static Value number(double number) {
        return Double.isNaN(number) ? Value.NULL : Value.of(number);
    }

    private static Value interval(String text) {
        var seconds = 0.0;
        var parts = PART.matcher(text);
        while (parts.find()) {
            var unit = parts.group(2).toLowerCase(Locale.ROOT);
            seconds += Double.parseDouble(parts.group(1)) * seconds(unit);
        }
        var clock = CLOCK.matcher(text);
        if (clock.find()) {
            seconds += Integer.parseInt(clock.group(1)) * 3600.0 + Integer.parseInt(clock.group(2)) * 60.0;
            seconds += clock.group(3) == null ? 0 : Integer.parseInt(clock.group(3));
        }
        return Value.of(seconds);
    }

    private static double seconds(String unit) {
        if (unit.startsWith("ms") || unit.startsWith("mil")) {
            return 0.001;
        }
        return switch (unit.charAt(0)) {
            case 's' -> 1;
            case 'm' -> unit.startsWith("mon") ? 2_592_000 : 60;
            case 'h' -> 3600;
            case 'd' -> 86_400;
            case 'w' -> 604_800;
            case 'y' -> 31_557_600;
            default -> 0;
        };
    }

    /** A word without parentheses that is a value. */
    static Optional<Value> word(String name, Catalog catalog) {
        return switch (name) {
            case "true" -> Optional.of(Value.of(true));
            case "false" -> Optional.of(Value.of(false));
            case "current_timestamp", "localtimestamp" -> Optional.of(Value.of(catalog.now()));
            case "current_database", "current_user", "session_user", "user", "current_catalog" ->
                catalog.function(name.equals("current_catalog") ? "current_database" : name, List.of());
            default -> Optional.empty();
        };
    }

    /** What does not depend on the server. */
    static Optional<Value> function(String name, List<Value> of) {
        var first = of.isEmpty() ? Value.NULL : of.getFirst();
        return Optional.ofNullable(
                switch (name) {
                    case "greatest" -> extreme(of, true);
                    case "least" -> extreme(of, false);
                    case "nullif" -> compare("=", first, of.get(1)).holds() ? Value.NULL : first;
                    case "round" -> rounded(of);
                    case "floor" -> number(Math.floor(first.number()));
                    case "ceil", "ceiling" -> number(Math.ceil(first.number()));
                    case "trunc" -> number(first.number() < 0 ? Math.ceil(first.number()) : Math.floor(first.number()));
                    case "abs" -> number(Math.abs(first.number()));
                    case "date_part" ->
                        first.label().equals("epoch") ? number(of.get(1).number()) : Value.NULL;
                    case "to_timestamp", "to_jsonb", "row_to_json", "to_json", "host", "quote_ident" -> first;
                    case "lower" -> text(first, first.label().toLowerCase(Locale.ROOT));
                    case "upper" -> text(first, first.label().toUpperCase(Locale.ROOT));
                    case "ltrim", "rtrim", "btrim", "trim" ->
                        text(first, first.label().strip());
                    case "length", "char_length" ->
                        first.isNull() ? first : Value.of(first.label().length());
                    case "replace" ->
                        text(
                                first,
                                first.label()
                                        .replace(of.get(1).label(), of.get(2).label()));
                    case "left" ->
                        text(
                                first,
                                first.label()
                                        .substring(0, Math.min(first.label().length(), Math.max(0, (int)
                                                of.get(1).number()))));
                    case "split_part" -> split(of);
                    case "concat" ->
                        Value.of(String.join("", of.stream().map(Value::label).toList()));
                    case "pg_wal_lsn_diff", "pg_xlog_location_diff" -> arithmetic("-", first, of.get(1));
                    case "format", "md5", "substring", "regexp_replace", "to_char" -> Value.of(first.label());
                    default -> null;
                });
    }

    private static Value text(Value from, String text) {
        return from.isNull() ? from : Value.of(text);
    }

    private static Value split(List<Value> of) {
        var parts = of.getFirst().label().split(Pattern.quote(of.get(1).label()), -1);
        var place = (int) of.get(2).number() - 1;
        return Value.of(place >= 0 && place < parts.length ? parts[place] : "");
    }

    private static Value rounded(List<Value> of) {
        var scale = of.size() > 1 ? Math.pow(10, of.get(1).number()) : 1;
        return number(Math.round(of.getFirst().number() * scale) / scale);
    }

    private static Value extreme(List<Value> of, boolean largest) {
        var numbers = of.stream().filter(each -> !each.isNull()).mapToDouble(Value::number);
        var found = largest ? numbers.max() : numbers.min();
        return found.isPresent() ? number(found.getAsDouble()) : Value.NULL;
    }
}
