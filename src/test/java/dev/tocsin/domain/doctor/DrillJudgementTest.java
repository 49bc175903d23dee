package dev.tocsin.domain.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.HeldAlert;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.doctor.DrillSeen.Arrival;
import dev.tocsin.domain.doctor.DrillSeen.Peer;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DrillJudgementTest {
    private static final Instant BEGAN = Instant.parse("2026-11-01T12:00:00Z");
    private static final Labels LABELS = Labels.of(Map.of("alertname", "TocsinDrill", "tocsin_drill", "42"));
    private static final Arrival FIRING = new Arrival(BEGAN.plusSeconds(2), "tocsin", true);
    private static final Arrival ENDED = new Arrival(BEGAN.plusSeconds(9), "tocsin", false);

    private static HeldAlert held(String state, List<String> silencedBy) {
        return new HeldAlert(LABELS, BEGAN, BEGAN, state, silencedBy, List.of(), List.of(), List.of("tocsin"));
    }

    private static Peer peer(Optional<HeldAlert> held, long failures) {
        return new Peer(
                "Alertmanager http://a",
                Optional.of(BEGAN.plusMillis(20)),
                Optional.empty(),
                held,
                failures,
                Optional.empty());
    }

    private static final Peer SOUND = peer(Optional.of(held("active", List.of())), 0);
    private static final Peer AWAY = new Peer(
            "Alertmanager http://b",
            Optional.empty(),
            Optional.of("nobody answers there"),
            Optional.empty(),
            0,
            Optional.empty());

    private static Routing routing(String receiver, boolean sendResolved, Duration groupWait) {
        var webhook = new Receiver.Webhook("http://t/api/v1/webhooks/alertmanager", sendResolved, 0, false);
        return new Routing(
                new Route(
                        receiver,
                        List.of(),
                        List.of(),
                        groupWait,
                        Duration.ofSeconds(1),
                        Duration.ofHours(1),
                        false,
                        List.of(),
                        List.of(),
                        List.of()),
                List.of(new Receiver("tocsin", List.of(webhook)), new Receiver("on-call", List.of())),
                List.of(),
                List.of());
    }

    private static final Routing ROUTING = routing("tocsin", true, Duration.ZERO);

    private static DrillSeen seen(
            Routing routing, List<Peer> peers, List<Arrival> arrivals, List<OwnSeen.Refused> refusals, long truncated) {
        return new DrillSeen(
                LABELS,
                Optional.of(routing),
                peers,
                BEGAN,
                BEGAN.plusSeconds(5),
                BEGAN.plusSeconds(5),
                BEGAN.plusSeconds(10),
                arrivals,
                refusals,
                truncated);
    }

    private static Finding broken(DrillSeen seen) {
        return new Diagnosis(BEGAN, DrillJudgement.judge(seen)).broken().orElseThrow();
    }

    @Test
    void aDrillThatCameAndWentPassesEveryLinkAndIsTimed() {
        var findings = DrillJudgement.judge(seen(ROUTING, List.of(SOUND), List.of(FIRING, ENDED), List.of(), 0));

        assertThat(findings)
                .extracting(Finding::link)
                .containsExactly(Link.ACCEPTED, Link.MUTED, Link.ROUTED, Link.GROUPED, Link.DELIVERED, Link.RESOLVED);
        assertThat(findings).allMatch(finding -> finding.result() == Finding.Result.PASSED);
        assertThat(findings.get(4).took()).contains(Duration.ofSeconds(2));
        assertThat(findings.get(5).took()).contains(Duration.ofSeconds(4));
    }

    @Test
    void everyPeerMustTakeItInAndTheOthersGoOn() {
        var seen = seen(ROUTING, List.of(SOUND, AWAY), List.of(FIRING, ENDED), List.of(), 0);

        assertThat(broken(seen).link()).isEqualTo(Link.ACCEPTED);
        assertThat(broken(seen).evidence()).containsExactly("Alertmanager http://b: nobody answers there");
        assertThat(DrillJudgement.judge(seen).getLast().result()).isEqualTo(Finding.Result.PASSED);
    }

    @Test
    void nothingIsSaidOfLinksThatItDidNotReach() {
        var findings = DrillJudgement.judge(seen(ROUTING, List.of(AWAY), List.of(), List.of(), 0));

        assertThat(findings.stream().skip(1)).allMatch(finding -> finding.result() == Finding.Result.SKIPPED);
    }

    @Test
    void aSilenceIsNamedWithTheCommandThatEndsIt() {
        var muted = peer(Optional.of(held("suppressed", List.of("s-1"))), 0);

        var finding = broken(seen(ROUTING, List.of(muted), List.of(), List.of(), 0));

        assertThat(finding.link()).isEqualTo(Link.MUTED);
        assertThat(finding.mend().orElseThrow()).contains("amtool silence expire s-1");
    }

    @Test
    void withoutARouteItIsNotPosted() {
        var seen = seen(routing("on-call", true, Duration.ZERO), List.of(SOUND), List.of(), List.of(), 0);

        assertThat(DrillJudgement.comesHere(seen)).isFalse();
        assertThat(broken(seen).link()).isEqualTo(Link.ROUTED);
        assertThat(broken(seen).observed()).contains("on-call");
    }

    @Test
    void aGroupThatMayStillWaitIsNoFaultOfTheWebhook() {
        var finding =
                broken(seen(routing("tocsin", true, Duration.ofMinutes(5)), List.of(SOUND), List.of(), List.of(), 0));

        assertThat(finding.link()).isEqualTo(Link.GROUPED);
        assertThat(finding.mend().orElseThrow()).contains("--within 6m");
    }

    @Test
    void alertsThatWereCutOffMayBeThisOne() {
        assertThat(broken(seen(ROUTING, List.of(SOUND), List.of(), List.of(), 3))
                        .link())
                .isEqualTo(Link.GROUPED);
    }

    @Test
    void wrongCredentialsAreNamed() {
        var refusal = new OwnSeen.Refused(BEGAN.plusSeconds(1), 401, "send Bearer credentials");

        var finding = broken(seen(ROUTING, List.of(peer(SOUND.held(), 2)), List.of(), List.of(refusal), 0));

        assertThat(finding.link()).isEqualTo(Link.DELIVERED);
        assertThat(finding.observed()).contains("401");
        assertThat(finding.mend().orElseThrow()).contains("http_config");
        assertThat(finding.evidence()).hasSize(2);
    }

    @Test
    void aWebhookThatCannotBeReachedIsNamed() {
        var finding = broken(seen(ROUTING, List.of(peer(SOUND.held(), 2)), List.of(), List.of(), 0));

        assertThat(finding.link()).isEqualTo(Link.DELIVERED);
        assertThat(finding.observed()).contains("could not post it");
    }

    @Test
    void postedIntoTheVoidIsNamedToo() {
        assertThat(broken(seen(ROUTING, List.of(SOUND), List.of(), List.of(), 0))
                        .observed())
                .contains("counts no failure");
    }

    @Test
    void anEndThatIsNeverSentIsNamed() {
        var seen = seen(routing("tocsin", false, Duration.ZERO), List.of(SOUND), List.of(FIRING), List.of(), 0);

        assertThat(broken(seen).link()).isEqualTo(Link.RESOLVED);
        assertThat(broken(seen).mend().orElseThrow()).contains("send_resolved: true");
    }

    @Test
    void anEndThatDidNotComeFails() {
        var finding = broken(seen(ROUTING, List.of(SOUND), List.of(FIRING), List.of(), 0));

        assertThat(finding.observed()).isEqualTo("it was not told within 5s");
    }

    @Test
    void whatIsWaitedForFollowsFromTheRoute() {
        var seen = seen(routing("tocsin", true, Duration.ofMinutes(5)), List.of(SOUND), List.of(), List.of(), 0);

        assertThat(DrillJudgement.patience(seen, 3)).isEqualTo(Duration.ofMinutes(6));
    }
}
