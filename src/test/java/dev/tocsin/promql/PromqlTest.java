package dev.tocsin.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a text means; PromqlIT asks Prometheus the same. */
final class PromqlTest {
    @Test
    void aRuleOfARealKindIsATree() {
        var expr = (Expr.Binary) Promql.parse(
                "sum by (job) (pg_stat_activity_count{datname!~'t.*',}) / on (job) group_left () pg_max > .8");

        assertThat(expr.operator()).isEqualTo(Expr.Operator.GT);
        assertThat(expr.right()).isEqualTo(new Expr.NumberLiteral(0.8));
        var ratio = (Expr.Binary) expr.left();
        assertThat(ratio.matching())
                .isEqualTo(
                        new Expr.Matching(Expr.Matching.Kind.ON, List.of("job"), Expr.Matching.Group.LEFT, List.of()));
        assertThat(ratio.left())
                .isEqualTo(new Expr.Aggregation(
                        "sum",
                        Optional.empty(),
                        new Expr.VectorSelector(
                                Optional.of("pg_stat_activity_count"),
                                List.of(new Expr.LabelMatcher("datname", Expr.LabelMatcher.Op.NOT_MATCHES, "t.*")),
                                Duration.ZERO,
                                Optional.empty()),
                        new Expr.Grouping(Expr.Grouping.Kind.BY, List.of("job"))));
        assertThat(expr.all().filter(Expr.VectorSelector.class::isInstance)).hasSize(2);
    }

    /** The right column has all the parentheses that the left one leaves out. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a + b * c ^ d ^ e         | a + (b * (c ^ (d ^ e)))
            a - b - c                 | (a - b) - c
            -a ^ b                    | -(a ^ b)
            -a * b                    | (-a) * b
            2 ^ -a * b                | (2 ^ (-a)) * b
            2 ^ -a ^ b                | 2 ^ (-(a ^ b))
            a or b and c unless d     | a or ((b and c) unless d)
            a > b == c + d            | (a > b) == (c + d)
            a atan2 b % c             | (a atan2 b) % c
            -a[5m:]                   | -(a[5m:])
            a + b offset 5m           | a + (b offset 5m)
            """)
    void operatorsBindAsInPrometheus(String text, String enclosed) {
        if (text.startsWith("-a[")) {
            refuses(text, "a sign");
        } else {
            assertThat(Promql.parse(text)).isEqualTo(Promql.parse(enclosed));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            0x1F | 31
            017 | 15
            08 | 8
            1e3 | 1000
            .5 | 0.5
            5. | 5
            -+-1 | 1
            - inf | -Inf
            NAN | NaN
            -(1) | -(1)
            (-1) ^ 2 | (-1) ^ 2
            sum(a) WITHOUT (b,) | sum without (b) (a)
            TopK BY (c) (3, a) | topk by (c) (3, a)
            a[1h30m] @ 5 offset 90s | a[1h30m] @ 5 offset 1m30s
            a[1h:] offset -1w @ end() | a[1h:] @ end() offset -7d
            {b=`\\d`, __name__="on"} | {__name__="on",b="\\\\d"}
            {__name__="a", __name__=~".+"} | {__name__="a",__name__=~".+"}
            sum{by="x"} + by + offset offset 5m | sum{by="x"} + by + offset offset 5m
            a > bool ignoring (b) group_right (c) (d) | a > bool ignoring(b) group_right(c) d
            {a='\\'\\x41\\101\\u00e9\\U0001F642'} | {a="'AAé🙂"}
            (a + b)[5m:1m] | (a + b)[5m:1m]
            rate(a[5m:1m]) # why | rate(a[5m:1m])
            """)
    void printsShortAndReadsItBack(String text, String printed) {
        var expr = Promql.parse(text);
        assertThat(expr.print()).isEqualTo(printed);
        assertThat(Promql.parse(printed)).isEqualTo(expr);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            a +                                  | 1:4: the end does not fit here; expected is an expression
            a b                                  | 1:3: b does not fit here
            a > = 1                              | 1:5: no word of PromQL begins with '= '
            sum(1)                               | 1:1: sum aggregates an instant vector, not a scalar
            rate(a)                              | argument 1 of rate is a range vector, not an instant vector
            rates(a[5m])                         | there is no function rates
            topk(a)                              | topk takes a parameter and an expression, not 1
            clamp(a, 1)                          | clamp takes 3 arguments, not 2
            round(a, 1, 2)                       | round takes 1 to 2 arguments, not 3
            label_join(a, 'b')                   | label_join takes at least 3 arguments, not 2
            {}                                   | a selector needs a metric name
            {a=~'.*'}                            | a selector needs a metric name
            a{__name__='b'}                      | 1:3: the metric has its name before the braces: a
            a{b=~'('}                            | bad regular expression
            a{b='\\d'}                           | 1:5: \\d is no escape; for a backslash write \\\\
            a[5m] > 1                            | > takes scalars and instant vectors, not a range vector
            1 > 1                                | a comparison of two scalars needs bool
            1 and a                              | and takes instant vectors only
            a + bool b                           | bool belongs to comparisons, not to +
            a and on (b) group_left () c         | and takes no group_left
            a * on (b) group_left (b) c          | label b stands in on() and in group_left() at once
            a * on (b) group_left (c)            | 1:23: after group_left a parenthesis begins a list of labels
            a * on (b) 1                         | labels are matched between instant vectors only
            a by (b:c)                           | by does not fit here
            sum by (b:c) (a)                     | 1:9: b:c is no label
            a offset 0s                          | a duration must be longer than nothing
            a offset 5m offset 5m                | 1:13: offset stands here twice
            a @ 1 @ 2                            | 1:7: @ stands here twice
            a @ nan                              | nan is no time
            (a) offset 5m                        | offset stands behind a selector or a subquery only
            a offset 5m [5m]                     | offset and @ stand behind the range, not before it
            (a)[5m]                              | a range stands behind a selector only
            a[5m][5m:]                           | a subquery needs an instant vector, not a range vector
            1and 2                               | 1and is neither a number nor a duration and does not fit here
            1e999                                | 1e999 is no number
            'a                                   | no word of PromQL begins with
            """)
    void refusesWhatPrometheusRefuses(String text, String why) {
        refuses(text, why);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void nestsAsDeepAsAnybodyWrites(int depth) {
        assertThat(Promql.parse("(".repeat(depth) + "a" + ")".repeat(depth)).print())
                .isEqualTo("a");
    }

    @Test
    void refusesWhatOnlyAnAttackerNests() {
        refuses("(".repeat(10_000) + "a" + ")".repeat(10_000), "1:501: nested more than 500 deep");
    }

    private static void refuses(String text, String why) {
        assertThatThrownBy(() -> Promql.parse(text))
                .as(text)
                .isInstanceOf(PromqlException.class)
                .hasMessageContaining(why);
    }
}
