package dev.tocsin.draft.sql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One row of a relation.
 *
 * @param columns by their names in lower case
 * @param count how many such rows there are: a thousand equal locks need not be written one by one
 */
public record Row(Map<String, Value> columns, double count) {

    public Optional<Value> get(String column) {
        return Optional.ofNullable(columns.get(column));
    }

    /** A row of names and values in turn; a number, a text, a truth or a {@link Value}. */
    public static Row of(Object... namesAndValues) {
        var columns = new LinkedHashMap<String, Value>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            columns.put((String) namesAndValues[i], value(namesAndValues[i + 1]));
        }
        return new Row(columns, 1);
    }

    public Row times(double count) {
        return new Row(columns, count);
    }

    /** This with other columns as well. */
    public Row with(Row other) {
        var all = new LinkedHashMap<>(columns);
        all.putAll(other.columns);
        return new Row(all, count * other.count);
    }

    private static Value value(Object of) {
        return switch (of) {
            case Value value -> value;
            case Number number -> Value.of(number.doubleValue());
            case String text -> Value.of(text);
            case Boolean truth -> Value.of(truth);
            default -> throw new IllegalArgumentException("no value of a column: " + of);
        };
    }
}
