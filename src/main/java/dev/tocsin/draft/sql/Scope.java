package dev.tocsin.draft.sql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rows that an expression sees: one of each item in FROM, and those of the queries around.
 *
 * @param rows by the name of the item
 * @param count how many such combinations there are
 */
record Scope(Map<String, Row> rows, double count, Optional<Scope> around) {
    static final Scope NONE = new Scope(Map.of(), 1, Optional.empty());

    Scope inside() {
        return new Scope(Map.of(), 1, Optional.of(this));
    }

    Scope with(String item, Row row) {
        var all = new LinkedHashMap<>(rows);
        all.put(item, row);
        return new Scope(all, count * row.count(), around);
    }

    /** A column; without an item's name, that of the first which has it. An outer join with nothing has NULLs only. */
    Optional<Value> column(Optional<String> item, String column) {
        Optional<Value> found = item.isPresent()
                ? Optional.ofNullable(rows.get(item.get()))
                        .flatMap(row -> row.columns().isEmpty() ? Optional.of(Value.NULL) : row.get(column))
                : rows.values().stream()
                        .flatMap(row -> row.get(column).stream())
                        .findFirst();
        return found.or(() -> around.flatMap(outer -> outer.column(item, column)));
    }

    /** A whole row, for an item that is used as a value. */
    Optional<Row> item(String name) {
        return Optional.ofNullable(rows.get(name)).or(() -> around.flatMap(outer -> outer.item(name)));
    }
}
