package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Breaks one wire of a real chain at a time: the doctor names it, or the drill does, with the link and what to do. */
@Execution(ExecutionMode.CONCURRENT)
final class DoctorIT {
    private static final String ALWAYS = "time_intervals: [{ name: always, time_intervals: [{ times:"
            + " [{ start_time: '00:00', end_time: '24:00' }] }] }]\n";

    /**
     * One broken wire.
     *
     * @param link the link that must be named
     * @param check a part of the name of the check that must fail
     * @param mend a part of what must be told to do
     */
    record Broken(String name, String link, String check, String mend, Sabotage.SetUp setUp, Sabotage.Act act) {
        static Broken built(String name, String link, String check, String mend, Sabotage.SetUp setUp) {
            return new Broken(name, link, check, mend, setUp, _ -> {});
        }

        static Broken running(String name, String link, String check, String mend, Sabotage.Act act) {
            return new Broken(name, link, check, mend, _ -> {}, act);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Test
    void aSoundChainPassesAndItsDrillIsDeliveredAndResolved() throws Exception {
        try (var bed = new Bed(new Bed.Setup())) {
            bed.awaitReady();

            var wires = bed.doctor();
            assertThat(wires.path("result").asString())
                    .as(wires.toPrettyString())
                    .isEqualTo("passed");
            assertThat(results(wires)).containsOnly("passed");

            var drill = bed.drill(Map.of());
            assertThat(drill.path("result").asString())
                    .as(drill.toPrettyString())
                    .isEqualTo("passed");
            assertThat(results(drill)).hasSize(6).containsOnly("passed");
            assertThat(finding(drill, "delivered here").path("seconds").isNumber())
                    .isTrue();
            assertThat(bed.ask("@ALERTMANAGER@", "/api/v2/alerts").toString()).doesNotContain("TocsinDrill");
        }
    }

    static Stream<Broken> wires() {
        var wires = Stream.of(
                Broken.running(
                        "Prometheus down",
                        "scrape",
                        "Prometheus: answers",
                        "NetworkPolicy",
                        bed -> bed.kill("prometheus")),
                Broken.running(
                        "Alertmanager down",
                        "accepted",
                        "Alertmanager: answers",
                        "/-/ready",
                        bed -> bed.kill("alertmanager")),
                Broken.built(
                        "wrong Alertmanager address in Prometheus",
                        "sent",
                        "sends to the Alertmanagers configured here",
                        "alerting.alertmanagers",
                        setup -> setup.prometheus = setup.prometheus.replace("@ALERTMANAGER@", "@SPARE@")),
                Broken.built(
                        "Prometheus without Alertmanager",
                        "sent",
                        "knows an Alertmanager",
                        "alerting.alertmanagers",
                        setup -> setup.prometheus =
                                setup.prometheus.replaceAll("(?s)alerting:.*(?=scrape_configs)", "")),
                Broken.built(
                        "no receiver",
                        "routed",
                        "a receiver leads here",
                        "webhook_config",
                        setup -> setup.alertmanager =
                                setup.alertmanager.replaceAll("(?s)    webhook_configs:.*(?=  - name: elsewhere)", "")),
                Broken.built(
                        "no route",
                        "routed",
                        "a route leads to it",
                        "receiver: tocsin",
                        setup -> setup.alertmanager =
                                setup.alertmanager.replace("receiver: tocsin", "receiver: elsewhere")),
                Broken.built(
                        "swallowed by an earlier route",
                        "routed",
                        "scenario sabotage",
                        "amtool config routes test",
                        setup -> setup.alertmanager = setup.alertmanager.replace(
                                "  repeat_interval: 1h",
                                "  repeat_interval: 1h\n  routes: [{ matchers: [severity=critical], receiver: elsewhere }]")),
                Broken.running(
                        "silenced",
                        "muted",
                        "scenario sabotage",
                        "amtool silence expire",
                        bed -> silence(bed, "alertname", "Full")),
                Broken.built(
                        "muted by a time interval",
                        "muted",
                        "scenario sabotage",
                        "mute_time_intervals",
                        DoctorIT::muteAlways),
                Broken.built(
                        "send_resolved false",
                        "resolved",
                        "send_resolved",
                        "send_resolved: true",
                        setup -> setup.alertmanager =
                                setup.alertmanager.replace("send_resolved: true", "send_resolved: false")),
                Broken.built(
                        "max_alerts",
                        "grouped",
                        "max_alerts is 0",
                        "max_alerts: 0",
                        setup -> setup.alertmanager = setup.alertmanager.replace(
                                "send_resolved: true", "send_resolved: true\n        max_alerts: 1")),
                Broken.built(
                        "wrong password",
                        "stimulus",
                        "PostgreSQL answers",
                        "passwordFile",
                        setup -> setup.tocsin = setup.tocsin.replace("@PASSWORDFILE@", "@TOKENFILE@")),
                Broken.built(
                        "target not reachable",
                        "stimulus",
                        "PostgreSQL answers",
                        "psql",
                        setup -> setup.tocsin =
                                setup.tocsin.replace("host: 127.0.0.1, port: @POSTGRES@", "host: 127.0.0.1, port: 1")),
                Broken.built(
                        "target not opted in",
                        "stimulus",
                        "opted in",
                        "optedIn: true",
                        setup -> setup.tocsin = setup.tocsin.replace("optedIn: true", "optedIn: false")),
                Broken.built(
                        "rule with an error",
                        "rule",
                        "rules can be evaluated",
                        "promtool query instant",
                        setup -> setup.rules = setup.rules
                                .replace("on (job, instance) group_left ()", "on ()")
                                .replace("sum by (job, instance) (pg_stat_activity_count)", "pg_stat_activity_count")),
                Broken.built(
                        "no rules", "rule", "rules are loaded", "ruleSelector", setup -> setup.rules = "groups: []"),
                Broken.running("exporter down", "scrape", "scenario sabotage", "/metrics", bed -> {
                    bed.kill("exporter");
                    Awaitility.await()
                            .until(() -> bed.ask("@PROMETHEUS@", "/api/v1/query?query=up")
                                    .toString()
                                    .contains(",\"0\"]"));
                }),
                Broken.built(
                        "clocks apart",
                        "accepted",
                        "clock",
                        "chronyc",
                        setup -> setup.clockAhead = Duration.ofMinutes(10)));
        return Tier.oneOfEach(wires, Broken::link);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void aBrokenWireIsNamed(Broken broken) throws Exception {
        var setup = new Bed.Setup();
        broken.setUp().change(setup);
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            broken.act().on(bed);

            isNamed(broken, bed.doctor());
        }
    }

    static Stream<Broken> drills() {
        var drills = Stream.of(
                Broken.running(
                        "Alertmanager down",
                        "accepted",
                        "takes it in",
                        "see that it runs",
                        bed -> bed.kill("alertmanager")),
                Broken.running(
                        "silenced",
                        "muted",
                        "nothing mutes it",
                        "amtool silence expire",
                        bed -> silence(bed, "severity", "none")),
                Broken.built(
                        "muted by a time interval",
                        "muted",
                        "nothing mutes it",
                        "mute_time_intervals",
                        DoctorIT::muteAlways),
                Broken.built(
                        "no route",
                        "routed",
                        "a route brings it here",
                        "amtool config routes test",
                        setup -> setup.alertmanager =
                                setup.alertmanager.replace("receiver: tocsin", "receiver: elsewhere")),
                Broken.built(
                        "long group wait",
                        "grouped",
                        "its group is sent",
                        "--within",
                        setup -> setup.alertmanager = setup.alertmanager.replace("group_wait: 0s", "group_wait: 5m")),
                Broken.built(
                        "wrong webhook credentials",
                        "delivered",
                        "it is delivered here",
                        "http_config",
                        setup -> setup.alertmanager = setup.alertmanager.replace("@TOKEN@", "wrong")),
                Broken.built(
                        "webhook at a port where nobody listens",
                        "delivered",
                        "it is delivered here",
                        "Notify for alerts failed",
                        setup -> setup.webhook = "http://127.0.0.1:1/api/v1/webhooks/alertmanager"),
                Broken.built(
                        "send_resolved false",
                        "resolved",
                        "its end is delivered",
                        "send_resolved: true",
                        setup -> setup.alertmanager =
                                setup.alertmanager.replace("send_resolved: true", "send_resolved: false")));
        return Tier.oneOfEach(drills, Broken::link);
    }

    @ParameterizedTest
    @MethodSource("drills")
    void aDrillTellsWhereItWasLostAndIsOver(Broken broken) throws Exception {
        var setup = new Bed.Setup();
        broken.setUp().change(setup);
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            broken.act().on(bed);

            isNamed(broken, bed.drill(Map.of("within", setup.pace.filled("@5s@"))));

            if (!broken.link().equals("accepted")) {
                assertThat(bed.ask("@ALERTMANAGER@", "/api/v2/alerts").toString())
                        .doesNotContain("TocsinDrill");
            }
        }
    }

    @Test
    void aDrillTakesTheLabelsThatTheRouteAsksFor() throws Exception {
        var setup = new Bed.Setup();
        setup.alertmanager = setup.alertmanager
                .replaceFirst("receiver: tocsin", "receiver: elsewhere")
                .replace(
                        "  repeat_interval: 1h",
                        "  repeat_interval: 1h\n  routes: [{ matchers: ['team=~\"db|dba\"'], receiver: tocsin }]");
        try (var bed = new Bed(setup)) {
            bed.awaitReady();

            var drill = bed.drill(Map.of());

            assertThat(drill.path("result").asString())
                    .as(drill.toPrettyString())
                    .isEqualTo("passed");
            assertThat(drill.path("labels").path("team").asString()).isEqualTo("db");
        }
    }

    @Test
    void aDrillIsEndedWhenNobodyWaitsForIt() throws Exception {
        var setup = new Bed.Setup();
        setup.alertmanager = setup.alertmanager.replace("group_wait: 0s", "group_wait: 5m");
        try (var bed = new Bed(setup);
                var http = HttpClient.newHttpClient()) {
            bed.awaitReady();
            var request = HttpRequest.newBuilder(
                            URI.create(bed.filled("http://127.0.0.1:@TOCSIN@/api/v1/doctor/drill")))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            var waiting = http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
            Awaitility.await()
                    .until(() -> bed.ask("@ALERTMANAGER@", "/api/v2/alerts")
                            .toString()
                            .contains("TocsinDrill"));
            assertThatThrownBy(() -> bed.drill(Map.of())).hasMessageContaining("A drill is going on");

            waiting.cancel(true);

            // Long before it would end by itself.
            Awaitility.await()
                    .until(() -> !bed.ask("@ALERTMANAGER@", "/api/v2/alerts")
                            .toString()
                            .contains("TocsinDrill"));
        }
    }

    @Test
    void aDrillIsPostedToEveryPeerOfAPair() throws Exception {
        var setup = new Bed.Setup();
        setup.tocsin = setup.tocsin.replace(
                "[{ url: \"http://@ALERTMANAGER@\" }]",
                "[{ url: \"http://@ALERTMANAGER@\" }, { url: \"http://@SPARE@\" }]");
        setup.prometheus = setup.prometheus.replace("\"@ALERTMANAGER@\"", "\"@ALERTMANAGER@\", \"@SPARE@\"");
        try (var bed = new Bed(setup)) {
            bed.kill("alertmanager");
            bed.startAlertmanager(
                    "alertmanager",
                    "@ALERTMANAGER@",
                    "--cluster.listen-address=@CLUSTER@",
                    "--cluster.gossip-interval=50ms");
            bed.startAlertmanager(
                    "second",
                    "@SPARE@",
                    "--cluster.listen-address=@SPARE2@",
                    "--cluster.peer=@CLUSTER@",
                    "--cluster.gossip-interval=50ms");
            bed.awaitReady();
            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> bed.ask("@SPARE@", "/api/v2/status")
                                    .at("/cluster/peers")
                                    .size()
                            == 2);

            var wires = bed.doctor();
            assertThat(wires.path("result").asString())
                    .as(wires.toPrettyString())
                    .isEqualTo("passed");
            assertThat(results(wires)).containsOnly("passed");

            var drill = bed.drill(Map.of());
            assertThat(drill.path("result").asString())
                    .as(drill.toPrettyString())
                    .isEqualTo("passed");
            assertThat(finding(drill, "takes it in").path("observed").asString())
                    .isEqualTo("by all 2");
            assertThat(finding(drill, "delivered here").path("observed").asString())
                    .containsAnyOf("once", "2 times");
        }
    }

    private static void isNamed(Broken broken, JsonNode document) {
        assertThat(document.path("result").asString())
                .as(document.toPrettyString())
                .isEqualTo("failed");
        assertThat(document.path("findings").valueStream())
                .as(document.toPrettyString())
                .anySatisfy(finding -> {
                    assertThat(finding.path("result").asString()).isEqualTo("failed");
                    assertThat(finding.path("name").asString()).contains(broken.check());
                    assertThat(finding.path("link").asString()).isEqualTo(broken.link());
                    assertThat(finding.path("mend").asString()).contains(broken.mend());
                });
        assertThat(document.path("brokeAt").asString())
                .as(document.toPrettyString())
                .isEqualTo(broken.link());
    }

    private static List<String> results(JsonNode document) {
        return document.path("findings")
                .valueStream()
                .map(finding -> finding.path("result").asString())
                .toList();
    }

    private static JsonNode finding(JsonNode document, String name) {
        return document.path("findings")
                .valueStream()
                .filter(finding -> finding.path("name").asString().contains(name))
                .findFirst()
                .orElseThrow();
    }

    private static void muteAlways(Bed.Setup setup) {
        setup.alertmanager = setup.alertmanager.replace(
                        "  repeat_interval: 1h",
                        "  repeat_interval: 1h\n  routes: [{ matchers: ['alertname=~\".+\"'], mute_time_intervals: [always] }]")
                + ALWAYS;
    }

    private static void silence(Bed bed, String label, String value) throws Exception {
        bed.post("/api/v2/silences", """
                {"matchers":[{"name":"%s","value":"%s","isRegex":false,"isEqual":true}],"startsAt":"%s","endsAt":"%s",
                "createdBy":"ada","comment":"a sabotage"}
                """.formatted(
                        label, value, Instant.now(), Instant.now().plusSeconds(3600)));
        Awaitility.await()
                .until(() ->
                        bed.ask("@ALERTMANAGER@", "/api/v2/silences").toString().contains("\"active\""));
    }
}
