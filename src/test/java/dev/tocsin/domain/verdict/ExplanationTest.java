package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which link is named when nothing was delivered: the one behind the last that was seen to work, and only by what was seen since the stimulus. */
final class ExplanationTest {
    private static final String SPEC = """
            { stress: [{ name: flood, connectionFlood: { fill: 96% } }],
              expect: { alerts: [{ matchers: [Busy], fires: { within: 30s }, resolves: { within: 20s } }] } }""";

    private static final String CHAIN = """
            0 admitted
            0 baseline nothing
            0 sees a whole chain
            1 flood starting
            3 flood applied
            """;

    private static final String ENDED = "31 flood released\n31.1 ended";

    /** For so short a time that it may still be grouped. */
    private static final String HELD = "30 sees held Busy since 6";

    private static Check fires(String facts) throws Exception {
        return Judged.of(SPEC, CHAIN + facts + "\n" + ENDED).check("Busy fires");
    }

    private static String link(String facts) throws Exception {
        return fires(facts).brokeAt().orElse("");
    }

    /** One thing more is seen from line to line, and the link goes on with it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "7 sees rule Busy inactive > rule",
                "7 sees rule Busy inactive true > rule",
                "7 sees rule Busy inactive erring > rule",
                "7 sees no rule Busy > rule",
                "7 sees rule Busy inactive lost > series",
                "7 sees targets Busy down > scrape",
                "7 sees prometheus away > scrape",
                "7 sees rule Busy pending since 6 for=1m true > pending",
                "7 sees rule Busy firing since 6 true > sent",
                "7 sees held Busy since 6 > grouped",
                "7 sees held Busy since 6 to=elsewhere > routed",
                "7 sees held Busy since 6 silenced=s1 > muted",
                "7 sees held Busy since 6 inhibited=Down > muted",
                "7 sees held Busy since 6 muted=weekend > muted",
            })
    void theLinkBehindTheLastThatWorkedIsNamed(String seen, String link) throws Exception {
        // Held for so long as Alertmanager groups it would be another answer, so it is seen late.
        assertThat(link(seen.contains("held") ? seen.replaceFirst("7", "30") : seen))
                .isEqualTo(link);
    }

    /** Grouped for a second at the most, and two of grace: at 31.1 it was held since before that or not. */
    @ParameterizedTest
    @CsvSource({"28.099, delivered", "28.1, grouped", "28.2, grouped"})
    void heldForLongerThanItIsGroupedNobodyAnswered(String seen, String link) throws Exception {
        assertThat(link(seen + " sees held Busy since 6")).isEqualTo(link);
    }

    @ParameterizedTest
    @CsvSource({"0.999, grouped", "1, delivered", "1.001, delivered"})
    void aRefusalCountsFromTheStartOn(String refused, String link) throws Exception {
        var early = refused.startsWith("0");
        var facts = early
                ? CHAIN.replace("1 flood starting", refused + " refused 400 no\n1 flood starting")
                : CHAIN + refused + " refused 400 no\n";

        assertThat(Judged.of(SPEC, facts + HELD + "\n" + ENDED)
                        .check("Busy fires")
                        .brokeAt())
                .contains(link);
    }

    @ParameterizedTest
    @CsvSource({
        "400, a custom payload",
        "401, the webhook refused",
    })
    void whatTocsinCouldNotReadWasNoBodyOfAlertmanagers(int status, String why) throws Exception {
        assertThat(fires("9 refused " + status + " no\n" + HELD).message()).contains(why);
    }

    @ParameterizedTest
    @CsvSource({
        "failed=0, grouped",
        "failed=1, delivered",
    })
    void whatAlertmanagerCountsAsFailedInTheRunFailed(String counters, String link) throws Exception {
        assertThat(link("9 sees counters " + counters + "\n" + HELD)).isEqualTo(link);
    }

    @ParameterizedTest
    @CsvSource({
        "errors=0 dropped=0, sent,     and no Alertmanager that Tocsin knows",
        "errors=1 dropped=0, sent,     dropped it",
        "errors=0 dropped=1, sent,     dropped it",
    })
    void whatPrometheusCouldNotHandOverItDropped(String notifier, String link, String why) throws Exception {
        var check = fires("7 sees rule Busy firing since 6 true\n8 sees notifier " + notifier);

        assertThat(check.brokeAt()).contains(link);
        assertThat(check.message()).contains(why);
    }

    @Test
    void anAlertmanagerThatRefusesForALimitOrIsAwayDidNotAccept() throws Exception {
        var firing = "7 sees rule Busy firing since 6 true\n";

        assertThat(link(firing + "8 sees counters limited=1")).isEqualTo("accepted");
        assertThat(link(firing + "8 sees alertmanager away")).isEqualTo("accepted");
    }

    /** It fired under other labels, which is no silence; unless it fired as expected as well. */
    @Test
    void anotherAlertOfThatNameIsNamedOnlyWhereOursDidNotFire() throws Exception {
        var spec = SPEC.replace("[Busy]", "[Busy, team=\"db\"]");
        var other = CHAIN + "8 firing Busy{team=\"web\"} since 7\n";

        assertThat(Judged.of(spec, other + ENDED).outcome("Busy fires")).isEqualTo("FAILED NotDelivered at contract");
        assertThat(Judged.of(spec, other + "9 sees rule Busy firing{team=\"db\"} since 7 true\n" + ENDED)
                        .outcome("Busy fires"))
                .isEqualTo("FAILED NotDelivered at sent");
    }

    @Test
    void aTargetThatWentAwayWithItsSeriesCouldNotRingByConstruction() throws Exception {
        assertThat(fires("7 sees rule Busy inactive lost\n7 sees targets Busy gone")
                        .message())
                .contains("by construction");
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7.5,   grouped",
        "7, 9.999, grouped",
        "7, 10,    sent",
    })
    void whatEndedSoonerThanItIsGroupedWasTooShort(String from, String until, String link) throws Exception {
        assertThat(link("12 sees history Busy firing " + from + " " + until)).isEqualTo(link);
    }
}
