package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Pace;
import dev.tocsin.domain.alert.Alert;
import dev.tocsin.domain.alert.Notification;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.verdict.Check;
import dev.tocsin.domain.verdict.Verdict;
import dev.tocsin.lab.Wire.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a real Alertmanager does with alerts, and what the fold and the judge make of it; by the rows of the golden cases. */
@Execution(ExecutionMode.CONCURRENT)
final class CorrelationIT {
    private static final String BUSY = "Busy";
    private static final String OTHER = "Other";

    /** A route and the rest of the webhook, each in YAML's flow style. */
    private static String config(String route, String webhook) {
        return """
                route: { receiver: tocsin, %s }
                receivers: [{ name: tocsin, webhook_configs: [{ url: "@WEBHOOK@", %s }] }]
                """.formatted(route, webhook);
    }

    private static String config(String route) {
        return config(route, "send_resolved: true");
    }

    private static boolean lists(Notification notification, String name, Alert.Status status) {
        return notification.alerts().stream()
                .anyMatch(alert ->
                        alert.status() == status && alert.labels().alertname().equals(name));
    }

    private static boolean told(List<Notification> heard, String name, Alert.Status status) {
        return heard.stream().anyMatch(notification -> lists(notification, name, status));
    }

    private static Check check(Verdict verdict, Check.Family family) {
        return verdict.checks().stream()
                .filter(check -> check.family() == family)
                .findFirst()
                .orElseThrow();
    }

    private static void passed(Verdict verdict) {
        assertThat(verdict.conclusion()).as("%s", verdict).contains(Conclusion.PASSED);
    }

    /** Row 1. */
    @Test
    void onePostListsEveryAlertOfItsGroup() throws Exception {
        try (var wire = Wire.of(config("group_by: [none], group_wait: 1s, group_interval: 1s, repeat_interval: 1h"))) {
            wire.begin("30s");
            wire.post(0, Told.fires(BUSY, Instant.now()), Told.fires(OTHER, Instant.now()));
            wire.await(heard -> told(heard, BUSY, Alert.Status.FIRING) && told(heard, OTHER, Alert.Status.FIRING));
            wire.fire("Third", Instant.now());
            wire.await(heard -> told(heard, "Third", Alert.Status.FIRING));

            assertThat(wire.heard().getLast().alerts()).hasSize(3);
            assertThat(wire.run().episodes().all()).hasSize(3);
            assertThat(wire.run().retellings().all()).isEmpty();
        }
    }

    /** Rows 4 and 5. */
    @Test
    void repeatsCountOnce() throws Exception {
        try (var wire = Wire.of(config("group_wait: 0s, group_interval: 1s, repeat_interval: 1s"))) {
            wire.begin("30s");
            var start = Instant.now();
            wire.fire(BUSY, start);
            wire.await(heard -> heard.size() >= 3);
            wire.release();
            wire.resolve(BUSY, start);
            wire.await(heard -> told(heard, BUSY, Alert.Status.RESOLVED));
            var verdict = wire.end();

            passed(verdict);
            assertThat(wire.run().episodes().all()).hasSize(1);
            assertThat(verdict.warnings()).anyMatch(line -> line.contains("repeat_interval"));
        }
    }

    /** Row 6: it fires again before its end was due. */
    @Test
    void aStartFromBeforeTheRunIsKept() throws Exception {
        try (var wire = Wire.of(config("group_wait: 0s, group_interval: 1s, repeat_interval: 1s"))) {
            wire.post(0, BUSY, Instant.now().minusSeconds(60), Instant.now().plusSeconds(300));
            wire.await(heard -> told(heard, BUSY, Alert.Status.FIRING));
            wire.begin("30s");
            wire.fire(BUSY, Instant.now());
            var before = wire.heard().size();
            wire.await(heard -> heard.size() >= before + 2);

            assertThat(check(wire.end(Duration.ofSeconds(60)), Check.Family.FIRES)
                            .reason())
                    .isEqualTo("AlreadyFiring");
        }
    }

    /** Rows 6 and 15: a replica that was a little earlier. */
    @Test
    void anEarlierStartIsTheSameAlert() throws Exception {
        try (var wire = Wire.of(config("group_wait: 0s, group_interval: 1s, repeat_interval: 1s"))) {
            wire.begin("30s");
            var earlier = Instant.now();
            var later = earlier.plusMillis(900);
            wire.post(0, BUSY, later, later.plusSeconds(300));
            wire.await(heard -> told(heard, BUSY, Alert.Status.FIRING));
            wire.post(0, BUSY, earlier, later.plusSeconds(290));
            wire.await(heard -> wire.run().episodes().all().size() == 2);
            wire.release();
            wire.resolve(BUSY, earlier);
            wire.await(heard -> told(heard, BUSY, Alert.Status.RESOLVED));

            passed(wire.end());
        }
    }

    /** Row 7. */
    @Test
    void callsResolvedWhatItNoLongerHearsOf() throws Exception {
        try (var wire = Wire.of(config("group_wait: 0s, group_interval: 1s, repeat_interval: 1h"))) {
            wire.begin("30s");
            var start = Instant.now();
            wire.post(0, BUSY, start, start.plus(Pace.scaled(Duration.ofSeconds(3))));
            wire.await(heard -> told(heard, BUSY, Alert.Status.RESOLVED));

            assertThat(wire.run().episodes().all())
                    .singleElement()
                    .satisfies(
                            episode -> assertThat(episode.ended().orElseThrow()).isAfter(start));
        }
    }

    /** Row 8. The other alert's group begins later, so when it was told, the wait of the first is over. */
    @Test
    void neverTellsWhatEndsWithinTheGroupWait() throws Exception {
        try (var wire =
                Wire.of(config("group_by: [alertname], group_wait: 2s, group_interval: 1s, repeat_interval: 1h"))) {
            wire.begin("30s");
            var start = Instant.now();
            wire.post(0, Told.fires(BUSY, start), new Told(BUSY, start, Wire.passed(start, Duration.ofMillis(1))));
            wire.fire(OTHER, Instant.now());
            wire.await(heard -> told(heard, OTHER, Alert.Status.FIRING));

            assertThat(wire.run().episodes().all()).hasSize(1);
            assertThat(check(wire.end(Duration.ofSeconds(60)), Check.Family.FIRES)
                            .reason())
                    .isEqualTo("NotDelivered");
        }
    }

    /** Row 9. */
    @Test
    void tellsOnlyTheEndInAnOpenGroup() throws Exception {
        try (var wire = Wire.of(config("group_by: [none], group_wait: 0s, group_interval: 3s, repeat_interval: 1h"))) {
            wire.begin("30s");
            wire.fire(OTHER, Instant.now());
            wire.await(heard -> told(heard, OTHER, Alert.Status.FIRING));
            var start = Instant.now();
            wire.post(0, Told.fires(BUSY, start), new Told(BUSY, start, Wire.passed(start, Duration.ofMillis(1))));
            wire.release();
            wire.await(heard -> told(heard, BUSY, Alert.Status.RESOLVED));
            var verdict = wire.end();

            passed(verdict);
            assertThat(verdict.warnings()).anyMatch(line -> line.contains("only ever delivered as resolved"));
        }
    }

    /** Row 10. */
    @Test
    void neverTellsTheEndWithoutSendResolved() throws Exception {
        try (var wire = Wire.of(config(
                "group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h",
                "send_resolved: false"))) {
            wire.begin("30s");
            var start = Instant.now();
            wire.fire(BUSY, start);
            wire.await(heard -> told(heard, BUSY, Alert.Status.FIRING));
            wire.release();
            wire.resolve(BUSY, start);
            var resolves = check(wire.end(Duration.ofSeconds(90)), Check.Family.RESOLVES);

            assertThat(resolves.result()).isEqualTo(Check.Result.FAILED);
            assertThat(resolves.evidence()).anyMatch(line -> line.contains("send_resolved: false"));
        }
    }

    /** Row 14: neither can know in time that the other has told it, for the answer comes when both have asked. */
    @Test
    void aPairTellsTwice() throws Exception {
        try (var wire = Wire.pair(config("group_wait: 0s, group_interval: 2m, repeat_interval: 1h"))) {
            var both = new CountDownLatch(2);
            wire.answering(_ -> {
                both.countDown();
                return both.await(100, TimeUnit.SECONDS) ? 204 : 503;
            });
            wire.begin("30s");
            var start = Instant.now();
            wire.fire(0, BUSY, start);
            wire.fire(1, BUSY, start);
            wire.await(heard -> heard.size() == 2);
            var verdict = wire.end();

            assertThat(wire.run().episodes().all()).hasSize(1);
            assertThat(check(verdict, Check.Family.FIRES).result()).isEqualTo(Check.Result.PASSED);
            assertThat(verdict.warnings())
                    .anyMatch(line -> line.contains("1 notification told") && line.contains("2 Alertmanagers"));
        }
    }

    /** Row 16: the alerts are cut in the order of their labels. */
    @Test
    void cutsAlertsOff() throws Exception {
        try (var wire = Wire.of(config(
                "group_by: [none], group_wait: 1s, group_interval: 1s, repeat_interval: 1h",
                "send_resolved: true, max_alerts: 1"))) {
            wire.begin("30s");
            wire.post(0, Told.fires("Aaa", Instant.now()), Told.fires(BUSY, Instant.now()));
            wire.await(heard -> heard.stream().anyMatch(notification -> notification.truncatedAlerts() > 0));

            assertThat(check(wire.end(Duration.ofSeconds(60)), Check.Family.FIRES)
                            .reason())
                    .isEqualTo("Truncated");
        }
    }

    /** Row 22: that it began anew is no news for Alertmanager, so only the end of it is told. */
    @Test
    void anAlertThatFlapsEndsWithItsLastEpisode() throws Exception {
        try (var wire = Wire.of(config("group_wait: 0s, group_interval: 3s, repeat_interval: 1h"))) {
            wire.begin("30s");
            var first = Instant.now();
            wire.fire(BUSY, first);
            wire.await(heard -> told(heard, BUSY, Alert.Status.FIRING));
            var ended = Wire.passed(first, Duration.ofMillis(1));
            var second = Wire.passed(ended, Duration.ofMillis(1));
            wire.release();
            wire.post(
                    0,
                    new Told(BUSY, first, ended),
                    Told.fires(BUSY, second),
                    new Told(BUSY, second, Wire.passed(second, Duration.ofMillis(1))));
            wire.await(heard -> told(heard, BUSY, Alert.Status.RESOLVED));
            var verdict = wire.end();

            passed(verdict);
            assertThat(verdict.warnings()).anyMatch(line -> line.contains("flapped"));
        }
    }

    /** Rows 3 and 23. */
    @Test
    void tellsAgainWhatItForgotWhenItWasKilled() throws Exception {
        try (var wire = Wire.of(config("group_wait: 0s, group_interval: 1s, repeat_interval: 1h"))) {
            wire.begin("30s");
            var start = Instant.now();
            wire.fire(BUSY, start);
            wire.await(heard -> told(heard, BUSY, Alert.Status.FIRING));
            wire.look();
            wire.kill(0);
            wire.start(0);
            wire.look();
            wire.fire(BUSY, start);
            wire.await(heard -> heard.size() == 2);
            var verdict = wire.end();

            assertThat(wire.run().episodes().all()).hasSize(1);
            assertThat(verdict.warnings()).anyMatch(line -> line.contains("after Alertmanager had restarted"));
        }
    }

    /**
     * Row 24: of two receivers the one is held up, and the other has an open group and tells only the end. That group does not
     * flush while its first notification waits for an answer, which it gets when the alert has ended.
     */
    @Test
    void theNewsThatItFiresMayComeLast() throws Exception {
        try (var wire = Wire.of("""
                route:
                  receiver: slow
                  group_wait: 0s
                  group_interval: 2m
                  repeat_interval: 1h
                  routes:
                    - { receiver: slow, matchers: [alertname="Busy"], continue: true }
                    - { receiver: quick, group_by: [none], group_interval: 1s }
                receivers:
                  - { name: slow, webhook_configs: [{ url: "@WEBHOOK@" }] }
                  - { name: quick, webhook_configs: [{ url: "@WEBHOOK@" }] }
                """)) {
            var opened = new CountDownLatch(1);
            var held = new CountDownLatch(1);
            var ended = new CountDownLatch(1);
            var endTold = new CountDownLatch(1);
            wire.answering(notification -> {
                if (notification.receiver().equals("slow")) {
                    held.countDown();
                    return endTold.await(100, TimeUnit.SECONDS) ? 204 : 503;
                }
                opened.countDown();
                return ended.await(100, TimeUnit.SECONDS) ? 204 : 503;
            });
            wire.begin("30s");
            wire.fire(OTHER, Instant.now());
            assertThat(opened.await(100, TimeUnit.SECONDS)).isTrue();
            var start = Instant.now();
            wire.fire(BUSY, start);
            assertThat(held.await(100, TimeUnit.SECONDS)).isTrue();
            wire.release();
            wire.resolve(BUSY, start);
            ended.countDown();
            wire.await(heard -> told(heard, BUSY, Alert.Status.RESOLVED));
            endTold.countDown();
            wire.await(heard -> told(heard, BUSY, Alert.Status.FIRING));
            var verdict = wire.end();

            passed(verdict);
            assertThat(verdict.warnings()).anyMatch(line -> line.contains("do not come in order"));
        }
    }

    /** Row 25: 5xx is tried again, and so it comes late for our fault. */
    @Test
    void comesLateWhenItCouldNotBeStored() throws Exception {
        try (var wire = Wire.of(config("group_wait: 0s, group_interval: 10s, repeat_interval: 1h"))) {
            var within = Pace.scaled(Duration.ofMillis(300));
            wire.begin(within.toMillis() + "ms");
            var due = Instant.now().plus(within);
            // On a slow machine the first notification may come when it is late already.
            var refused = new AtomicBoolean();
            wire.answering(_ -> !refused.getAndSet(true) || Instant.now().isBefore(due) ? 503 : 204);
            wire.fire(BUSY, Instant.now());
            wire.await(heard -> told(heard, BUSY, Alert.Status.FIRING));
            var fires = check(wire.end(), Check.Family.FIRES);

            assertThat(fires.reason()).isEqualTo("ReceiverUnavailable");
            assertThat(fires.result()).isEqualTo(Check.Result.INCONCLUSIVE);
        }
    }

    /** Row 25: 429 is not tried again, and what has ended by the next flush is lost for ever. */
    @Test
    void isLostWhenItWasTurnedAwayAndHasEnded() throws Exception {
        try (var wire =
                Wire.of(config("group_by: [alertname], group_wait: 0s, group_interval: 2s, repeat_interval: 1h"))) {
            var asked = new CountDownLatch(1);
            var ended = new CountDownLatch(1);
            wire.answering(_ -> {
                if (ended.getCount() == 0) {
                    return 204;
                }
                asked.countDown();
                ended.await(100, TimeUnit.SECONDS);
                return 429;
            });
            wire.begin("30s");
            var start = Instant.now();
            wire.fire(BUSY, start);
            assertThat(asked.await(100, TimeUnit.SECONDS)).isTrue();
            wire.resolve(BUSY, start);
            ended.countDown();
            wire.await(_ -> !wire.run().refusals().isEmpty());
            wire.fire(OTHER, Instant.now());
            wire.await(heard -> told(heard, OTHER, Alert.Status.FIRING));
            wire.resolve(OTHER, Instant.now().minusMillis(1));
            wire.await(heard -> told(heard, OTHER, Alert.Status.RESOLVED));

            assertThat(wire.run().episodes().all())
                    .noneMatch(episode -> episode.labels().alertname().equals(BUSY));
            assertThat(wire.run().refusals()).hasSize(1);
        }
    }
}
