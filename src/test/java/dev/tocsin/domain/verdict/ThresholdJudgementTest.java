package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Below its threshold an alert must be silent for the right reason, and above it may ring late and has rung all the same. */
final class ThresholdJudgementTest {
    private static final String SPEC = """
            { stress: [{ name: flood, connectionFlood: { fill: 96% } }],
              expect: { alerts: [{ matchers: [Busy], fires: { within: 30s }, resolves: { within: 20s } }] } }""";

    private static final String SEEN = """
            0 admitted
            0 baseline nothing
            0 sees a whole chain
            1 flood starting
            3 flood applied
            """;

    private static Judged of(String mode, String facts) throws Exception {
        return Judged.of("mode: " + mode, SPEC, facts);
    }

    @ParameterizedTest
    @CsvSource({
        "control, 30.999, OPEN",
        "control, 31,     PASSED Silent",
        "probe,   30.999, OPEN",
        "probe,   31,     PASSED Silent",
    })
    void silenceIsDecidedAtTheDeadline(String mode, String second, String outcome) throws Exception {
        var run = of(mode, SEEN + "7.1 sees rule Busy inactive\n31 flood released")
                .at(second);

        assertThat(run.verdict().checks().getFirst().result() == Check.Result.OPEN ? "OPEN" : run.outcome("Busy"))
                .isEqualTo(outcome);
    }

    /** For a control late is as bad as in time; for a probe it rang too late to count. */
    @ParameterizedTest
    @CsvSource({
        "control, 31,   FAILED Rang at rule",
        "control, 31.1, FAILED Rang at rule",
    })
    void aControlThatRingsFailsAlsoWhenItRingsLate(String mode, String told, String outcome) throws Exception {
        assertThat(of(mode, SEEN + told + " firing Busy since 20\n32 flood released\n33 ended")
                        .outcome("Busy"))
                .isEqualTo(outcome);
    }

    @Test
    void aProbeThatRingsIsHeldToItsEndToo() throws Exception {
        var rang = of("probe", SEEN + """
                8 firing Busy since 7
                9 flood released
                10 resolved Busy since 7 until 9
                11 ended
                """);

        assertThat(rang.outcome("Busy rings or not")).isEqualTo("PASSED Delivered");
        assertThat(rang.outcome("Busy resolves")).isEqualTo("PASSED Resolved");
        assertThat(of("control", SEEN + "8 firing Busy since 7\n9 flood released\n11 ended")
                        .verdict()
                        .checks())
                .extracting(Check::name)
                .containsExactly("Busy does not ring");
    }

    @Test
    void aConditionThatWasTrueForTooShortIsNoSilenceOfAControl() throws Exception {
        var pending = SEEN + "7.1 sees rule Busy pending since 7 for=1m true\n31 flood released\n31.1 ended";

        assertThat(of("control", pending).outcome("Busy")).isEqualTo("FAILED Pending at pending");
        assertThat(of("probe", pending).outcome("Busy")).startsWith("FAILED NotDelivered");
    }

    @Test
    void aRuleOfWhichNothingWasSeenProvesNothing() throws Exception {
        var unseen = "0 admitted\n0 baseline nothing\n1 flood starting\n3 flood applied\n31 flood released\n31.1 ended";

        assertThat(of("control", unseen).outcome("Busy")).isEqualTo("INCONCLUSIVE NothingSeen");
    }

    @Test
    void aRuleWhoseTargetIsDownCouldNotHaveRung() throws Exception {
        var down = SEEN + "7 sees targets Busy down\n7.1 sees rule Busy inactive\n31 flood released\n31.1 ended";

        assertThat(of("control", down).outcome("Busy")).isEqualTo("INCONCLUSIVE CouldNotRing at scrape");
    }

    @Test
    void whatWasDoneAndWhatTheRuleSaysStandsBesideTheAnswer() throws Exception {
        var silent = of("control", SEEN + "7.1 sees rule Busy inactive\n31 flood released\n31.1 ended");

        assertThat(silent.check("Busy").evidence())
                .anyMatch(line -> line.contains("96 of 100"))
                .anyMatch(line -> line.startsWith("the rule says: "));
    }
}
