package dev.tocsin.domain.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.doctor.Finding.Result;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.scenarios.ScenarioReader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScenarioWiringTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    private static Scenario scenario() throws Exception {
        return ScenarioReader.read("s.yaml", """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: flood }
                spec:
                  stress: [{ connectionFlood: { fill: 50% } }]
                  expect: { alerts: [Busy] }
                """);
    }

    private static Sight.SourceSeen prometheus(boolean answers, long ahead) {
        return new Sight.SourceSeen("Prometheus http://p", answers, "3.1.0", Optional.empty(), Optional.of(ahead));
    }

    private static Finding judged(Sight... sights) throws Exception {
        return ScenarioWiring.judge(List.of(scenario()), List.of(sights), NOW).getFirst();
    }

    @Test
    void itIsJudgedAsTheRunWouldBe() throws Exception {
        var finding = judged(prometheus(true, 0), new Sight.RulesSeen("Busy", List.of()));

        assertThat(finding.name()).contains("flood");
        assertThat(finding.result()).isEqualTo(Result.FAILED);
        assertThat(finding.link()).isEqualTo(Link.RULE);
        assertThat(finding.mend().orElseThrow()).contains("ruleSelector");
    }

    @Test
    void nothingIsSaidOfWhatCouldNotBeAsked() throws Exception {
        assertThat(judged(prometheus(false, 0)).result()).isEqualTo(Result.SKIPPED);
        assertThat(judged().result()).isEqualTo(Result.SKIPPED);
    }

    @Test
    void whatIsWrongForEverythingIsNotToldForEachScenario() throws Exception {
        assertThat(judged(prometheus(true, 60_000)).result()).isEqualTo(Result.PASSED);
    }

    @Test
    void withoutAScenarioThereIsAWarning() {
        assertThat(ScenarioWiring.judge(List.of(), List.of(), NOW))
                .singleElement()
                .matches(finding -> finding.result() == Result.WARNED);
    }

    @Test
    void aMissingRightIsNamedWithItsGrant() throws Exception {
        var needs = new Sight.NeedsSeen(
                "storm", List.of(new Sight.Unmet("the role lacks membership", "GRANT pg_checkpoint TO tocsin")));

        assertThat(ScenarioWiring.judge(scenario(), List.of(needs)).toString())
                .contains("stimuli can be applied", "the role lacks membership", "GRANT pg_checkpoint TO tocsin");
        assertThat(ScenarioWiring.judge(scenario(), List.of(new Sight.NeedsSeen("storm", List.of())))
                        .toString())
                .doesNotContain("GRANT");
    }
}
