package dev.tocsin.domain.coverage;

import static dev.tocsin.domain.coverage.TriedRun.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.verdict.Check.Result;
import dev.tocsin.domain.verdict.RuleTrial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rules a run tried, and how that came out. */
final class RuleTrialTest {
    private static final Map<String, String> WARNING = Map.of("severity", "warning");
    private static final Map<String, String> CRITICAL = Map.of("severity", "critical");
    private static final Labels BUSY = alert(Map.of());
    private static final Rule INACTIVE = rule("Busy", "pg_busy > 1", Map.of());
    private static final Rule FIRING = rule("Busy", "pg_busy > 1", Map.of(), BUSY);

    private static Labels alert(Map<String, String> labels) {
        var all = new TreeMap<>(labels);
        all.put(Labels.ALERTNAME, "Busy");
        all.put("instance", "pg-0:9187");
        return Labels.of(all);
    }

    /** Result by expression, which here tells rules apart. */
    private static Map<String, Result> tried(TriedRun run) {
        var results = new LinkedHashMap<String, Result>();
        RuleTrial.of(run.state()).forEach(trial -> results.put(trial.rule().expr(), trial.result()));
        return results;
    }

    @Test
    void aRuleThatWasSeenToRingPassed() throws Exception {
        var run = new TriedRun("Busy")
                .sees(0, INACTIVE)
                .floods()
                .sees(8, FIRING)
                .delivers(8, BUSY)
                .ends(9);

        assertThat(RuleTrial.of(run.state())).singleElement().satisfies(trial -> {
            assertThat(trial.rule()).isEqualTo(FIRING.version());
            assertThat(trial.result()).isEqualTo(Result.PASSED);
            assertThat(trial.run()).isEqualTo(TriedRun.RUN);
            assertThat(trial.scenario()).isEqualTo("flood");
            assertThat(trial.at()).isEqualTo(TriedRun.ADMITTED.plusSeconds(9));
        });
    }

    @Test
    void aRunThatGoesOnTriedNothingYet() throws Exception {
        var run = new TriedRun("Busy").floods().sees(8, FIRING).delivers(8, BUSY);

        assertThat(tried(run)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONTROL", "PROBE"})
    void belowTheThresholdNothingIsTried(Mode mode) throws Exception {
        var run = new TriedRun(TriedRun.ADMITTED, mode, "Busy")
                .floods()
                .sees(8, FIRING)
                .delivers(8, BUSY)
                .ends(60);

        assertThat(tried(run)).isEmpty();
    }

    @Test
    void aJournalThatDoesNotFitProvesNothing() throws Exception {
        var run = new TriedRun("Busy")
                .floods()
                .sees(8, FIRING)
                .delivers(8, BUSY)
                .at(8, new Fact.JournalRepaired("an entry was cut off"))
                .ends(9);

        assertThat(tried(run)).isEmpty();
    }

    @Test
    void whoeverWasNotWatchedIsNotKnown() throws Exception {
        assertThat(tried(new TriedRun("Busy").floods().delivers(8, BUSY).ends(9)))
                .isEmpty();
    }

    @Test
    void ofTwoRulesOfOneNameTheOneThatRangPassed() throws Exception {
        var warning = alert(WARNING);
        var run = new TriedRun("Busy")
                .floods()
                .sees(8, rule("Busy", "pg_busy > 1", WARNING, warning), rule("Busy", "pg_busy > 9", CRITICAL))
                .delivers(8, warning)
                .ends(9);

        assertThat(tried(run)).containsExactly(Map.entry("pg_busy > 1", Result.PASSED));
    }

    @Test
    void ofTwoRulesThatRangTheLateOneDidNotPass() throws Exception {
        var warning = alert(WARNING);
        var critical = alert(CRITICAL);
        var run = new TriedRun("Busy")
                .floods()
                .sees(8, rule("Busy", "pg_busy > 1", WARNING, warning), rule("Busy", "pg_busy > 9", CRITICAL, critical))
                .delivers(8, warning)
                .delivers(50, critical)
                .ends(60);

        assertThat(tried(run)).containsExactly(Map.entry("pg_busy > 1", Result.PASSED));
    }

    @Test
    void whatTwoRulesHeldMayBeEithers() throws Exception {
        var run = new TriedRun("Busy")
                .floods()
                .sees(8, FIRING, rule("Busy", "pg_busier > 1", Map.of(), BUSY))
                .delivers(8, BUSY)
                .ends(9);

        assertThat(tried(run)).isEmpty();
    }

    /** Prometheus adds its external labels, so an alert with fewer labels fits as well. */
    @Test
    void theRuleWithTheMostLabelsIsMeant() throws Exception {
        var critical = alert(CRITICAL);
        var run = new TriedRun("Busy")
                .floods()
                .sees(8, FIRING, rule("Busy", "pg_busy > 9", CRITICAL, critical))
                .delivers(8, critical)
                .ends(9);

        assertThat(tried(run)).containsExactly(Map.entry("pg_busy > 9", Result.PASSED));
    }

    /** The two groups' rules are one, wherever the alert came from. */
    @Test
    void theSameRuleInTwoGroupsIsOne() throws Exception {
        var run = new TriedRun("Busy")
                .floods()
                .sees(8, FIRING, FIRING)
                .delivers(8, BUSY)
                .ends(9);

        assertThat(tried(run)).containsExactly(Map.entry("pg_busy > 1", Result.PASSED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alertname=~\"B.*\"", "instance=\"pg-0:9187\""})
    void whereNoAlertIsNamedOnlyWhatWasSeenToRingCounts(String matchers) throws Exception {
        var other = rule("Bored", "pg_busy < 1", Map.of());
        var rang = new TriedRun(matchers)
                .floods()
                .sees(8, FIRING, other)
                .delivers(8, BUSY)
                .ends(9);
        var unseen = new TriedRun(matchers).floods().delivers(8, BUSY).ends(9);
        var silent = new TriedRun(matchers).floods().sees(8, INACTIVE, other).ends(60);

        assertThat(tried(rang)).containsExactly(Map.entry("pg_busy > 1", Result.PASSED));
        assertThat(tried(unseen)).isEmpty();
        assertThat(tried(silent)).isEmpty();
    }

    @Test
    void whatRangTooShortlyToBeSeenIsRemembered() throws Exception {
        var critical = alert(CRITICAL);
        var run = new TriedRun("Busy")
                .sees(0, rule("Busy", "pg_busy > 1", WARNING), rule("Busy", "pg_busy > 9", CRITICAL))
                .floods()
                .delivers(8, critical)
                .remembers(8, critical)
                .ends(9);

        assertThat(tried(run)).containsExactly(Map.entry("pg_busy > 9", Result.PASSED));
    }

    @Test
    void aRuleThatWasChangedMeanwhileMayBeEither() throws Exception {
        var changed = rule("Busy", "pg_busy > 2", Map.of());
        var rang = new TriedRun("Busy")
                .sees(0, INACTIVE)
                .floods()
                .sees(5, changed)
                .delivers(8, BUSY)
                .remembers(8, BUSY)
                .ends(9);
        var silent =
                new TriedRun("Busy").sees(0, INACTIVE).floods().sees(5, changed).ends(60);

        assertThat(tried(rang)).isEmpty();
        assertThat(tried(silent)).isEmpty();
    }

    @Test
    void aRuleThatWasChangedAndRangAsItIsNowPassed() throws Exception {
        var run = new TriedRun("Busy")
                .sees(0, rule("Busy", "pg_busy > 2", Map.of()))
                .floods()
                .sees(8, FIRING)
                .delivers(8, BUSY)
                .ends(9);

        assertThat(tried(run)).containsExactly(Map.entry("pg_busy > 1", Result.PASSED));
    }

    @Test
    void aRuleThatStayedSilentFailed() throws Exception {
        var elsewhere = rule("Busy", "pg_busy > 9", CRITICAL);
        var run = new TriedRun("{alertname=\"Busy\", severity!=\"critical\"}")
                .sees(0, INACTIVE, elsewhere)
                .floods()
                .ends(60);

        assertThat(tried(run)).containsExactly(Map.entry("pg_busy > 1", Result.FAILED));
    }

    @Test
    void aRuleThatRangLateFailed() throws Exception {
        var warning = alert(WARNING);
        var run = new TriedRun("Busy")
                .floods()
                .sees(39, rule("Busy", "pg_busy > 1", WARNING, warning), rule("Busy", "pg_busy > 9", CRITICAL))
                .delivers(40, warning)
                .ends(60);

        assertThat(tried(run)).containsExactly(Map.entry("pg_busy > 1", Result.FAILED));
    }

    @Test
    void whatNothingWasDoneForIsInconclusive() throws Exception {
        var run = new TriedRun("Busy").sees(0, INACTIVE).ends(5);

        assertThat(tried(run)).containsExactly(Map.entry("pg_busy > 1", Result.INCONCLUSIVE));
    }

    @Test
    void aRuleThatIsExpectedTwiceMustRingTwice() throws Exception {
        var run = new TriedRun("alertname=~\"Bus.\"", "{alertname=\"Busy\", instance=\"pg-1:9187\"}")
                .floods()
                .sees(8, FIRING)
                .delivers(8, BUSY)
                .ends(60);

        assertThat(tried(run)).containsExactly(Map.entry("pg_busy > 1", Result.FAILED));
    }
}
