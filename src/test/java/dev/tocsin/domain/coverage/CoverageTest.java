package dev.tocsin.domain.coverage;

import static dev.tocsin.domain.coverage.TriedRun.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.RuleVersion;
import dev.tocsin.domain.coverage.RuleCoverage.Status;
import dev.tocsin.domain.routing.InhibitRule;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.verdict.Check.Result;
import dev.tocsin.domain.verdict.RuleTrial;
import dev.tocsin.scenarios.ScenarioReader;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from trials for the rules that are loaded now. */
final class CoverageTest {
    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
    private static final Duration EXPIRES = Duration.ofDays(30);
    private static final Map<String, String> WARNING = Map.of("severity", "warning");
    private static final Map<String, String> CRITICAL = Map.of("severity", "critical");
    private static final Rule LOADED = rule("Busy", "pg_busy > 1", WARNING);

    private static RuleTrial trial(RuleVersion rule, Result result, long daysAgo) {
        return new RuleTrial(
                rule, result, new RunId(new UUID(100 - daysAgo, 0)), "flood", NOW.minus(Duration.ofDays(daysAgo)));
    }

    private static Coverage of(List<Rule> loaded, RuleTrial... trials) {
        return Coverage.of(loaded, List.of(trials), List.of(), List.of(), EXPIRES, NOW);
    }

    private static Map<String, Status> statuses(Coverage coverage) {
        var statuses = new LinkedHashMap<String, Status>();
        coverage.rules().forEach(rule -> statuses.put(rule.rule().query(), rule.status()));
        return statuses;
    }

    /** Trials of the rule as it is ({@code now}), as it was ({@code before}) and of one of another name, days ago. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | UNPROVEN",
                "PASSED now 1 | PROVEN",
                "PASSED now 30 | PROVEN",
                "PASSED now 31 | EXPIRED",
                "PASSED now 31; PASSED now 2 | PROVEN",
                "FAILED now 2 | FAILED",
                "PASSED now 5; FAILED now 2 | FAILED",
                "FAILED now 2; PASSED now 5 | FAILED",
                "FAILED now 5; PASSED now 2 | PROVEN",
                "PASSED now 40; FAILED now 35 | FAILED",
                "INCONCLUSIVE now 2 | UNPROVEN",
                "PASSED now 5; INCONCLUSIVE now 2 | PROVEN",
                "FAILED now 5; INCONCLUSIVE now 2 | FAILED",
                "PASSED before 5 | CHANGED",
                "PASSED before 31 | CHANGED",
                "PASSED before 5; FAILED before 2 | CHANGED",
                "FAILED before 5 | UNPROVEN",
                "PASSED before 5; INCONCLUSIVE now 2 | CHANGED",
                "PASSED before 5; FAILED now 2 | FAILED",
                "PASSED before 5; PASSED now 2 | PROVEN",
                "PASSED now 5; PASSED before 2 | PROVEN",
                "PASSED now 5; FAILED before 2 | PROVEN",
                "PASSED other 1 | UNPROVEN",
            })
    void theStatusFollowsFromTheTrials(String trials, Status status) {
        var all = Stream.of(trials.split(";"))
                .filter(text -> !text.isBlank())
                .map(text -> text.strip().split(" "))
                .map(words -> trial(version(words[1]), Result.valueOf(words[0]), Long.parseLong(words[2])))
                .toArray(RuleTrial[]::new);

        assertThat(of(List.of(LOADED), all).rules())
                .extracting(RuleCoverage::status)
                .containsExactly(status);
    }

    private static RuleVersion version(String which) {
        return switch (which) {
            case "now" -> LOADED.version();
            case "before" -> rule("Busy", "pg_busy > 2", WARNING).version();
            case "other" -> rule("Bored", "pg_busy > 1", WARNING).version();
            default -> throw new IllegalArgumentException(which);
        };
    }

    @Test
    void whateverDecidesWhetherItRingsIsAChange() {
        var now = LOADED.version();
        var others = List.of(
                new RuleVersion(now.name(), "pg_busy > 2", now.holdFor(), now.keepFiringFor(), now.labels()),
                new RuleVersion(now.name(), now.expr(), Duration.ofSeconds(6), now.keepFiringFor(), now.labels()),
                new RuleVersion(now.name(), now.expr(), now.holdFor(), Duration.ofSeconds(1), now.labels()),
                new RuleVersion(now.name(), now.expr(), now.holdFor(), now.keepFiringFor(), Labels.of(CRITICAL)));

        assertThat(others)
                .map(before -> of(List.of(LOADED), trial(before, Result.PASSED, 1))
                        .rules()
                        .getFirst())
                .allSatisfy(rule -> assertThat(rule.status()).isEqualTo(Status.CHANGED))
                .map(rule -> rule.notes().getFirst())
                .containsExactly(
                        "changed since its proof: expr",
                        "changed since its proof: for",
                        "changed since its proof: keep_firing_for",
                        "changed since its proof: labels");
    }

    @Test
    void itSaysWhichTrialsItFollowsFrom() {
        var proof = trial(LOADED.version(), Result.PASSED, 5);
        var failure = trial(LOADED.version(), Result.FAILED, 2);

        var covered = of(List.of(LOADED), proof, failure).rules().getFirst();

        assertThat(covered.proof()).contains(proof);
        assertThat(covered.trial()).contains(failure);
    }

    @Test
    void aChangedRuleShowsTheProofOfWhatItWas() {
        var before = trial(rule("Busy", "pg_busy > 2", WARNING).version(), Result.PASSED, 5);

        var covered = of(List.of(LOADED), before).rules().getFirst();

        assertThat(covered.proof()).contains(before);
        assertThat(covered.trial()).isEqualTo(Optional.empty());
    }

    @Test
    void twoRulesOfOneNameAreTwo() {
        var critical = rule("Busy", "pg_busy > 9", CRITICAL);

        assertThat(statuses(of(List.of(LOADED, critical), trial(LOADED.version(), Result.PASSED, 1))))
                .containsExactly(entry("pg_busy > 1", Status.PROVEN), entry("pg_busy > 9", Status.UNPROVEN));
    }

    @Test
    void ofTwoRulesOfOneNameTheOneWithItsLabelsIsTheSuccessor() {
        var critical = rule("Busy", "pg_busy > 9", CRITICAL);
        var before = rule("Busy", "pg_busy > 2", WARNING).version();

        assertThat(statuses(of(List.of(LOADED, critical), trial(before, Result.PASSED, 1))))
                .containsExactly(entry("pg_busy > 1", Status.CHANGED), entry("pg_busy > 9", Status.UNPROVEN));
    }

    @Test
    void whereNoneHasItsLabelsEachMayBeTheSuccessor() {
        var critical = rule("Busy", "pg_busy > 9", CRITICAL);
        var before = rule("Busy", "pg_busy > 2", Map.of()).version();

        assertThat(statuses(of(List.of(LOADED, critical), trial(before, Result.PASSED, 1))))
                .containsExactly(entry("pg_busy > 1", Status.CHANGED), entry("pg_busy > 9", Status.CHANGED));
    }

    @Test
    void rulesAreListedByNameAndCountedByStatus() {
        var bored = rule("Bored", "pg_busy < 1", Map.of());

        var coverage = of(List.of(LOADED, bored), trial(LOADED.version(), Result.PASSED, 1));

        assertThat(coverage.rules()).extracting(rule -> rule.rule().name()).containsExactly("Bored", "Busy");
        assertThat(coverage.counts())
                .containsExactly(
                        entry(Status.PROVEN, 1L),
                        entry(Status.CHANGED, 0L),
                        entry(Status.EXPIRED, 0L),
                        entry(Status.FAILED, 0L),
                        entry(Status.UNPROVEN, 1L));
    }

    @Test
    void itNamesTheScenariosThatExpectARule() throws Exception {
        var scenarios = List.of(
                scenario("by-name", "Busy"),
                scenario("by-labels", "{alertname=\"Busy\", severity=\"warning\"}"),
                scenario("by-pattern", "{alertname=~\"B.*\"}"),
                scenario("another-severity", "{alertname=\"Busy\", severity=\"critical\"}"),
                scenario("another-alert", "Bored"),
                scenario("any-warning", "{severity=\"warning\"}"));

        assertThat(Coverage.of(List.of(LOADED), List.of(), scenarios, List.of(), EXPIRES, NOW)
                        .rules()
                        .getFirst()
                        .scenarios())
                .containsExactly("by-name", "by-labels", "by-pattern");
    }

    @Test
    void itNotesWhatAPersonShouldKnow() {
        var poor = new Rule(
                "a-group",
                "Poor",
                "pg_busy > 1",
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofSeconds(1),
                Labels.of(Map.of()),
                List.of("summary"),
                "err",
                "many-to-many matching not allowed",
                NOW,
                false,
                List.of(),
                Duration.ZERO,
                List.of());

        assertThat(of(List.of(LOADED, poor)).rules())
                .extracting(RuleCoverage::notes)
                .containsExactly(
                        List.of(),
                        List.of(
                                "its evaluation fails: many-to-many matching not allowed",
                                "it has no annotation runbook_url"));
    }

    @Test
    void itNotesWhatKeepsARuleFromBeingHeard() throws Exception {
        var down = rule("Down", "up == 0", CRITICAL);
        var unrelated = rule("Idle", "pg_idle > 1", WARNING);
        var routing = new Routing(
                new Route(
                        "everybody",
                        List.of(),
                        List.of(),
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        false,
                        List.of(),
                        List.of(),
                        List.of()),
                List.of(),
                List.of(
                        new InhibitRule(
                                List.of(Matcher.parse("alertname=\"Down\"")),
                                List.of(Matcher.parse("alertname=\"Busy\"")),
                                List.of("instance")),
                        new InhibitRule(
                                List.of(Matcher.parse("severity=\"critical\"")),
                                List.of(Matcher.parse("alertname=\"Idle\"")),
                                List.of())),
                List.of());

        var rules = Coverage.of(
                        List.of(LOADED, down, unrelated), List.of(), List.of(), List.of(routing, routing), EXPIRES, NOW)
                .rules();

        assertThat(rules)
                .extracting(RuleCoverage::notes)
                .containsExactly(
                        List.of("may be muted while Down fires, which inhibits it"),
                        List.of(),
                        List.of("muted while Down fires, which inhibits it"));
    }

    private static Scenario scenario(String name, String matchers) throws Exception {
        return ScenarioReader.read(name, """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: %s }
                spec:
                  stress: [ { connectionFlood: { fill: 96%% } } ]
                  expect: { alerts: ['%s'] }
                """.formatted(name, matchers));
    }
}
