package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A crash is shown by another postmaster and an unlogged table that recovery emptied, after the stimulus began. */
final class CrashJudgementTest {
    private static final String RESTARTED = "9 noted {kind: serverSeen, moment: restarted, postmasterStarted: \"@8\"";
    private static final String LEFT = "canary: DEAD";

    /** Kubernetes keeps a second at the least, so a second is no grace. */
    @ParameterizedTest
    @CsvSource({
        "0s, kill was a crash",
        "1s, kill was a crash",
        "2s, kill restarted the server",
    })
    void withoutGraceItWasMeantAsACrash(String grace, String name) throws Exception {
        assertThat(LedgerFacts.kept()
                        .expecting("gracePeriod: 0s", "gracePeriod: " + grace)
                        .judged()
                        .verdict()
                        .checks())
                .extracting(Check::name)
                .contains(name);
    }

    @ParameterizedTest
    @CsvSource({
        "0s, DEAD,   PASSED Crashed",
        "0s, ALIVE,  INCONCLUSIVE NotACrash",
        "0s, ABSENT, INCONCLUSIVE OtherState",
        "2s, DEAD,   PASSED Restarted",
        "2s, ALIVE,  PASSED Restarted",
        "2s, ABSENT, INCONCLUSIVE OtherState",
    })
    void theUnloggedTableTellsHowItStopped(String grace, String canary, String outcome) throws Exception {
        assertThat(LedgerFacts.kept()
                        .expecting("gracePeriod: 0s", "gracePeriod: " + grace)
                        .but(LEFT, "canary: " + canary)
                        .outcome("kill "))
                .isEqualTo(outcome);
    }

    /** What is seen in the very moment of the start may have been so before it. */
    @ParameterizedTest
    @CsvSource({
        "4.999, INCONCLUSIVE NotRestarted",
        "5,     INCONCLUSIVE NotRestarted",
        "5.001, PASSED Crashed",
    })
    void theRestartIsSeenAfterTheStart(String seen, String outcome) throws Exception {
        assertThat(LedgerFacts.kept()
                        .but(RESTARTED, RESTARTED.replace("9 noted", seen + " noted"))
                        .outcome("kill "))
                .isEqualTo(outcome);
    }

    @Test
    void theSamePostmasterWithItsTableWasNotRestarted() throws Exception {
        assertThat(LedgerFacts.kept()
                        .but(RESTARTED, RESTARTED.replace("@8", "@0"))
                        .but(LEFT, "canary: ALIVE")
                        .outcome("kill "))
                .isEqualTo("INCONCLUSIVE NotRestarted");
    }

    /** Nobody saw when the postmaster had started, but recovery had emptied the table. */
    @Test
    void anEmptiedTableAloneShowsARestart() throws Exception {
        assertThat(LedgerFacts.kept()
                        .but(RESTARTED, RESTARTED.replace("@8", "@0"))
                        .outcome("kill "))
                .isEqualTo("PASSED Crashed");
    }

    @ParameterizedTest
    @CsvSource({
        "b-2, false, PASSED Crashed,                 cut was a crash",
        "b-1, false, INCONCLUSIVE NodeNotRestarted, cut was a crash",
        "b-2, true,  PASSED Restarted,               cut restarted the server",
        "b-1, true,  INCONCLUSIVE NodeNotRestarted, cut restarted the server",
    })
    void aNodeMustHaveAnotherBoot(String boot, boolean drain, String outcome, String name) throws Exception {
        var cut = LedgerFacts.kept()
                .expecting("name: kill", "name: cut")
                .expecting("podKill: { gracePeriod: 0s }", "nodeRestart: { drain: " + drain + " }")
                .but("5 kill", "5 cut")
                .but(
                        "9 kill released",
                        "9 cut released {kind: nodeRestarted, node: n1, oldBootId: b-1, newBootId: " + boot
                                + ", namespace: db, pod: pg-0, oldUid: u-1, newUid: u-1, oldRestarts: 0, newRestarts: 1}");

        assertThat(cut.outcome(name)).isEqualTo(outcome);
    }
}
