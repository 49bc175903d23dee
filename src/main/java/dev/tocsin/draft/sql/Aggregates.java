package dev.tocsin.draft.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import net.sf.jsqlparser.expression.AnalyticExpression;
import net.sf.jsqlparser.expression.CastExpression;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.ExpressionVisitorAdapter;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;

/** The functions that make one value of many rows. */
final class Aggregates {
    private static final Set<String> NAMES = Set.of(
            "count",
            "sum",
            "avg",
            "max",
            "min",
            "bool_or",
            "bool_and",
            "every",
            "string_agg",
            "array_agg",
            "stddev",
            "json_agg",
            "jsonb_agg");

    /** One value, and of how many rows. */
    record Weighed(Value value, double count) {}

    private Aggregates() {}

    static boolean is(String function) {
        return NAMES.contains(Names.plain(function));
    }

    /** Whether an expression aggregates, its subqueries aside. */
    static boolean in(Expression expression) {
        var found = new AtomicBoolean();
        expression.accept(
                new ExpressionVisitorAdapter<Void>() {
                    @Override
                    public <S> Void visit(Function function, S context) {
                        if (is(function.getName())) {
                            found.set(true);
                        }
                        return super.visit(function, context);
                    }

                    @Override
                    public <S> Void visit(AnalyticExpression analytic, S context) {
                        if (is(analytic.getName())) {
                            found.set(true);
                        }
                        return null;
                    }

                    @Override
                    public <S> Void visit(ParenthesedSelect select, S context) {
                        return null;
                    }
                },
                null);
        return found.get();
    }

    /** The name that PostgreSQL gives to a column without an alias. */
    static String nameOf(Expression expression, int place) {
        return switch (expression) {
            case Column column -> Names.plain(column.getColumnName());
            case Function function -> Names.plain(function.getName());
            case AnalyticExpression analytic -> Names.plain(analytic.getName());
            case CastExpression cast -> nameOf(cast.getLeftExpression(), place);
            default -> "column" + place;
        };
    }

    static Value of(String name, List<Weighed> all, boolean distinct) {
        var given = all.stream().filter(each -> !each.value().isNull()).toList();
        if (distinct) {
            var once = new ArrayList<Weighed>();
            new LinkedHashSet<>(given.stream().map(Weighed::value).toList())
                    .forEach(value -> once.add(new Weighed(value, 1)));
            given = once;
        }
        var count = given.stream().mapToDouble(Weighed::count).sum();
        var numbers = given.stream().mapToDouble(each -> each.value().number());
        if (given.isEmpty()) {
            return name.equals("count") ? Value.of(0) : Value.NULL;
        }
        return switch (name) {
            case "count" -> Value.of(count);
            case "sum" ->
                Value.of(given.stream()
                        .mapToDouble(each -> each.value().number() * each.count())
                        .sum());
            case "avg" ->
                Value.of(given.stream()
                                .mapToDouble(each -> each.value().number() * each.count())
                                .sum()
                        / count);
            case "max" -> extreme(given, numbers.max().orElse(Double.NaN), true);
            case "min" -> extreme(given, numbers.min().orElse(Double.NaN), false);
            case "bool_or" ->
                Value.of(given.stream().anyMatch(each -> each.value().holds()));
            case "bool_and", "every" ->
                Value.of(given.stream().allMatch(each -> each.value().holds()));
            case "array_agg" ->
                new Value.Many(given.stream().map(Weighed::value).toList());
            default -> Value.NULL;
        };
    }

    private static Value extreme(List<Weighed> given, double number, boolean largest) {
        if (given.getFirst().value() instanceof Value.Text) {
            var texts =
                    given.stream().map(each -> each.value().label()).sorted().toList();
            return Value.of(largest ? texts.getLast() : texts.getFirst());
        }
        return Value.of(number);
    }
}
