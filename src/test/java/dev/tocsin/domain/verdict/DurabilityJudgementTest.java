package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both sides of what a ledger may lose, how long it may be without an answer, and what it must have shown to prove anything. */
final class DurabilityJudgementTest {
    private static final String LOST = "acknowledged commit is lost";
    private static final String WHOLE = "altered, torn";
    private static final String INDEXES = "indexes and tables agree";
    private static final String RECOVERS = "writes recover";

    @Test
    void whatIsThereIsKept() throws Exception {
        var kept = LedgerFacts.kept();

        assertThat(kept.outcome(LOST)).isEqualTo("PASSED Survived");
        assertThat(kept.outcome(WHOLE)).isEqualTo("PASSED Whole");
        assertThat(kept.outcome(INDEXES)).isEqualTo("PASSED Agree");
        assertThat(kept.outcome(RECOVERS)).isEqualTo("PASSED Recovered");
        assertThat(kept.judged().verdict().warnings()).noneMatch(line -> line.contains("which the scenario allows"));
    }

    /** Commit 21 of writer 0 was never answered; 20, 19 and 18 were acknowledged. */
    @ParameterizedTest
    @CsvSource({
        "1-20, 0, PASSED Survived, false",
        "1-19, 0, FAILED Lost,     false",
        "1-19, 1, PASSED Survived, true",
        "1-18, 2, PASSED Survived, true",
        "1-18, 1, FAILED Lost,     false",
        "1-17, 2, FAILED Lost,     false",
    })
    void asManyAsAllowedMayBeLost(String present, int allowed, String outcome, boolean told) throws Exception {
        var facts = LedgerFacts.kept()
                .but("\"1-20,22-40\"", "\"" + present + ",22-40\"")
                .expecting("recoversWithin: 30s", "recoversWithin: 30s, lost: " + allowed);

        assertThat(facts.outcome(LOST)).isEqualTo(outcome);
        assertThat(facts.judged().verdict().warnings().stream()
                        .anyMatch(line -> line.contains("which the scenario allows")))
                .as("the warning")
                .isEqualTo(told);
    }

    /** The commits must be older than the stress, or they show nothing of it. */
    @ParameterizedTest
    @CsvSource({
        "4.999, PASSED Survived",
        "5,     PASSED Survived",
        "5.001, INCONCLUSIVE NothingBefore",
    })
    void aCommitMustBeAcknowledgedBeforeTheStress(String first, String outcome) throws Exception {
        assertThat(LedgerFacts.kept()
                        .but("firstAcknowledged: \"@0.6\"", "firstAcknowledged: \"@" + first + "\"")
                        .outcome(LOST))
                .isEqualTo(outcome);
    }

    @Test
    void aLedgerWithoutRowsShowsNothing() throws Exception {
        var empty = LedgerFacts.kept()
                .but("acknowledged: \"1-20\"", "acknowledged: \"\"")
                .but("acknowledged: \"22-40\"", "acknowledged: \"\"")
                .but("acknowledged: \"21-40\"", "acknowledged: \"\"")
                .but("firstAcknowledged: \"@0.6\", lastAcknowledged: \"@1\", ", "")
                .but("firstAcknowledged: \"@9.5\", lastAcknowledged: \"@10\", ", "")
                .but("rows: 80", "rows: 0")
                .but("present: \"1-20,22-40\"", "present: \"\"")
                .but("present: \"1-40\"", "present: \"\"");

        assertThat(empty.outcome(LOST)).isEqualTo("INCONCLUSIVE NothingAcknowledged");
        assertThat(empty.outcome(WHOLE)).isEqualTo("INCONCLUSIVE NothingRead");
        assertThat(empty.outcome(INDEXES)).isEqualTo("INCONCLUSIVE NothingRead");
    }

    /** From 5.1 to 9.5 there was no answer. */
    @ParameterizedTest
    @CsvSource({
        "4401ms, PASSED Recovered",
        "4400ms, PASSED Recovered",
        "4399ms, FAILED TooLong",
    })
    void theLongestOutageMayTakeAsLongAsAllowed(String within, String outcome) throws Exception {
        assertThat(LedgerFacts.kept()
                        .expecting("recoversWithin: 30s", "recoversWithin: " + within)
                        .outcome(RECOVERS))
                .isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "'present: \"1-20,22-40\", torn: \"\"', 'present: \"1-20,22-39\", torn: \"40\"', Torn",
        "'present: \"1-20,22-40\"', 'present: \"1-20,22-40,99\"', Phantom",
        "'altered: {count: 0, first: []}', 'altered: {count: 1, first: [writer 0 commit 3]}', Altered",
        "'duplicated: {count: 0, first: []}', 'duplicated: {count: 1, first: [writer 0 commit 3]}', Duplicated",
        "'strangers: {count: 0, first: []}', 'strangers: {count: 1, first: [writer 9]}', Stranger",
    })
    void eachWayOfNotBeingWholeIsNamed(String here, String instead, String reason) throws Exception {
        assertThat(LedgerFacts.kept().but(here, instead).outcome(WHOLE)).isEqualTo("FAILED " + reason);
    }

    @Test
    void theTwoWaysToReadItMustGiveTheSame() throws Exception {
        var index = "scan: index, there: true, plan: \"\", rows: 80, writers: [{writer: 0, present: \"1-20,22-40\"";
        var kept = LedgerFacts.kept();

        assertThat(kept.but(index, index.replace("22-40", "22-39")).outcome(INDEXES))
                .isEqualTo("FAILED IndexDisagrees");
        assertThat(kept.but(index, index.replace("22-40", "22-41")).outcome(INDEXES))
                .isEqualTo("FAILED IndexDisagrees");
        assertThat(kept.but(index, index.replace("80", "79")).outcome(INDEXES)).isEqualTo("FAILED IndexDisagrees");
    }

    @Test
    void writersThatDidNotGoOnToTheirEndDidNotSeeEveryOutage() throws Exception {
        assertThat(LedgerFacts.kept()
                        .but("12 noted {kind: writersStopped, sentUpTo: [40, 40]}\n", "")
                        .outcome(RECOVERS))
                .isEqualTo("INCONCLUSIVE NotWatched");
    }

    @Test
    void anotherServersDataProvesNothing() throws Exception {
        var other = LedgerFacts.kept()
                .but(
                        "moment: restarted, postmasterStarted: \"@8\", version: 180000, inRecovery: false, systemIdentifier: \"7001\"",
                        "moment: restarted, postmasterStarted: \"@8\", version: 180000, inRecovery: false, systemIdentifier: \"7002\"");

        for (var check : new String[] {LOST, WHOLE, INDEXES, RECOVERS, "was a crash"}) {
            assertThat(other.outcome(check)).isEqualTo("INCONCLUSIVE OtherServer");
        }
    }

    @Test
    void nothingIsDecidedBeforeItIsReadBack() throws Exception {
        var facts = LedgerFacts.kept().facts();
        var unread = facts.substring(0, facts.indexOf("12 noted {kind: ledgerRead"));
        var spec = LedgerFacts.kept().spec();

        assertThat(Judged.of(spec, unread).check(LOST).result()).isEqualTo(Check.Result.OPEN);
        assertThat(Judged.of(spec, unread + "13 ended").outcome(LOST)).isEqualTo("INCONCLUSIVE NotReadBack");
        assertThat(Judged.of(spec, unread + "13 broke").outcome(LOST)).isEqualTo("INCONCLUSIVE NotReadBack");
    }
}
