package dev.tocsin.domain.doctor;

import static dev.tocsin.domain.doctor.Findings.finding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.doctor.Finding.Result;
import dev.tocsin.domain.doctor.PrometheusSeen.Recipient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PrometheusWiringTest {
    private static final String OURS = "http://alertmanager:9093";
    private static final Recipient SAME = new Recipient(OURS + "/api/v2/alerts", Optional.of(OURS), "the same address");
    private static final Recipient OTHER =
            new Recipient("http://other:9093/api/v2/alerts", Optional.empty(), "another");

    private static Sight.SourceSeen about(long aheadMillis) {
        return new Sight.SourceSeen("Prometheus p", true, "3.1.0", Optional.empty(), Optional.of(aheadMillis));
    }

    private static ScrapeTarget target(String health) {
        return new ScrapeTarget(
                "pool",
                Labels.of(Map.of("job", "postgresql", "instance", "pg:9187")),
                health,
                "connection refused",
                Instant.EPOCH,
                Duration.ZERO,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10));
    }

    private static Rule rule(String health) {
        return new Rule(
                "group",
                "Full",
                "up == 0",
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofSeconds(15),
                Labels.of(Map.of()),
                List.of(),
                health,
                "many-to-many matching",
                Instant.EPOCH,
                false,
                List.of(),
                Duration.ZERO,
                List.of());
    }

    private static List<Finding> judged(
            long ahead,
            List<Rule> rules,
            List<ScrapeTarget> targets,
            List<Recipient> recipients,
            String... configured) {
        return PrometheusWiring.judge(Optional.of(new PrometheusSeen(
                "http://prometheus:9090", about(ahead), rules, targets, recipients, List.of(configured))));
    }

    private static List<Finding> sending(List<Recipient> recipients, String... configured) {
        return judged(0, List.of(rule("ok")), List.of(target("up")), recipients, configured);
    }

    @Test
    void aSoundPrometheusPasses() {
        assertThat(sending(List.of(SAME), OURS)).hasSize(7).allMatch(finding -> finding.result() == Result.PASSED);
    }

    @Test
    void onePrometheusThatIsNotConfiguredCannotBeAsked() {
        assertThat(PrometheusWiring.judge(Optional.empty()))
                .singleElement()
                .matches(finding -> finding.result() == Result.SKIPPED);
    }

    @Test
    void onePrometheusThatIsAwayFailsOnceAndHintsAtTheNetworkPolicy() {
        var away = new Sight.SourceSeen("Prometheus p", false, "no answer", Optional.empty(), Optional.empty());
        var findings = PrometheusWiring.judge(
                Optional.of(new PrometheusSeen("http://p", away, List.of(), List.of(), List.of(), List.of())));

        assertThat(finding(findings, "answers").mend().orElseThrow()).contains("NetworkPolicy");
        assertThat(findings.stream().filter(one -> one.result() == Result.FAILED))
                .hasSize(1);
    }

    @Test
    void clocksMayBeFiveSecondsApart() {
        assertThat(finding(judged(4_900, List.of(), List.of(), List.of()), "clock")
                        .result())
                .isEqualTo(Result.PASSED);
        assertThat(finding(judged(-5_100, List.of(), List.of(), List.of()), "clock")
                        .observed())
                .contains("5.1 s behind");
    }

    @Test
    void noRuleAtAllHintsAtTheSelector() {
        var finding = finding(judged(0, List.of(), List.of(), List.of()), "rules are loaded");

        assertThat(finding.link()).isEqualTo(Link.RULE);
        assertThat(finding.mend().orElseThrow()).contains("ruleSelector", "release");
    }

    @Test
    void anUnhealthyRuleIsNamedWithItsError() {
        var finding = finding(judged(0, List.of(rule("err")), List.of(), List.of()), "can be evaluated");

        assertThat(finding.observed()).contains("Full");
        assertThat(finding.evidence()).containsExactly("Full: many-to-many matching");
    }

    @Test
    void aTargetThatIsDownIsNamed() {
        var finding = finding(judged(0, List.of(), List.of(target("down")), List.of()), "targets are up");

        assertThat(finding.result()).isEqualTo(Result.WARNED);
        assertThat(finding.observed()).contains("postgresql pg:9187");
    }

    @Test
    void knowingNoAlertmanagerBreaksTheSending() {
        assertThat(finding(sending(List.of(), OURS), "knows an Alertmanager").link())
                .isEqualTo(Link.SENT);
    }

    @Test
    void sendingOnlyToStrangersFails() {
        var finding = finding(sending(List.of(OTHER), OURS), "configured here");

        assertThat(finding.result()).isEqualTo(Result.FAILED);
        assertThat(finding.evidence()).containsExactly("http://other:9093/api/v2/alerts: another");
    }

    @Test
    void sendingToStrangersTooOrNotToAllWarns() {
        assertThat(finding(sending(List.of(SAME, OTHER), OURS), "configured here")
                        .result())
                .isEqualTo(Result.WARNED);
        assertThat(finding(sending(List.of(SAME), OURS, "http://second:9093"), "configured here")
                        .observed())
                .contains("does not send to http://second:9093");
    }
}
