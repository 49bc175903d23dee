package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.run.Conclusion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What beats what when a run is concluded, and what of a run keeps it from passing though each of its checks passed. */
final class JudgeTest {
    private static final String SPEC = """
            { stress: [{ name: flood, connectionFlood: { fill: 96% } }],
              expect: { alerts: [{ matchers: [Busy], fires: { within: 30s }, resolves: { within: 20s } }] } }""";

    private static final String SILENT = """
            0 admitted
            0 baseline nothing
            1 flood starting
            3 flood applied
            """;

    private static final String PASSES = SILENT + """
            8 firing Busy since 7
            9 flood released
            10 resolved Busy since 7 until 9
            """;

    private static Conclusion concluded(String spec, String facts) throws Exception {
        return Judged.of(spec, facts).verdict().conclusion().orElseThrow();
    }

    @Test
    void nothingIsConcludedBeforeTheEnd() throws Exception {
        assertThat(Judged.of(SPEC, PASSES).verdict().conclusion()).isEmpty();
        assertThat(concluded(SPEC, PASSES + "11 ended")).isEqualTo(Conclusion.PASSED);
    }

    @ParameterizedTest
    @CsvSource({
        "true,  true,  true,  FAILED",
        "false, true,  true,  ABORTED",
        "false, false, true,  ERROR",
        "false, true,  false, ABORTED",
        "true,  false, true,  FAILED",
    })
    void aProofOfFailureBeatsAnAbortBeatsAnError(boolean failed, boolean aborted, boolean broke, Conclusion conclusion)
            throws Exception {
        var facts =
                (failed ? SILENT : PASSES) + (aborted ? "32 aborted\n" : "") + (broke ? "33 broke\n" : "") + "40 ended";

        assertThat(concluded(SPEC, facts)).isEqualTo(conclusion);
    }

    @Test
    void whatCouldNotBeTakenBackIsAnError() throws Exception {
        assertThat(concluded(SPEC, PASSES.replace("9 flood released", "9 flood stuck") + "40 ended"))
                .isEqualTo(Conclusion.ERROR);
    }

    @Test
    void aStimulusThatWasRefusedIsNoErrorAndNoPass() throws Exception {
        var two = SPEC.replace("}],\n", "}, { name: kill, hold: 0s, podKill: {} }],\n");
        var facts = PASSES + "12 kill starting\n13 kill refused\n";

        assertThat(concluded(two, facts + "40 ended")).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(Judged.of(two, facts + "40 ended").verdict().reasons())
                .anyMatch(reason -> reason.startsWith("kill was refused: "));
        assertThat(concluded(two, facts.replace("13 kill refused", "13 kill failed") + "40 ended"))
                .isEqualTo(Conclusion.ERROR);
    }

    /** A flood that was to be kept up for a minute ended with Tocsin; one that is kept until it rang did what it was for. */
    @ParameterizedTest
    @CsvSource({"'', PASSED", "'hold: 1m, ', INCONCLUSIVE"})
    void aFixedHoldThatWasCutShortKeepsItFromPassing(String hold, Conclusion conclusion) throws Exception {
        var spec = SPEC.replace("connectionFlood", hold + "connectionFlood");
        var facts = SILENT + """
                8 firing Busy since 7
                9 service started
                9.5 flood released
                10 resolved Busy since 7 until 9
                40 ended
                """;

        assertThat(concluded(spec, facts)).isEqualTo(conclusion);
    }

    @Test
    void theReasonsOfAFailureComeFirst() throws Exception {
        var reasons = Judged.of(SPEC, SILENT + "32 aborted\n33 broke\n40 ended")
                .verdict()
                .reasons();

        assertThat(reasons).hasSizeGreaterThanOrEqualTo(3);
        assertThat(reasons.getFirst()).startsWith("Busy fires: ");
        assertThat(reasons).anyMatch(reason -> reason.startsWith("stopped by somebody"));
        assertThat(reasons).anyMatch(reason -> reason.contains("the disk was full"));
    }

    @Test
    void whatIsAwaitedOfAStimulusIsWhatItCauses() throws Exception {
        var run = Judged.of(SPEC, PASSES).run();

        assertThat(Judge.awaited(run.scenario(), "flood")).containsExactly("Busy fires");
        assertThat(Judge.awaited(run.scenario(), "another")).isEmpty();
    }
}
