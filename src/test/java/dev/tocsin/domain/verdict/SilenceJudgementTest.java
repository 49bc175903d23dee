package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Silence counts only where something could be heard, and only of what is asked for. */
final class SilenceJudgementTest {
    private static final String SPEC = """
            { stress: [{ name: flood, hold: 30s, connectionFlood: { fill: 96% } }, { name: sleep, hold: 30s, sleepLoad: { sessions: 2 } }],
              expect: { never: [Loud], unexpected: fail } }""";

    private static final String STRESSED = """
            0 admitted
            0 baseline nothing
            1 flood starting
            3 flood applied
            8 firing Busy since -5
            """;

    private static String outcome(String facts) throws Exception {
        return Judged.of(SPEC, facts).outcome("Loud stays silent");
    }

    @Test
    void silenceIsOpenUntilTheEndAndPassesThen() throws Exception {
        assertThat(outcome(STRESSED)).startsWith("OPEN");
        assertThat(outcome(STRESSED + "40 ended")).isEqualTo("PASSED Silent");
    }

    /** Firing at the very admission it rang in the run; a moment earlier it only proves nothing. */
    @ParameterizedTest
    @CsvSource({
        "-0.001, INCONCLUSIVE AlreadyFiring",
        "0,      FAILED Rang",
        "0.001,  FAILED Rang",
    })
    void itRangInTheRunIfItBeganInIt(String since, String outcome) throws Exception {
        assertThat(outcome(STRESSED + "9 firing Loud since " + since + "\n40 ended"))
                .isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "-0.001, PASSED Silent",
        "0,      FAILED Rang",
    })
    void whatIsUnexpectedBeganInTheRun(String since, String outcome) throws Exception {
        assertThat(Judged.of(SPEC, STRESSED + "9 firing Other since " + since + "\n40 ended")
                        .outcome("nothing unexpected"))
                .isEqualTo(outcome);
    }

    @Test
    void whatMustNeverRingIsNotUnexpectedBesides() throws Exception {
        assertThat(Judged.of(SPEC, STRESSED + "9 firing Loud since 8\n40 ended").outcome("nothing unexpected"))
                .isEqualTo("PASSED Silent");
    }

    @ParameterizedTest
    @CsvSource({
        "400, PASSED Silent",
        "499, PASSED Silent",
        "500, INCONCLUSIVE ReceiverUnavailable",
        "503, INCONCLUSIVE ReceiverUnavailable",
    })
    void whatCouldNotBeStoredMayHaveBeenIt(int status, String outcome) throws Exception {
        assertThat(outcome(STRESSED + "9 refused " + status + " no\n40 ended")).isEqualTo(outcome);
    }

    @Test
    void whatWasCutOffMayHaveBeenIt() throws Exception {
        assertThat(outcome(STRESSED + "9 firing Busy since -5 truncated\n40 ended"))
                .isEqualTo("INCONCLUSIVE Truncated");
    }

    @Test
    void withoutOneNotificationSilenceProvesNothing() throws Exception {
        var unheard = STRESSED.replace("8 firing Busy since -5\n", "") + "40 ended";

        assertThat(outcome(unheard)).isEqualTo("INCONCLUSIVE NothingHeard");
        assertThat(Judged.of("mode: control", SPEC, unheard).outcome("Loud stays silent"))
                .isEqualTo("SKIPPED NothingHeard");
    }

    @Test
    void oneStimulusOfTwoIsEnoughAndNoneIsNot() throws Exception {
        assertThat(outcome(STRESSED + "9 sleep starting\n10 sleep failed\n40 ended"))
                .isEqualTo("PASSED Silent");
        assertThat(outcome(STRESSED.replace("3 flood applied", "3 flood failed") + "40 ended"))
                .isEqualTo("INCONCLUSIVE NoStimulus");
    }

    @Test
    void awayForAPartItWasNotSilentForSure() throws Exception {
        assertThat(outcome(STRESSED + "20 service started\n40 ended")).isEqualTo("INCONCLUSIVE Blind");
    }

    /** Prometheus remembers of the time in which Tocsin was away, if it is asked afterwards. */
    @ParameterizedTest
    @CsvSource({
        "20.5, PASSED Silent",
        "19,   INCONCLUSIVE Blind",
    })
    void whatPrometheusRemembersFillsTheGap(String asked, String outcome) throws Exception {
        var back = "20 service started\n";
        var history = asked + " sees history Loud nothing\n";
        var facts = STRESSED
                + "8.5 sees prometheus up since -600\n"
                + (asked.equals("19") ? history + back : back + history)
                + "21 sees prometheus up since -600\n40 ended";

        assertThat(outcome(facts)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "firing -60 -1, PASSED Silent",
        "firing -60 0,  INCONCLUSIVE FiredUnheard at delivered",
        "firing 7 9,    INCONCLUSIVE FiredUnheard at delivered",
    })
    void whatFiredUnheardInTheRunIsNoSilence(String span, String outcome) throws Exception {
        assertThat(outcome(STRESSED + "20 sees history Loud " + span + "\n40 ended"))
                .isEqualTo(outcome);
    }
}
