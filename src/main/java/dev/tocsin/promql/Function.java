package dev.tocsin.promql;

import static dev.tocsin.promql.ValueType.MATRIX;
import static dev.tocsin.promql.ValueType.SCALAR;
import static dev.tocsin.promql.ValueType.STRING;
import static dev.tocsin.promql.ValueType.VECTOR;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a function of Prometheus 2.42 takes and gives.
 *
 * @param least how many arguments it needs
 * @param most how many it takes; those beyond the list have the type of the last
 */
record Function(ValueType result, List<ValueType> arguments, int least, int most) {
    private static final Map<String, Function> ALL = all();

    static Optional<Function> named(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    ValueType argument(int index) {
        return arguments.get(Math.min(index, arguments.size() - 1));
    }

    String arity() {
        if (most == Integer.MAX_VALUE) {
            return "at least " + counted(least);
        }
        return least == most ? counted(least) : least + " to " + counted(most);
    }

    private static String counted(int count) {
        return count == 0 ? "no argument" : count + (count == 1 ? " argument" : " arguments");
    }

    private static Map<String, Function> all() {
        var all = new HashMap<String, Function>();
        for (var name : List.of(
                "abs",
                "absent",
                "acos",
                "acosh",
                "asin",
                "asinh",
                "atan",
                "atanh",
                "ceil",
                "cos",
                "cosh",
                "deg",
                "exp",
                "floor",
                "histogram_count",
                "histogram_sum",
                "ln",
                "log10",
                "log2",
                "rad",
                "sgn",
                "sin",
                "sinh",
                "sort",
                "sort_desc",
                "sqrt",
                "tan",
                "tanh",
                "timestamp")) {
            all.put(name, exactly(VECTOR, VECTOR));
        }
        for (var name : List.of(
                "absent_over_time",
                "avg_over_time",
                "changes",
                "count_over_time",
                "delta",
                "deriv",
                "idelta",
                "increase",
                "irate",
                "last_over_time",
                "max_over_time",
                "min_over_time",
                "present_over_time",
                "rate",
                "resets",
                "stddev_over_time",
                "stdvar_over_time",
                "sum_over_time")) {
            all.put(name, exactly(VECTOR, MATRIX));
        }
        for (var name : List.of(
                "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year")) {
            all.put(name, new Function(VECTOR, List.of(VECTOR), 0, 1));
        }
        all.put("clamp", exactly(VECTOR, VECTOR, SCALAR, SCALAR));
        all.put("clamp_max", exactly(VECTOR, VECTOR, SCALAR));
        all.put("clamp_min", exactly(VECTOR, VECTOR, SCALAR));
        all.put("histogram_fraction", exactly(VECTOR, SCALAR, SCALAR, VECTOR));
        all.put("histogram_quantile", exactly(VECTOR, SCALAR, VECTOR));
        all.put("holt_winters", exactly(VECTOR, MATRIX, SCALAR, SCALAR));
        all.put("label_join", new Function(VECTOR, List.of(VECTOR, STRING, STRING, STRING), 3, Integer.MAX_VALUE));
        all.put("label_replace", exactly(VECTOR, VECTOR, STRING, STRING, STRING, STRING));
        all.put("pi", exactly(SCALAR));
        all.put("predict_linear", exactly(VECTOR, MATRIX, SCALAR));
        all.put("quantile_over_time", exactly(VECTOR, SCALAR, MATRIX));
        all.put("round", new Function(VECTOR, List.of(VECTOR, SCALAR), 1, 2));
        all.put("scalar", exactly(SCALAR, VECTOR));
        all.put("time", exactly(SCALAR));
        all.put("vector", exactly(VECTOR, SCALAR));
        return Map.copyOf(all);
    }

    private static Function exactly(ValueType result, ValueType... arguments) {
        return new Function(result, List.of(arguments), arguments.length, arguments.length);
    }
}
