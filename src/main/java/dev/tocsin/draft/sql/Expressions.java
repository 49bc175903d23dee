package dev.tocsin.draft.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import net.sf.jsqlparser.expression.AnalyticExpression;
import net.sf.jsqlparser.expression.AnyComparisonExpression;
import net.sf.jsqlparser.expression.ArrayConstructor;
import net.sf.jsqlparser.expression.ArrayExpression;
import net.sf.jsqlparser.expression.BinaryExpression;
import net.sf.jsqlparser.expression.BooleanValue;
import net.sf.jsqlparser.expression.CaseExpression;
import net.sf.jsqlparser.expression.CastExpression;
import net.sf.jsqlparser.expression.CollateExpression;
import net.sf.jsqlparser.expression.DoubleValue;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.ExtractExpression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.IntervalExpression;
import net.sf.jsqlparser.expression.JsonExpression;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.NotExpression;
import net.sf.jsqlparser.expression.NullValue;
import net.sf.jsqlparser.expression.SignedExpression;
import net.sf.jsqlparser.expression.StringValue;
import net.sf.jsqlparser.expression.TimeKeyExpression;
import net.sf.jsqlparser.expression.TimezoneExpression;
import net.sf.jsqlparser.expression.operators.relational.Between;
import net.sf.jsqlparser.expression.operators.relational.ExistsExpression;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.IsBooleanExpression;
import net.sf.jsqlparser.expression.operators.relational.IsDistinctExpression;
import net.sf.jsqlparser.expression.operators.relational.IsNullExpression;
import net.sf.jsqlparser.expression.operators.relational.LikeExpression;
import net.sf.jsqlparser.expression.operators.relational.RegExpMatchOperator;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.statement.select.AllColumns;
import net.sf.jsqlparser.statement.select.Select;

/** The value of an expression for one combination of rows, or for a group of them. */
final class Expressions {
    private static final Pattern ELEMENT = Pattern.compile("/(\\w+)/text\\(\\)");

    private final Catalog catalog;
    private final Executor executor;

    Expressions(Catalog catalog, Executor executor) {
        this.catalog = catalog;
        this.executor = executor;
    }

    Value value(Expression expression, Scope scope) throws SqlException {
        return value(expression, scope, List.of());
    }

    /** @param group the rows that an aggregate sees */
    Value value(Expression expression, Scope scope, List<Scope> group) throws SqlException {
        return switch (expression) {
            case NullValue _ -> Value.NULL;
            case LongValue number -> Value.of(number.getBigIntegerValue().doubleValue());
            case DoubleValue number -> Value.of(number.getValue());
            case StringValue text -> Value.of(text.getNotExcapedValue());
            case BooleanValue truth -> Value.of(truth.getValue());
            case TimeKeyExpression _ -> Value.of(catalog.now());
            case IntervalExpression interval -> interval(interval, scope, group);
            case Column column -> column(column, scope);
            case SignedExpression signed ->
                signed.getSign() == '-'
                        ? Operators.arithmetic("-", Value.of(0), value(signed.getExpression(), scope, group))
                        : value(signed.getExpression(), scope, group);
            case NotExpression not -> Operators.not(value(not.getExpression(), scope, group));
            case CollateExpression collate -> value(collate.getLeftExpression(), scope, group);
            case TimezoneExpression zoned -> value(zoned.getLeftExpression(), scope, group);
            case CastExpression cast ->
                Operators.cast(
                        value(cast.getLeftExpression(), scope, group),
                        cast.getColDataType().getDataType().toLowerCase(Locale.ROOT));
            case ExtractExpression extract ->
                extract.getName().equalsIgnoreCase("epoch")
                        ? Operators.number(
                                value(extract.getExpression(), scope, group).number())
                        : Value.NULL;
            case CaseExpression choice -> choice(choice, scope, group);
            case ArrayExpression array -> element(array, scope, group);
            case ArrayConstructor array -> many(array.getExpressions(), scope, group);
            case JsonExpression json -> json(json, scope, group);
            case Select select -> executor.single(select, scope);
            case ExistsExpression exists -> exists(exists, scope);
            case IsNullExpression isNull ->
                Value.of(value(isNull.getLeftExpression(), scope, group).isNull() != isNull.isNot());
            case IsBooleanExpression is -> {
                var truth = value(is.getLeftExpression(), scope, group);
                yield Value.of((!truth.isNull() && truth.holds() == is.isTrue()) != is.isNot());
            }
            case InExpression in -> in(in, scope, group);
            case Between between -> between(between, scope, group);
            case BinaryExpression binary -> binary(binary, scope, group);
            case ExpressionList<?> list when list.size() == 1 -> value((Expression) list.getFirst(), scope, group);
            case ExpressionList<?> list -> many(list, scope, group);
            case AnalyticExpression analytic -> analytic(analytic, scope, group);
            case Function function -> function(function, scope, group);
            default -> throw new SqlException("its SQL has a part that is not understood: " + expression);
        };
    }

    private Value column(Column column, Scope scope) throws SqlException {
        var item = Optional.ofNullable(column.getTable()).map(table -> Names.plain(table.getName()));
        var name = Names.plain(column.getColumnName());
        var found = scope.column(item, name);
        if (found.isPresent()) {
            return found.get();
        }
        var whole = scope.item(name);
        if (item.isEmpty() && whole.isPresent()) {
            return new Value.Document(whole.get());
        }
        if (item.isEmpty()) {
            // true, current_user and the like are columns to the parser
            return Operators.word(name, catalog)
                    .orElseThrow(
                            () -> new SqlException("it reads the column " + name + ", of which nothing is known here"));
        }
        throw new SqlException("it reads the column " + item.get() + "." + name + ", of which nothing is known here");
    }

    private Value interval(IntervalExpression interval, Scope scope, List<Scope> group) throws SqlException {
        if (interval.getExpression() != null) {
            return Operators.cast(value(interval.getExpression(), scope, group), "interval");
        }
        var unit = interval.getIntervalType() == null ? "" : " " + interval.getIntervalType();
        return Operators.cast(Value.of(interval.getParameter().replace("'", "") + unit), "interval");
    }

    private Value choice(CaseExpression choice, Scope scope, List<Scope> group) throws SqlException {
        for (var branch : choice.getWhenClauses()) {
            var when = value(branch.getWhenExpression(), scope, group);
            var taken = choice.getSwitchExpression() == null
                    ? when.holds()
                    : Operators.compare("=", value(choice.getSwitchExpression(), scope, group), when)
                            .holds();
            if (taken) {
                return value(branch.getThenExpression(), scope, group);
            }
        }
        return choice.getElseExpression() == null ? Value.NULL : value(choice.getElseExpression(), scope, group);
    }

    private Value element(ArrayExpression array, Scope scope, List<Scope> group) throws SqlException {
        var index = array.getIndexExpression();
        if (index != null && value(array.getObjExpression(), scope, group) instanceof Value.Many(var values)) {
            var place = (int) value(index, scope, group).number() - 1;
            return place >= 0 && place < values.size() ? values.get(place) : Value.NULL;
        }
        return Value.NULL;
    }

    private Value many(Iterable<? extends Expression> parts, Scope scope, List<Scope> group) throws SqlException {
        var values = new ArrayList<Value>();
        for (var part : parts) {
            values.add(value(part, scope, group));
        }
        return new Value.Many(values);
    }

    private Value json(JsonExpression json, Scope scope, List<Scope> group) throws SqlException {
        var value = value(json.getExpression(), scope, group);
        for (var key : json.getIdents()) {
            value = value instanceof Value.Document(var row)
                    ? row.get(value(key, scope, group).label()).orElse(Value.NULL)
                    : Value.NULL;
        }
        return value;
    }

    private Value exists(ExistsExpression exists, Scope scope) throws SqlException {
        var some = exists.getRightExpression() instanceof Select select
                && !executor.rows(select, scope.inside()).isEmpty();
        return Value.of(some != exists.isNot());
    }

    private Value in(InExpression in, Scope scope, List<Scope> group) throws SqlException {
        var left = value(in.getLeftExpression(), scope, group);
        var among = new ArrayList<Value>();
        switch (in.getRightExpression()) {
            case Select select ->
                executor.rows(select, scope.inside())
                        .forEach(row ->
                                row.columns().values().stream().findFirst().ifPresent(among::add));
            case Iterable<?> list -> {
                for (var each : list) {
                    among.add(value((Expression) each, scope, group));
                }
            }
            case Expression other -> among.add(value(other, scope, group));
        }
        if (left.isNull()) {
            return Value.NULL;
        }
        var found = among.stream()
                .anyMatch(each -> Operators.compare("=", left, each).holds());
        return Value.of(found != in.isNot());
    }

    private Value between(Between between, Scope scope, List<Scope> group) throws SqlException {
        var value = value(between.getLeftExpression(), scope, group);
        var within = Operators.and(
                Operators.compare(">=", value, value(between.getBetweenExpressionStart(), scope, group)),
                Operators.compare("<=", value, value(between.getBetweenExpressionEnd(), scope, group)));
        return between.isNot() ? Operators.not(within) : within;
    }

    private Value binary(BinaryExpression binary, Scope scope, List<Scope> group) throws SqlException {
        var left = value(binary.getLeftExpression(), scope, group);
        if (binary.getRightExpression() instanceof AnyComparisonExpression any) {
            var among = executor.rows(any.getSelect(), scope.inside());
            return Value.of(among.stream()
                    .flatMap(row -> row.columns().values().stream())
                    .anyMatch(each -> Operators.compare("=", left, each).holds()));
        }
        var right = value(binary.getRightExpression(), scope, group);
        return switch (binary) {
            case LikeExpression like -> {
                var matched = Operators.like(left, right, like.getLikeKeyWord() == LikeExpression.KeyWord.ILIKE);
                yield like.isNot() ? Operators.not(matched) : matched;
            }
            case RegExpMatchOperator regex -> Operators.matches(regex.getStringExpression(), left, right);
            case IsDistinctExpression distinct -> Value.of(!left.equals(right) != distinct.isNot());
            default ->
                Operators.of(
                        binary.getStringExpression().toLowerCase(Locale.ROOT).strip(), left, right);
        };
    }

    private Value analytic(AnalyticExpression analytic, Scope scope, List<Scope> group) throws SqlException {
        var name = Names.plain(analytic.getName());
        if (!Aggregates.is(name)) {
            throw new SqlException("it uses " + name + "() OVER, which is not understood");
        }
        var argument = Optional.ofNullable(analytic.getExpression()).filter(each -> !(each instanceof AllColumns));
        return aggregate(
                name,
                argument,
                Optional.ofNullable(analytic.getFilterExpression()),
                analytic.isDistinct(),
                group.isEmpty() && !scope.rows().isEmpty() && analytic.getWindowElement() != null
                        ? List.of(scope)
                        : group);
    }

    private Value aggregate(
            String name,
            Optional<Expression> argument,
            Optional<Expression> filter,
            boolean distinct,
            List<Scope> group)
            throws SqlException {
        var all = new ArrayList<Aggregates.Weighed>();
        for (var each : group) {
            if (filter.isEmpty() || value(filter.get(), each).holds()) {
                var value = argument.isEmpty() ? Value.of(1) : value(argument.get(), each);
                all.add(new Aggregates.Weighed(value, each.count()));
            }
        }
        return Aggregates.of(name, all, distinct);
    }

    private Value function(Function function, Scope scope, List<Scope> group) throws SqlException {
        var name = Names.plain(function.getName());
        if (Aggregates.is(name)) {
            var parameters = function.getParameters();
            var argument = parameters == null || parameters.isEmpty() || parameters.getFirst() instanceof AllColumns
                    ? Optional.<Expression>empty()
                    : Optional.of((Expression) parameters.getFirst());
            return aggregate(name, argument, Optional.empty(), function.isDistinct(), group);
        }
        if (name.equals("coalesce")) {
            return coalesce(function, scope, group);
        }
        var arguments = arguments(function, scope, group);
        if (name.equals("query_to_xml")) {
            var rows = Query.parse(arguments.getFirst().label()).run(catalog);
            return rows.isEmpty() ? Value.NULL : new Value.Document(rows.getFirst());
        }
        if (name.equals("xpath")) {
            return element(arguments);
        }
        return Operators.function(name, arguments)
                .or(() -> catalog.function(name, arguments))
                .orElseThrow(() -> new SqlException("it calls " + name + "(), of which nothing is known here"));
    }

    /** What a path such as {@code //n/text()} finds in a row that was made a document. */
    private static Value element(List<Value> arguments) {
        var path = ELEMENT.matcher(arguments.getFirst().label());
        return path.find() && arguments.get(1) instanceof Value.Document(var row)
                ? new Value.Many(List.of(row.get(path.group(1)).orElse(Value.NULL)))
                : Value.NULL;
    }

    /** One alternative that is not understood is none that is known. */
    private Value coalesce(Function function, Scope scope, List<Scope> group) throws SqlException {
        Optional<SqlException> failed = Optional.empty();
        for (var argument : function.getParameters()) {
            try {
                var value = value((Expression) argument, scope, group);
                if (!value.isNull()) {
                    return value;
                }
            } catch (SqlException e) {
                failed = Optional.of(e);
            }
        }
        if (failed.isPresent()) {
            throw failed.get();
        }
        return Value.NULL;
    }

    List<Value> arguments(Function function, Scope scope, List<Scope> group) throws SqlException {
        var values = new ArrayList<Value>();
        if (function.getParameters() != null) {
            for (var argument : function.getParameters()) {
                values.add(value((Expression) argument, scope, group));
            }
        }
        return values;
    }
}
