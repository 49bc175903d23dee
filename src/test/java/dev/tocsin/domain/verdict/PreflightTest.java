package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands against a proof before anything is stressed, link by link, and that a whole chain has nothing against it. */
final class PreflightTest {
    private static final String SPEC = """
            { stress: [{ name: flood, connectionFlood: { fill: 96% } }],
              expect: { alerts: [{ matchers: [Busy], fires: { within: 30s }, resolves: { within: 20s } }] } }""";

    private static String against(String spec, String seen) throws Exception {
        var run = Judged.of(spec, "0 admitted\n0 baseline nothing\n0 sees a whole chain\n" + seen)
                .run();
        return Preflight.everything(run).stream()
                .findFirst()
                .map(by -> by.link() + " " + by.reason())
                .orElse("");
    }

    private static String against(String seen) throws Exception {
        return against(SPEC, seen);
    }

    @Test
    void nothingStandsAgainstAWholeChain() throws Exception {
        assertThat(against("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "0.1 sees needs flood unmet a right | grant it > stimulus NeedsUnmet",
                "0.1 sees needs flood met > ''",
                "0.1 sees prometheus away > scrape PrometheusUnreachable",
                "0.1 sees alertmanager away > accepted AlertmanagerUnreachable",
                "0.1 sees no rule Busy > rule RuleAbsent",
                "0.1 sees rule Busy inactive erring > rule RuleUnhealthy",
                "0.1 sees rule Busy inactive lost > series SeriesAbsent",
                "0.1 sees rule Busy pending since -1 for=1m > firing AlreadyPending",
                "0.1 sees rule Busy firing since -1 > firing AlreadyFiring",
            })
    void eachLinkIsNamed(String seen, String named) throws Exception {
        assertThat(against(seen)).isEqualTo(named);
    }

    /** Five seconds, either way, are still no skew. */
    @ParameterizedTest
    @CsvSource({"5, ''", "5.001, accepted ClockSkew", "-5, ''", "-5.001, accepted ClockSkew"})
    void clocksMayBeFiveSecondsApart(String ahead, String named) throws Exception {
        assertThat(against("0.1 sees prometheus up since -600 ahead " + ahead)).isEqualTo(named);
    }

    /** A series that the stimulus itself makes need not be there before. */
    @Test
    void aSeriesThatTheStimulusMakesMayBeMissing() throws Exception {
        assertThat(against(
                        SPEC.replace("connectionFlood: { fill: 96% }", "idleInTransaction: { sessions: 2 }"),
                        "0.1 sees rule Busy inactive lost"))
                .isEmpty();
    }

    @Test
    void aTargetThatIsDownCountsOnlyWhereItsSeriesAreMissing() throws Exception {
        assertThat(against("0.1 sees targets Busy down")).isEmpty();
        assertThat(against("0.1 sees targets Busy down\n0.2 sees rule Busy inactive lost"))
                .isEqualTo("scrape TargetDown");
    }

    @ParameterizedTest
    @CsvSource({
        "'alertname=\"Busy\"', -10, 900, muted Silenced",
        "'alertname=\"Idle\"', -10, 900, ''",
    })
    void aSilenceThatWouldMuteItIsNamed(String matchers, String from, String until, String named) throws Exception {
        assertThat(against("0.1 sees silence s1 " + matchers + " from " + from + " until " + until))
                .isEqualTo(named);
    }

    /** All else takes a moment, so a `for` of the whole 30 s is too long. */
    @ParameterizedTest
    @CsvSource({"29s, ''", "30s, pending DeadlineTooShort", "1h, pending DeadlineTooShort"})
    void aForThatOutlastsTheDeadlineCannotFireInTime(String holdFor, String named) throws Exception {
        var run = Judged.of(SPEC, """
                        0 admitted
                        0 baseline nothing
                        0 sees prometheus up since -600
                        0 sees rule Busy inactive for=%s
                        0 sees targets Busy up
                        0 sees notifier
                        0 sees alertmanager up since -600
                        0 sees routing
                        0 sees held nothing
                        0 sees counters
                        """.formatted(holdFor)).run();

        assertThat(Preflight.everything(run).stream()
                        .findFirst()
                        .map(by -> by.link() + " " + by.reason())
                        .orElse(""))
                .isEqualTo(named);
    }
}
