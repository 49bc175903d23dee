package dev.tocsin.domain.doctor;

import static dev.tocsin.domain.doctor.Findings.finding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.doctor.Finding.Result;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Receiver.Webhook;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.routing.TimeInterval;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AlertmanagerWiringTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final String HERE = "http://tocsin:8080/api/v1/webhooks/alertmanager";
    private static final Webhook WEBHOOK = new Webhook(HERE, true, 0, false);

    static Route route(String receiver, List<String> muteTimes, Route... routes) {
        return new Route(
                receiver,
                List.of(),
                List.of(),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                Duration.ofHours(4),
                false,
                muteTimes,
                List.of(),
                List.of(routes));
    }

    private static Routing routing(Route root, Webhook... webhooks) {
        var always = new TimeInterval(
                "always",
                List.of(new TimeInterval.Entry(List.of(), List.of(), List.of(), List.of(), List.of(), ZoneOffset.UTC)));
        return new Routing(
                root,
                List.of(new Receiver("tocsin", List.of(webhooks)), new Receiver("elsewhere", List.of())),
                List.of(),
                List.of(always));
    }

    private static AlertmanagerSeen seen(String version, int peers, Optional<Routing> routing) {
        return new AlertmanagerSeen(
                "http://alertmanager:9093",
                new Sight.SourceSeen("Alertmanager a", true, version, Optional.empty(), Optional.of(0L)),
                Optional.of(new Sight.RoutingSeen(
                        "a", routing, routing.isPresent() ? Optional.empty() : Optional.of("no route"), peers)),
                Optional.of(new Sight.SilencesSeen("a", List.of())));
    }

    private static List<Finding> judged(Routing routing) {
        return AlertmanagerWiring.judge(List.of(seen("0.28.1", 1, Optional.of(routing))), NOW);
    }

    private static List<Finding> judged(Webhook... webhooks) {
        return judged(routing(route("tocsin", List.of()), webhooks));
    }

    @Test
    void aSoundAlertmanagerPasses() {
        assertThat(judged(WEBHOOK)).hasSize(10).allMatch(finding -> finding.result() == Result.PASSED);
    }

    @Test
    void noneConfiguredCannotBeAsked() {
        assertThat(AlertmanagerWiring.judge(List.of(), NOW))
                .singleElement()
                .matches(finding -> finding.result() == Result.SKIPPED);
    }

    @Test
    void oneThatIsAwayHintsAtTheNetworkPolicy() {
        var away = new AlertmanagerSeen(
                "http://a",
                new Sight.SourceSeen("Alertmanager a", false, "no answer", Optional.empty(), Optional.empty()),
                Optional.empty(),
                Optional.empty());

        assertThat(finding(AlertmanagerWiring.judge(List.of(away), NOW), "answers")
                        .mend()
                        .orElseThrow())
                .contains("NetworkPolicy");
    }

    @ParameterizedTest
    @CsvSource({"0.24.0, WARNED", "0.25.0, PASSED", "1.0.0, PASSED", "main, PASSED"})
    void anOldOneWarns(String version, Result result) {
        var findings = AlertmanagerWiring.judge(
                List.of(seen(version, 1, Optional.of(routing(route("tocsin", List.of()), WEBHOOK)))), NOW);

        assertThat(finding(findings, "answers").result()).isEqualTo(result);
    }

    @Test
    void peersThatAreNotConfiguredHereWarn() {
        var findings = AlertmanagerWiring.judge(
                List.of(seen("0.28.1", 3, Optional.of(routing(route("tocsin", List.of()), WEBHOOK)))), NOW);

        assertThat(finding(findings, "every peer").observed()).contains("has 3", "1 configured");
    }

    @Test
    void aConfigurationThatCannotBeReadFails() {
        var findings = AlertmanagerWiring.judge(List.of(seen("0.28.1", 1, Optional.empty())), NOW);

        assertThat(finding(findings, "can be read").observed()).isEqualTo("no route");
    }

    @Test
    void aReceiverMustLeadHere() {
        var finding = finding(judged(new Webhook("http://else:1/hook", true, 0, false)), "receiver leads here");

        assertThat(finding.link()).isEqualTo(Link.ROUTED);
        assertThat(finding.result()).isEqualTo(Result.FAILED);
    }

    @Test
    void aRouteMustLeadToIt() {
        assertThat(finding(judged(routing(route("elsewhere", List.of()), WEBHOOK)), "route leads")
                        .mend()
                        .orElseThrow())
                .contains("receiver: tocsin");
    }

    @Test
    void aHiddenUrlMayBeThisOne() {
        assertThat(finding(judged(new Webhook("<secret>", true, 0, false)), "receiver leads here")
                        .observed())
                .contains("not shown");
    }

    @Test
    void ofHiddenWebhooksOneThatIsRightWillDo() {
        var wrong = new Webhook("<secret>", false, 5, true);

        assertThat(finding(judged(wrong), "send_resolved").result()).isEqualTo(Result.FAILED);
        assertThat(finding(judged(wrong, new Webhook("<secret>", true, 0, false)), "send_resolved")
                        .result())
                .isEqualTo(Result.WARNED);
    }

    @ParameterizedTest
    @CsvSource({
        "false, 0, false, send_resolved, RESOLVED",
        "true, 1, false, max_alerts, GROUPED",
        "true, 0, true, payload, DELIVERED"
    })
    void eachSettingOfTheWebhookHasItsLink(
            boolean sendResolved, int maxAlerts, boolean payload, String check, Link link) {
        var findings = judged(new Webhook(HERE, sendResolved, maxAlerts, payload));

        assertThat(findings.stream().filter(one -> one.result() == Result.FAILED))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.name()).contains(check);
                    assertThat(one.link()).isEqualTo(link);
                });
    }

    @Test
    void aMutedRouteIsToldAndAllOfThemFail() {
        var muted = route("tocsin", List.of("always"));

        assertThat(finding(judged(routing(route("elsewhere", List.of(), muted), WEBHOOK)), "mutes")
                        .result())
                .isEqualTo(Result.FAILED);
        assertThat(finding(
                                judged(routing(
                                        route("elsewhere", List.of(), muted, route("tocsin", List.of())), WEBHOOK)),
                                "mutes")
                        .result())
                .isEqualTo(Result.WARNED);
    }

    @Test
    void peersWithDifferentConfigurationsWarn() {
        var one = seen("0.28.1", 2, Optional.of(routing(route("tocsin", List.of()), WEBHOOK)));
        var other = seen("0.28.1", 2, Optional.of(routing(route("elsewhere", List.of()), WEBHOOK)));

        assertThat(finding(AlertmanagerWiring.judge(List.of(one, one), NOW), "same configuration")
                        .result())
                .isEqualTo(Result.PASSED);
        assertThat(finding(AlertmanagerWiring.judge(List.of(one, other), NOW), "same configuration")
                        .result())
                .isEqualTo(Result.WARNED);
    }
}
