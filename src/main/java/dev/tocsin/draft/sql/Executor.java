package dev.tocsin.draft.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.sf.jsqlparser.expression.Alias;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.select.AllColumns;
import net.sf.jsqlparser.statement.select.AllTableColumns;
import net.sf.jsqlparser.statement.select.FromItem;
import net.sf.jsqlparser.statement.select.Join;
import net.sf.jsqlparser.statement.select.LateralSubSelect;
import net.sf.jsqlparser.statement.select.ParenthesedFromItem;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.select.SetOperationList;
import net.sf.jsqlparser.statement.select.TableFunction;
import net.sf.jsqlparser.statement.select.Values;

/** Runs one query on a catalog: joins, WHERE, GROUP BY and HAVING, in the plainest way. */
final class Executor {
    private final Catalog catalog;
    private final Expressions expressions;
    private final Map<String, Select> named = new HashMap<>();

    Executor(Catalog catalog) {
        this.catalog = catalog;
        expressions = new Expressions(catalog, this);
    }

    List<Row> rows(Select select, Scope around) throws SqlException {
        if (select.getWithItemsList() != null) {
            for (var item : select.getWithItemsList()) {
                named.put(Names.plain(item.getUnquotedAliasName()), item.getSelect());
            }
        }
        return switch (select) {
            case ParenthesedSelect parenthesed -> rows(parenthesed.getSelect(), around);
            case PlainSelect plain -> plain(plain, around);
            case SetOperationList all -> union(all, around);
            case Values values -> values(values, around);
            default -> throw new SqlException("its SQL has a part that is not understood: " + select);
        };
    }

    /** A subquery as one value. */
    Value single(Select select, Scope around) throws SqlException {
        var rows = rows(select, around.inside());
        return rows.isEmpty()
                ? Value.NULL
                : rows.getFirst().columns().values().stream().findFirst().orElse(Value.NULL);
    }

    private List<Row> union(SetOperationList all, Scope around) throws SqlException {
        var rows = new ArrayList<Row>();
        var names = List.<String>of();
        for (var each : all.getSelects()) {
            for (var row : rows(each, around)) {
                if (names.isEmpty()) {
                    names = List.copyOf(row.columns().keySet());
                }
                rows.add(renamed(row, names));
            }
        }
        return rows;
    }

    private List<Row> values(Values values, Scope around) throws SqlException {
        var rows = new ArrayList<Row>();
        for (var each : values.getExpressions()) {
            var columns = new LinkedHashMap<String, Value>();
            var parts = each instanceof ExpressionList<?> list ? list : List.of(each);
            for (var part : parts) {
                columns.put("column" + (columns.size() + 1), expressions.value((Expression) part, around));
            }
            rows.add(new Row(columns, 1));
        }
        return rows;
    }

    private List<Row> plain(PlainSelect select, Scope around) throws SqlException {
        var scopes = scopes(select, around);
        var items = items(select, scopes);
        var grouped = select.getGroupBy() != null
                || items.values().stream().anyMatch(Aggregates::in)
                || select.getHaving() != null;
        var rows = new ArrayList<Row>();
        if (!grouped) {
            for (var scope : scopes) {
                rows.add(row(items, scope, List.of(), scope.count()));
            }
        } else {
            for (var group : groups(select, items, scopes)) {
                var first = group.isEmpty() ? around : group.getFirst();
                if (select.getHaving() == null
                        || expressions.value(select.getHaving(), first, group).holds()) {
                    rows.add(row(items, first, group, 1));
                }
            }
        }
        return select.getDistinct() == null ? rows : List.copyOf(new LinkedHashSet<>(rows));
    }

    private Row row(Map<String, Expression> items, Scope scope, List<Scope> group, double count) throws SqlException {
        var columns = new LinkedHashMap<String, Value>();
        for (var item : items.entrySet()) {
            try {
                columns.put(item.getKey(), expressions.value(item.getValue(), scope, group));
            } catch (SqlException _) {
                columns.put(item.getKey(), Value.NULL); // one column that is not understood leaves the others
            }
        }
        return new Row(columns, count);
    }

    /** What is selected, each by its name; stars spelled out. */
    private static Map<String, Expression> items(PlainSelect select, List<Scope> scopes) {
        var items = new LinkedHashMap<String, Expression>();
        for (var item : select.getSelectItems()) {
            switch (item.getExpression()) {
                case AllTableColumns all ->
                    addAll(items, scopes, Optional.of(Names.plain(all.getTable().getName())));
                case AllColumns _ -> addAll(items, scopes, Optional.empty());
                case Expression expression ->
                    items.put(
                            item.getAlias() != null
                                    ? Names.plain(item.getAlias().getUnquotedName())
                                    : Aggregates.nameOf(expression, items.size() + 1),
                            expression);
            }
        }
        return items;
    }

    private static void addAll(Map<String, Expression> items, List<Scope> scopes, Optional<String> only) {
        for (var scope : scopes) {
            scope.rows().forEach((name, row) -> {
                if (only.isEmpty() || only.get().equals(name)) {
                    row.columns().keySet().forEach(column -> items.put(column, new Column(new Table(name), column)));
                }
            });
        }
    }

    private List<List<Scope>> groups(PlainSelect select, Map<String, Expression> items, List<Scope> scopes)
            throws SqlException {
        var by = new ArrayList<Expression>();
        if (select.getGroupBy() != null) {
            for (var each : select.getGroupBy().getGroupByExpressionList()) {
                by.add(grouping((Expression) each, items, scopes));
            }
        }
        var groups = new LinkedHashMap<List<Value>, List<Scope>>();
        if (by.isEmpty()) {
            groups.put(List.of(), new ArrayList<>());
        }
        for (var scope : scopes) {
            var key = new ArrayList<Value>();
            for (var each : by) {
                key.add(tolerant(each, scope));
            }
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(scope);
        }
        return List.copyOf(groups.values());
    }

    private Value tolerant(Expression expression, Scope scope) {
        try {
            return expressions.value(expression, scope);
        } catch (SqlException _) {
            return Value.NULL;
        }
    }

    /** The place of a column, or its alias, stands for what it selects. */
    private static Expression grouping(Expression each, Map<String, Expression> items, List<Scope> scopes) {
        if (each instanceof LongValue place) {
            return List.copyOf(items.values()).get((int) place.getValue() - 1);
        }
        if (each instanceof Column column && column.getTable() == null) {
            var name = Names.plain(column.getColumnName());
            var real = scopes.stream()
                    .anyMatch(scope -> scope.column(Optional.empty(), name).isPresent());
            return real ? each : Optional.ofNullable(items.get(name)).orElse(each);
        }
        return each;
    }

    private List<Scope> scopes(PlainSelect select, Scope around) throws SqlException {
        var scopes = List.of(around.inside());
        if (select.getFromItem() != null) {
            scopes = joined(scopes, select.getFromItem(), Optional.empty());
            for (var join : Optional.ofNullable(select.getJoins()).orElse(List.of())) {
                scopes = joined(scopes, join.getFromItem(), Optional.of(join));
            }
        }
        if (select.getWhere() == null) {
            return scopes;
        }
        var kept = new ArrayList<Scope>();
        for (var scope : scopes) {
            if (expressions.value(select.getWhere(), scope).holds()) {
                kept.add(scope);
            }
        }
        return kept;
    }

    private List<Scope> joined(List<Scope> left, FromItem item, Optional<Join> join) throws SqlException {
        if (item instanceof ParenthesedFromItem inner && inner.getAlias() == null) {
            var all = joined(left, inner.getFromItem(), join);
            for (var more : Optional.ofNullable(inner.getJoins()).orElse(List.of())) {
                all = joined(all, more.getFromItem(), Optional.of(more));
            }
            return all;
        }
        var name = nameOf(item);
        var result = new ArrayList<Scope>();
        var once = !(item instanceof TableFunction || item instanceof LateralSubSelect) && !left.isEmpty()
                ? rowsOf(item, left.getFirst())
                : List.<Row>of();
        for (var scope : left) {
            var matched = false;
            var rows = item instanceof TableFunction || item instanceof LateralSubSelect ? rowsOf(item, scope) : once;
            for (var row : rows) {
                var pair = scope.with(name, row);
                if (join.isEmpty() || matches(join.get(), scope, row, pair)) {
                    result.add(pair);
                    matched = true;
                }
            }
            if (!matched
                    && join.isPresent()
                    && (join.get().isLeft() || join.get().isFull())) {
                result.add(scope.with(name, nulls(rows)));
            }
        }
        return result;
    }

    private static Row nulls(List<Row> rows) {
        var columns = new LinkedHashMap<String, Value>();
        rows.forEach(row -> row.columns().keySet().forEach(column -> columns.put(column, Value.NULL)));
        return new Row(columns, 1);
    }

    private boolean matches(Join join, Scope left, Row row, Scope pair) throws SqlException {
        for (var on : Optional.ofNullable(join.getOnExpressions()).orElse(List.of())) {
            if (!expressions.value(on, pair).holds()) {
                return false;
            }
        }
        var using = Optional.ofNullable(join.getUsingColumns()).orElse(List.of()).stream()
                .map(column -> Names.plain(column.getColumnName()))
                .toList();
        var shared = join.isNatural()
                ? row.columns().keySet().stream()
                        .filter(column -> left.column(Optional.empty(), column).isPresent())
                        .toList()
                : using;
        return shared.stream()
                .allMatch(column -> left.column(Optional.empty(), column).equals(row.get(column)));
    }

    private static String nameOf(FromItem item) {
        if (item.getAlias() != null) {
            return Names.plain(item.getAlias().getUnquotedName());
        }
        return switch (item) {
            case Table table -> Names.plain(table.getName());
            case TableFunction function -> Names.plain(function.getFunction().getName());
            default -> item.toString();
        };
    }

    private List<Row> rowsOf(FromItem item, Scope scope) throws SqlException {
        var rows = switch (item) {
            case Table table -> table(table, scope);
            case TableFunction function -> function(function, scope);
            case Select select -> rows(select, scope);
            case ParenthesedFromItem inner when inner.getJoins() == null -> rowsOf(inner.getFromItem(), scope);
            default -> throw new SqlException("its FROM has a part that is not understood: " + item);
        };
        var names = columnNames(item.getAlias());
        if (names.isEmpty()) {
            return rows;
        }
        return rows.stream().map(row -> renamed(row, names)).toList();
    }

    private static List<String> columnNames(@org.jspecify.annotations.Nullable Alias alias) {
        return alias == null || alias.getAliasColumns() == null
                ? List.of()
                : alias.getAliasColumns().stream()
                        .map(column -> Names.plain(column.name))
                        .toList();
    }

    private static Row renamed(Row row, List<String> names) {
        var columns = new LinkedHashMap<String, Value>();
        var index = 0;
        for (var column : row.columns().entrySet()) {
            columns.put(index < names.size() ? names.get(index) : column.getKey(), column.getValue());
            index++;
        }
        return new Row(columns, row.count());
    }

    private List<Row> table(Table table, Scope scope) throws SqlException {
        var name = Names.plain(table.getFullyQualifiedName());
        var common = named.get(name);
        if (common != null) {
            return rows(common, scope);
        }
        return catalog.relation(name)
                .orElseThrow(() -> new SqlException("it reads " + name + ", of which nothing is known here"));
    }

    private List<Row> function(TableFunction item, Scope scope) throws SqlException {
        var function = item.getFunction();
        var name = Names.plain(function.getName());
        var arguments = expressions.arguments(function, scope, List.of());
        if (Set.of("unnest", "regexp_split_to_table", "jsonb_each", "json_each").contains(name)
                && arguments.getFirst() instanceof Value.Many(var values)) {
            return values.stream().map(value -> Row.of(name, value)).toList();
        }
        return catalog.rowsOf(name, arguments)
                .orElseThrow(() -> new SqlException("it reads " + name + "(), of which nothing is known here"));
    }
}
