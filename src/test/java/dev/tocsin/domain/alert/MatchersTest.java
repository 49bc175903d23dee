package dev.tocsin.domain.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MatchersTest {
    private static final Labels ALERT =
            Labels.of(Map.of("alertname", "Down", "severity", "critical", "größe", "weit", "a b", "x,y"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Down",
                "alertname=Down",
                "alertname = Down",
                "alertname=\"Down\"",
                "{alertname=\"Down\"}",
                "{alertname=\"Down\",}",
                "{ alertname = \"Down\" , severity=~\"crit.*\" }",
                "alertname=\"Down\", severity!=\"warning\"",
                "severity=~\"critical|warning\"",
                "severity!~warning, alertname=~\"D.*\"",
                "größe=weit",
                "\"a b\"=\"x,y\"",
                "\"\\u0061lertname\"=\"\\x44own\"",
                "alertname=Down, absent=\"\"",
            })
    void matches(String text) {
        assertThat(Matchers.parse(text).match(ALERT)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Up",
                "alertname=down",
                "severity=~\"crit\"", // anchored at both ends
                "severity=~\"rit.*\"",
                "alertname=\"Down\", severity=\"warning\"",
                "alertname!=\"Down\", severity=\"critical\"",
                "severity!~\"crit.*\", alertname=Down",
            })
    void doesNotMatch(String text) {
        assertThat(Matchers.parse(text).match(ALERT)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "alertname= | expected a value",
                "alertname=\"Down | the quote is never closed",
                "alertname Down | expected one of = != =~ !~",
                "{alertname=Down | expected , or }",
                "{alertname=Down} x=y | nothing may follow }",
                "alertname=Down severity=x | expected , between matchers",
                "{} | no matcher",
                "alertname=\"\\q\" | unknown escape \\q",
                "alertname=\"\\u12\" | expected 4 hexadecimal digits",
                "alertname=~\"(\" | bad regular expression",
                "alertname=~\".*\" | match every alert",
                "=x | expected a label name",
            })
    void saysWhatIsWrong(String text, String why) {
        assertThatThrownBy(() -> Matchers.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aRegularExpressionThatWouldTakeJavaForEverIsDoneAtOnce() {
        var labels = Labels.of(Map.of("alertname", "a".repeat(5000) + "!"));

        assertThat(Matchers.parse("alertname=~\"(a+)+\"").match(labels)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alertname=\"Down\"",
                "a=~\"b|c\", d!=\"e\"",
                "\"a b\"=\"q\\\"u\\\\o\\n\"",
                "x!~\"y.*\", z=\"\\t\""
            })
    void readsBackWhatItPrints(String text) {
        var matchers = Matchers.parse(text.contains("Down") ? text : text + ", alertname=x");

        assertThat(Matchers.parse(matchers.toString())).isEqualTo(matchers);
    }
}
