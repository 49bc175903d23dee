package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.evidence.Case;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both sides of each moment on which it depends whether an alert rang because of its stimulus, in time. */
final class AlertJudgementTest {
    private static final String SPEC = """
            { stress: [{ name: flood, connectionFlood: { fill: 96% } }],
              expect: { alerts: [{ matchers: [Busy], fires: { within: 30s }, resolves: { within: 20s } }] } }""";

    private static final String RINGS = """
            0 admitted
            0 baseline nothing
            1 flood starting
            3 flood applied
            TOLD firing Busy since BEGAN
            40 flood released
            ENDED resolved Busy since BEGAN until 40
            """;

    private static Judged rings(String began, String told, String ended) throws Exception {
        return Judged.of(
                SPEC, RINGS.replace("BEGAN", began).replace("TOLD", told).replace("ENDED", ended));
    }

    @ParameterizedTest
    @CsvSource({
        "30.999, PASSED Delivered",
        "31,     PASSED Delivered",
        "31.001, FAILED Late at delivered",
    })
    void theDeadlineItselfIsInTime(String told, String outcome) throws Exception {
        assertThat(rings("20", told, "41").outcome("Busy fires")).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "0.999, INCONCLUSIVE AlreadyFiring",
        "1,     PASSED Delivered",
        "1.001, PASSED Delivered",
    })
    void whatBeginsWithTheStimulusIsCausedByIt(String began, String outcome) throws Exception {
        assertThat(rings(began, "8", "41").outcome("Busy fires")).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "59.999, PASSED Resolved",
        "60,     PASSED Resolved",
        "60.001, FAILED Late at resolved",
    })
    void theDeadlineOfTheEndItselfIsInTime(String ended, String outcome) throws Exception {
        assertThat(rings("7", "8", ended).outcome("Busy resolves")).isEqualTo(outcome);
    }

    @Test
    void whatWasResolvedBeforeTheReleaseWasVerifiedIsResolved() throws Exception {
        var early = Judged.of(SPEC, """
                0 admitted
                0 baseline nothing
                1 flood starting
                3 flood applied
                8 firing Busy since 7
                39 resolved Busy since 7 until 38
                40 flood released
                """);

        assertThat(early.outcome("Busy resolves")).isEqualTo("PASSED Resolved");
        assertThat(early.check("Busy resolves").observed()).contains("1.0 s before the release was verified");
    }

    private static final String SILENT = """
            0 admitted
            0 baseline nothing
            1 flood starting
            3 flood applied
            """;

    @ParameterizedTest
    @CsvSource({
        "30.999, OPEN",
        "31,     FAILED NotDelivered",
        "31.001, FAILED NotDelivered",
    })
    void silenceIsDecidedAtTheDeadline(String second, String outcome) throws Exception {
        assertThat(Judged.of(SPEC, SILENT).at(second).outcome("Busy fires").replace("OPEN Open", "OPEN"))
                .startsWith(outcome);
    }

    @Test
    void whoWaitsIsToldWhenItWillBeDecided() throws Exception {
        assertThat(Judged.of(SPEC, SILENT).at("20").due()).contains(Case.at("31"));
        assertThat(Judged.of(SPEC, SILENT).at("31").due()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "59.999, OPEN",
        "60,     FAILED",
    })
    void anEndThatIsNotToldIsDecidedAtItsDeadline(String second, String result) throws Exception {
        var run = Judged.of(SPEC, SILENT + """
                8 firing Busy since 7
                40 flood released
                """);

        assertThat(run.at(second).check("Busy resolves").result()).hasToString(result);
    }

    @Test
    void aRunThatEndsBeforeTheDeadlineDecidesNothing() throws Exception {
        var early = Judged.of(SPEC, SILENT + "30.999 ended");
        assertThat(early.outcome("Busy fires")).isEqualTo("INCONCLUSIVE Undecided");

        var onTime = Judged.of(SPEC, SILENT + "31 ended");
        assertThat(onTime.outcome("Busy fires")).isEqualTo("FAILED NotDelivered");
    }

    @Test
    void aRunThatEndsBeforeTheDeadlineOfTheEndDecidesNothingOfIt() throws Exception {
        var early = Judged.of(SPEC, SILENT + """
                8 firing Busy since 7
                40 flood released
                59.999 ended
                """);

        assertThat(early.outcome("Busy resolves")).isEqualTo("INCONCLUSIVE Undecided");
    }

    @Test
    void anEndBeforeTheReleaseWasShownProvesNothing() throws Exception {
        var held = SILENT + "8 firing Busy since 7\n";

        assertThat(Judged.of(SPEC, held).check("Busy resolves").result()).isEqualTo(Check.Result.OPEN);
        assertThat(Judged.of(SPEC, held + "9 ended").outcome("Busy resolves")).isEqualTo("INCONCLUSIVE NotReleased");
        assertThat(Judged.of(SPEC, held + "9 flood stuck").outcome("Busy resolves"))
                .isEqualTo("INCONCLUSIVE NotReleased");
    }

    /** It is late, and nobody was there to hear whether it was told sooner. */
    @ParameterizedTest
    @CsvSource({
        "2,  33, INCONCLUSIVE Blind",
        "34, 35, FAILED Late at delivered",
    })
    void latenessIsTocsinsOwnOnlyWhereItWasAway(String lastHeard, String back, String outcome) throws Exception {
        var away = "34".equals(lastHeard);
        var facts = SILENT
                + (away ? "33.5 firing Busy since 20\n34 refused 400 no\n" : "")
                + back + " service started\n"
                + (away ? "" : "33.5 firing Busy since 20\n");

        assertThat(Judged.of(SPEC.replace("flood, c", "flood, hold: 50s, c"), facts)
                        .outcome("Busy fires"))
                .isEqualTo(outcome);
    }

    @Test
    void aStimulusThatFailedIsNoCause() throws Exception {
        assertThat(Judged.of(SPEC, "0 admitted\n0 baseline nothing\n1 flood starting\n2 flood failed")
                        .outcome("Busy fires"))
                .isEqualTo("INCONCLUSIVE StimulusFailed at stimulus");
        assertThat(Judged.of(SPEC, "0 admitted\n0 baseline nothing\n1 broke").outcome("Busy fires"))
                .isEqualTo("INCONCLUSIVE StimulusAbsent at stimulus");
    }

    /** What rang before the stimulus failed rang because of it all the same. */
    @Test
    void whatRangBeforeTheStimulusFailedRang() throws Exception {
        assertThat(Judged.of(SPEC, SILENT + "8 firing Busy since 7\n9 flood failed")
                        .outcome("Busy fires"))
                .isEqualTo("PASSED Delivered");
    }

    @ParameterizedTest
    @CsvSource({
        "503, INCONCLUSIVE ReceiverUnavailable at delivered",
        "500, INCONCLUSIVE ReceiverUnavailable at delivered",
        "400, FAILED NotDelivered",
    })
    void whatTocsinCouldNotStoreMayHaveBeenIt(int status, String outcome) throws Exception {
        assertThat(Judged.of(SPEC, SILENT + "9 refused " + status + " the disk is full\n31 ended")
                        .outcome("Busy fires"))
                .startsWith(outcome);
    }

    @Test
    void whatIsMissingMayStillComeUntilTheDeadline() throws Exception {
        var spec = SPEC.replace("fires:", "annotations: [summary], fires:");
        var run = Judged.of(spec, SILENT + "8 firing Busy since 7 bare");

        assertThat(run.at("30.999").check("contract").result()).isEqualTo(Check.Result.OPEN);
        assertThat(run.at("31").outcome("contract")).isEqualTo("FAILED Missing at contract");
        assertThat(Judged.of(spec, SILENT + "8 firing Busy since 7 bare\n9 ended")
                        .outcome("contract"))
                .isEqualTo("FAILED Missing at contract");
    }

    /** What counts as a proof of a rule is what kept the deadline. */
    @ParameterizedTest
    @CsvSource({"30.999, 1", "31, 1", "31.001, 0"})
    void whatKeptTheDeadlineIsAProof(String told, int proofs) throws Exception {
        var run = rings("20", told, "41").run();

        assertThat(new AlertJudgement(run, run.scenario().alerts().getFirst(), run.lastHeard()).inTime())
                .hasSize(proofs);
    }

    /** A flood ends with Tocsin, and nothing can ring any more; a pod that was killed stays killed. */
    @ParameterizedTest
    @CsvSource({
        "connectionFlood: { fill: 96% }, INCONCLUSIVE",
        "podKill: {},                    OPEN",
    })
    void onlyWhatEndsWithTocsinIsCutShort(String stimulus, Check.Result result) throws Exception {
        var run = Judged.of(
                SPEC.replace("connectionFlood: { fill: 96% }", "hold: 40s, " + stimulus),
                "0 admitted\n0 baseline nothing\n1 flood starting\n3 flood applied\n5 service started");

        assertThat(run.at("20").check("Busy fires").result()).isEqualTo(result);
    }
}
