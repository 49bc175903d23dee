package dev.tocsin.draft.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.promql.Promql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PromQL on series that are known to the second: one sample every 5 s from -600 s to 600 s. */
final class EvaluatorTest {
    private static final double STEP = 5;

    private final List<Recording.Series> series = new ArrayList<>();

    EvaluatorTest() {
        add(Map.of("__name__", "up", "job", "a", "instance", "1"), _ -> 1);
        add(Map.of("__name__", "up", "job", "a", "instance", "2"), at -> at < 0 ? 1 : 0);
        add(Map.of("__name__", "up", "job", "b", "instance", "3"), _ -> 1);
        add(Map.of("__name__", "work_total", "instance", "1"), at -> 1000 + 2 * at);
        add(Map.of("__name__", "work_total", "instance", "2"), at -> at < 0 ? 5000 + at : at);
        add(Map.of("__name__", "full", "instance", "1", "db", "x"), at -> 70);
        add(Map.of("__name__", "full", "instance", "1", "db", "y"), at -> 30);
        add(Map.of("__name__", "most", "instance", "1", "job", "a"), at -> 100);
        add(Map.of("__name__", "late", "instance", "1"), at -> at < 60 ? Double.NaN : 1);
    }

    private void add(Map<String, String> labels, DoubleUnaryOperator value) {
        var values = new double[241];
        for (var i = 0; i < values.length; i++) {
            values[i] = value.applyAsDouble(-600 + i * STEP);
        }
        series.add(new Recording.Series(new TreeMap<>(labels), values));
    }

    private List<Element> eval(String text, double at) {
        return new Evaluator(new Recording(1e9, -600, STEP, 241, series, (_, _) -> false))
                .vector(Promql.parse(text), at);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sum(up)                                                  | 2
            count(up == 0)                                           | 1
            count(up == 0) or vector(0)                              | 1
            avg(full)                                                | 50
            max(full) - min(full)                                    | 40
            scalar(most) / 4                                         | 25
            rate(work_total{instance="1"}[1m])                       | 2
            increase(work_total{instance="1"}[1m])                   | 120
            irate(work_total{instance="1"}[1m])                      | 2
            deriv(work_total{instance="1"}[2m])                      | 2
            delta(full{db="x"}[1m])                                  | 0
            changes(up{instance="2"}[10m])                           | 1
            resets(work_total{instance="2"}[10m])                    | 1
            work_total{instance="1"} - work_total{instance="1"} offset 1m | 120
            sum(full) / on () sum(most)                              | 1
            sum by (instance) (full) / on (instance) most            | 1
            time() - 1000000000                                      | 120
            timestamp(most) - 1000000000                             | 120
            absent(nothing{a="b"})                                   | 1
            absent_over_time(late[30s])                              |
            count(up unless on (instance) full)                      | 2
            count(up and on (instance) full)                         | 1
            predict_linear(work_total{instance="1"}[5m], 60)         | 1360
            max_over_time(up{instance="2"}[10m])                     | 1
            avg_over_time((up == bool 1)[1m:5s])                     | 0.6666
            quantile(0.5, full)                                      | 50
            topk(1, full)                                            | 70
            clamp_max(sum(full), 60)                                 | 60
            -sum(full)                                               | -100
            2 ^ 3 ^ 2                                                | 512
            count(count_values("v", up))                             | 2
            count(group by (job) (up))                               | 2
            full > 50 < 80                                           | 70
            """)
    void evaluatesAsPrometheusWould(String expression, Double expected) {
        var result = eval(expression, 120);
        if (expected == null) {
            assertThat(result).isEmpty();
        } else {
            assertThat(result.stream().mapToDouble(Element::value).average().orElseThrow())
                    .isCloseTo(expected, within(Math.max(0.01, Math.abs(expected) * 0.02)));
        }
    }

    @Test
    void aFilterKeepsTheSeriesAndBoolDoesNot() {
        assertThat(eval("up == 0", 60)).singleElement().satisfies(each -> {
            assertThat(each.labels()).containsEntry("__name__", "up").containsEntry("instance", "2");
            assertThat(each.value()).isZero();
        });
        assertThat(eval("up == bool 0", 60))
                .hasSize(3)
                .noneMatch(each -> each.labels().containsKey("__name__"));
    }

    @Test
    void groupLeftTakesLabelsOver() {
        assertThat(eval("full / on (instance) group_left (job) most", 0))
                .hasSize(2)
                .allMatch(each -> "a".equals(each.labels().get("job")))
                .extracting(Element::value)
                .containsExactlyInAnyOrder(0.7, 0.3);
    }

    @Test
    void manyForOneIsRefusedWhereItIsNotAskedFor() {
        assertThatThrownBy(() -> eval("full / on (instance) most", 0))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("group_left");
    }

    @Test
    void sidesWithoutAPairAreTold() {
        var expr = Promql.parse("sum by (db) (full) / most");
        var evaluator = new Evaluator(new Recording(1e9, -600, STEP, 241, series, (_, _) -> false));
        assertThat(evaluator.vector(expr, 0)).isEmpty();
        assertThat(evaluator.joins().get(expr)).satisfies(joins -> {
            assertThat(joins.paired()).isFalse();
            assertThat(joins.left()).containsExactly("db");
            assertThat(joins.right()).containsExactly("instance", "job");
        });
    }
}
