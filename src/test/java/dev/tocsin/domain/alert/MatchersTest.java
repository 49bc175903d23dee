package dev.tocsin.domain.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MatchersTest {
    private static final Labels ALERT = Labels.of(Map.of(
            "alertname",
            "Down",
            "severity",
            "critical",
            "größe",
            "weit",
            "a b",
            "x,y",
            "mood",
            "🙂",
            "lines",
            "one\ntwo"));

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
                "alertname=\"\\104ow\\U0000006e\"",
                "\"gr\\u00f6\\u00dfe\"=weit", // one character each
                "\"gr\\xc3\\xb6\\303\\237e\"=weit", // the same, byte by byte
                "mood=\"\\xf0\\x9f\\x99\\x82\"",
                "mood=🙂,",
                "\u00a0alertname\u2003=\u0085Down\u3000", // spaces to Go
                "alertname=\"Down\"\n,\nseverity=critical",
                "alertname=~[A-Z][a-z]+",
                "alertname=~\"(?i)DOWN\"",
                "alertname=~\"\\\\pL+\"",
                "lines=~\"(?s).*\", alertname=Down",
                "lines=~\"one\\ntwo\"",
                "lines!~\"one.*\", alertname=Down", // a dot is no line break
                "lines!~\"one\", alertname=Down", // $ is the end, not before a last line break
                "alertname=~\"Do)|(?:x\"", // gets out of the anchors, as in Alertmanager
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
                "alertname=\"\\x+1\" | expected 2 hexadecimal digits",
                "alertname=\"\\18\" | expected 3 octal digits",
                "alertname=\"\\400\" | more than a byte",
                "alertname=\"\\xff\" | not UTF-8",
                "alertname=\"\\xc3\" | not UTF-8",
                "alertname=\"\\xc0\\x80\" | not UTF-8",
                "alertname=\"\\xed\\xa0\\x80\" | not UTF-8",
                "alertname=\"\\ud800\" | no such character",
                "alertname=\"\\U00110000\" | no such character",
                "alertname=\"\\Uffffffff\" | no such character",
                "alertname=\"\\'\" | unknown escape",
                "alertname='Down' | expected a value",
                "alertname=a\\b | expected , between matchers",
                "alertname=Down,, | expected a label name",
                "{,} | expected a label name",
                "{alertname=Down | expected , or }",
                "alertname=Down} | expected , between matchers",
                "alertname==Down | expected a value",
                "alertname=~\"\\\\C\" | bad regular expression",
                "alertname=~\"(?=a)\" | bad regular expression",
                "alertname=~\"a{1001}\" | bad regular expression",
                "alertname=~\"((((a{1000}){00}){1000}){00}){1000}\" | repeats a part more than 1000 times",
                "alertname=~\"((a{1000}){1000}){1000}\" | repeats a part more than 1000 times",
            })
    void saysWhatIsWrong(String text, String why) {
        assertThatThrownBy(() -> Matchers.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aLineBreakInQuotesIsWrittenWithABackslash() {
        assertThatThrownBy(() -> Matchers.parse("alertname=\"a\nb\"")).hasMessageContaining("a line break");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"`` | 0", "` ` | 0", "{} | 0", "a=b | 1", "{a=b,c!=d} | 2", "a=~\"x,y\", b=\"\", | 2"})
    void aLineOfAConfigurationHoldsAnyNumber(String text, int count) {
        assertThat(Matcher.parseAll(text)).hasSize(count);
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
