package dev.tocsin.lab;

import static dev.tocsin.lab.Sabotage.before;
import static dev.tocsin.lab.Sabotage.built;
import static dev.tocsin.lab.Sabotage.during;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.evidence.Evidence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Breaks the real chain in one way at a time: the verdict is never a pass, and the link that broke is named. */
@Tag(Tier.STACKS)
final class SabotageIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Queue<String> MATRIX = new ConcurrentLinkedQueue<>();

    private static Stream<Sabotage> rules() {
        return Stream.of(
                built("rule missing", "rule", setup -> setup.rules = "groups: []"),
                built(
                        "rule renamed",
                        "rule",
                        setup -> setup.rules = setup.rules.replace("alert: Full", "alert: Fuller")),
                built("threshold unreachable", "rule", setup -> setup.rules = setup.rules.replace("> 0.5", "> 5")),
                built(
                        "expression on a missing series",
                        "series",
                        setup -> setup.rules =
                                setup.rules.replace("pg_settings_max_connections", "pg_settings_most_connections")),
                built(
                        "expression erring at run time",
                        "rule",
                        setup -> setup.rules = setup.rules
                                .replace("on (job, instance) group_left ()", "on ()")
                                .replace("sum by (job, instance) (pg_stat_activity_count)", "pg_stat_activity_count")),
                built("for too long", "pending", setup -> setup.rules = setup.rules.replace("for: 1s", "for: 1h")),
                built("for longer than the deadline of the scenario", "pending", setup -> {
                    setup.rules = setup.rules.replace("for: 1s", "for: 1h");
                    setup.scenario = setup.scenario.replace("fires: { within: @8s@ }", "");
                }),
                built("for longer than the stimulus", "pending", setup -> {
                    setup.rules = setup.rules.replace("for: 1s", "for: @5s@");
                    setup.scenario = setup.scenario.replace("name: flood,", "name: flood, hold: @2s@,");
                }),
                built("wrong severity", "contract", setup -> setup.rules = setup.rules.replace("critical", "warning")),
                built(
                        "severity by a template",
                        "contract",
                        setup -> setup.rules = setup.rules.replace("severity: critical", "severity: '{{ \"low\" }}'")),
                built(
                        "missing annotation",
                        "contract",
                        setup -> setup.rules = setup.rules.replace("summary: it is full", "other: it is full")),
                built(
                        "annotation that is empty",
                        "contract",
                        setup -> setup.rules =
                                setup.rules.replace("summary: it is full", "summary: '{{ $labels.none }}'")),
                built(
                        "another instance expected",
                        "contract",
                        setup -> setup.scenario =
                                setup.scenario.replace("severity=\"critical\"", "instance=\"elsewhere:1\"")),
                built("never resolved", "resolved", setup -> {
                    setup.rules = setup.rules.replace(
                            "pg_settings_max_connections > 0.5",
                            "pg_settings_max_connections > 0.5"
                                    + " or (max_over_time(sum by (job, instance) (pg_stat_activity_count)[10m:1s]) > 50)");
                }));
    }

    private static Stream<Sabotage> scraping() {
        return Stream.of(
                built("metric renamed", "series", setup -> setup.prometheus += """
                                    metric_relabel_configs:
                                      - { source_labels: [__name__], regex: pg_stat_activity_count, target_label: __name__, replacement: other }
                                """),
                before("exporter down", "scrape", bed -> bed.kill("exporter")),
                during("exporter killed half-way", "scrape", bed -> bed.kill("exporter")),
                built(
                        "exporter slow beyond the scrape timeout",
                        "scrape",
                        setup -> setup.prometheus =
                                setup.prometheus.replace("scrape_timeout: 1s", "scrape_timeout: 1ms")),
                built("target dropped by relabelling", "scrape", setup -> setup.prometheus += """
                                    relabel_configs: [{ action: drop, source_labels: [job], regex: postgresql }]
                                """),
                built("scraped too seldom for the deadline", "scrape", setup -> {
                    setup.prometheus = setup.prometheus.replace("scrape_interval: 1s", "scrape_interval: 40s");
                    // Not at the machine's pace: whenever it passes, nothing was scraped since.
                    setup.scenario = setup.scenario.replace("@8s@", "8s");
                }),
                before("Prometheus down", "scrape", bed -> bed.kill("prometheus")),
                during("Prometheus killed half-way", "scrape", bed -> bed.kill("prometheus")),
                new Sabotage(
                        "Prometheus restarted half-way",
                        "delivered",
                        List.of("FAILED", "INCONCLUSIVE", "PASSED"),
                        Bed.Setup::unhurried,
                        _ -> {},
                        bed -> {
                            bed.kill("prometheus");
                            bed.startPrometheus();
                        }));
    }

    private static Stream<Sabotage> sending() {
        return Stream.of(
                built(
                        "Prometheus without Alertmanager",
                        "sent",
                        setup -> setup.prometheus =
                                setup.prometheus.replaceAll("(?s)alerting:.*(?=scrape_configs)", "")),
                built(
                        "wrong Alertmanager address",
                        "sent",
                        setup -> setup.prometheus = setup.prometheus.replace("@ALERTMANAGER@", "@SPARE@")),
                built(
                        "alerts dropped by alert_relabel_configs",
                        "sent",
                        setup -> setup.prometheus = setup.prometheus.replace(
                                "  alertmanagers:",
                                "  alert_relabel_configs: [{ action: drop, source_labels: [alertname], regex: Full }]\n  alertmanagers:")),
                before("Alertmanager down", "accepted", bed -> bed.kill("alertmanager")),
                during("Alertmanager killed half-way", "accepted", bed -> bed.kill("alertmanager")),
                during("Alertmanager restarted half-way", "", bed -> {
                            bed.kill("alertmanager");
                            bed.startAlertmanager();
                        })
                        .rings(),
                built("clock skew, Tocsin behind", "accepted", setup -> setup.clockAhead = Duration.ofMinutes(-10)),
                built("clock skew, Tocsin ahead", "accepted", setup -> setup.clockAhead = Duration.ofMinutes(10)),
                before("alert already firing", "firing", bed -> bed.awaitAlert("firing"))
                        .with(setup -> setup.rules = setup.rules.replace("> 0.5", "> 0")),
                before("alert already pending", "firing", bed -> bed.awaitAlert("pending"))
                        .with(setup -> {
                            setup.rules = setup.rules.replace("> 0.5", "> 0").replace("for: 1s", "for: 50s");
                            setup.scenario = setup.scenario.replace("within: @8s@", "within: 90s");
                        }));
    }

    private static Stream<Sabotage> routing() {
        return Stream.of(
                before("silence by name", "muted", bed -> silence(bed, "alertname", "Full", false)),
                during(
                        "silence by a regular expression set half-way",
                        "muted",
                        bed -> silence(bed, "instance", "127.*", true)),
                built("inhibited", "muted", setup -> {
                    setup.rules += """
                              - alert: Maintenance
                                expr: vector(1)
                        """.indent(0);
                    setup.alertmanager += """
                            inhibit_rules:
                              - { source_matchers: [alertname="Maintenance"], target_matchers: [severity="critical"] }
                            """;
                }),
                built(
                        "muted by a time interval",
                        "muted",
                        setup -> setup.alertmanager = setup.alertmanager.replace(
                                        "  repeat_interval: 1h",
                                        "  repeat_interval: 1h\n  routes: [{ matchers: [alertname=Full], mute_time_intervals: [always] }]")
                                + "time_intervals: [{ name: always, time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }] }]\n"),
                built(
                        "routed to another receiver",
                        "routed",
                        setup -> setup.alertmanager =
                                setup.alertmanager.replace("receiver: tocsin", "receiver: elsewhere")),
                built(
                        "swallowed by an earlier route without continue",
                        "routed",
                        setup -> setup.alertmanager = setup.alertmanager.replace(
                                "  repeat_interval: 1h",
                                "  repeat_interval: 1h\n  routes: [{ matchers: [severity=critical], receiver: elsewhere }, { matchers: [alertname=Full], receiver: tocsin }]")),
                built(
                        "routed away by a label that is known only when it fires",
                        "routed",
                        setup -> setup.alertmanager = setup.alertmanager.replace(
                                "  repeat_interval: 1h",
                                "  repeat_interval: 1h\n  routes: [{ matchers: ['instance=~\"127.*\"'], receiver: elsewhere }]")),
                built(
                        "long group wait",
                        "grouped",
                        setup -> setup.alertmanager = setup.alertmanager.replace("group_wait: 0s", "group_wait: 1h")),
                built("open group with a long group interval", "grouped", setup -> {
                    setup.rules += """
                              - alert: Always
                                expr: vector(1)
                        """.indent(0);
                    setup.alertmanager = setup.alertmanager
                            .replace("[\"...\"]", "[nothing]")
                            .replace("group_interval: 1s", "group_interval: 1h");
                }),
                built(
                        "receiver without send_resolved",
                        "resolved",
                        setup -> setup.alertmanager =
                                setup.alertmanager.replace("send_resolved: true", "send_resolved: false")),
                built("max_alerts", "grouped", setup -> {
                    setup.rules += IntStream.range(0, 3)
                            .mapToObj(i -> "      - { alert: Aaa" + i + ", expr: vector(1), labels: { job: a } }\n")
                            .reduce("", String::concat);
                    setup.alertmanager = setup.alertmanager
                            .replace("[\"...\"]", "[nothing]")
                            .replace("send_resolved: true", "send_resolved: true\n        max_alerts: 1");
                }));
    }

    private static Stream<Sabotage> delivering() {
        return Stream.of(
                built(
                        "webhook credentials wrong",
                        "delivered",
                        setup -> setup.alertmanager = setup.alertmanager.replace("@TOKEN@", "not-the-token")),
                built(
                        "webhook TLS wrong",
                        "delivered",
                        setup -> setup.webhook = setup.webhook.replace("http:", "https:")),
                built(
                        "webhook port closed",
                        "delivered",
                        setup -> setup.webhook = "http://@SPARE@/api/v1/webhooks/alertmanager"),
                built(
                                "stimulus that did not take",
                                "stimulus",
                                setup -> setup.scenario = setup.scenario.replace("fill: 70%", "fill: 99%"))
                        .ends("ERROR"),
                built(
                                "target that does not let Tocsin in",
                                "stimulus",
                                setup -> setup.stressUser = "nobody_of_that_name")
                        .ends("ERROR"),
                before(
                                "database refusing connections",
                                "stimulus",
                                bed -> bed.postgres().kill())
                        .ends("ERROR"),
                built(
                                "stimulus held for a fixed time",
                                "",
                                setup -> setup.scenario =
                                        setup.scenario.replace("name: flood,", "name: flood, hold: @6s@,"))
                        .rings());
    }

    private static Stream<Sabotage> correlating() {
        return Stream.of(
                built("flapping", "", setup -> {
                            setup.rules = setup.rules
                                    .replace("> 0.5", "> 0.5 and on () (vector(time()) % 4 < 2)")
                                    .replace("for: 1s", "for: 0s");
                            setup.scenario = setup.scenario.replace("name: flood,", "name: flood, hold: @9s@,");
                        })
                        .rings(),
                before("second Prometheus under a label of its own", "", SabotageIT::startReplica)
                        .with(setup -> setup.prometheus = replica(setup.prometheus, "a"))
                        .rings(),
                before("second Prometheus that is ahead of the one that is asked", "", SabotageIT::startReplica)
                        .with(setup -> setup.prometheus = replica(setup.prometheus, "a")
                                .replace("evaluation_interval: 1s", "evaluation_interval: 4s"))
                        .rings(),
                before("pair of Alertmanagers", "", SabotageIT::pairUp)
                        .with(setup -> setup.prometheus =
                                setup.prometheus.replace("\"@ALERTMANAGER@\"", "\"@ALERTMANAGER@\", \"@SPARE@\""))
                        .rings());
    }

    static Stream<Sabotage> sabotages() {
        return Tier.oneOfEach(
                Stream.of(rules(), scraping(), sending(), routing(), delivering(), correlating())
                        .flatMap(each -> each),
                Sabotage::link);
    }

    private static String replica(String prometheus, String name) {
        return prometheus.replace("global: {", "global: { external_labels: { replica: " + name + " },");
    }

    private static void startReplica(Bed bed) throws Exception {
        bed.startPrometheus("replica", "@SPARE@", replica(new Bed.Setup().prometheus, "b"));
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> bed.ask("@SPARE@", "/api/v1/targets").toString().contains("\"health\":\"up\""));
    }

    private static void pairUp(Bed bed) throws Exception {
        bed.kill("alertmanager");
        startPeer(bed, "alertmanager", "@ALERTMANAGER@", "@CLUSTER@", "@SPARE2@");
        startPeer(bed, "peer", "@SPARE@", "@SPARE2@", "@CLUSTER@");
        Awaitility.await().ignoreExceptions().until(() -> {
            var cluster = bed.ask("@ALERTMANAGER@", "/api/v2/status").path("cluster");
            return cluster.path("status").asString().equals("ready")
                    && cluster.path("peers").size() == 2;
        });
    }

    private static void startPeer(Bed bed, String name, String address, String own, String other) throws Exception {
        bed.startAlertmanager(
                name,
                address,
                "--cluster.listen-address=" + own,
                "--cluster.peer=" + other,
                "--cluster.peer-timeout=1s",
                "--cluster.settle-timeout=1s");
    }

    private static void silence(Bed bed, String label, String value, boolean regex) throws Exception {
        bed.post("/api/v2/silences", """
                {"matchers":[{"name":"%s","value":"%s","isRegex":%b,"isEqual":true}],"startsAt":"%s","endsAt":"%s",
                "createdBy":"ada","comment":"a sabotage"}
                """.formatted(
                        label, value, regex, Instant.now(), Instant.now().plusSeconds(3600)));
        Awaitility.await()
                .until(() ->
                        bed.ask("@ALERTMANAGER@", "/api/v2/silences").toString().contains("\"active\""));
    }

    @ParameterizedTest
    @MethodSource("sabotages")
    @Execution(ExecutionMode.CONCURRENT)
    void isNeverAPassAndNamed(Sabotage sabotage) throws Exception {
        var setup = new Bed.Setup();
        sabotage.setUp().change(setup);
        judged(sabotage, setup);
    }

    /** A proxy that answers in the place of the webhook. */
    @ParameterizedTest
    @MethodSource("doors")
    @Execution(ExecutionMode.CONCURRENT)
    void isNamedBehindADoor(Sabotage sabotage, Door door) throws Exception {
        try (var front = door.open()) {
            var setup = new Bed.Setup();
            var direct = setup.webhook;
            front.before(setup);
            sabotage.setUp().change(setup);
            judged(
                    new Sabotage(
                            sabotage.name(),
                            sabotage.link(),
                            sabotage.verdicts(),
                            sabotage.setUp(),
                            bed -> front.leadTo(bed.filled(direct)),
                            sabotage.during()),
                    setup);
        }
    }

    /** Opens the proxy that a test needs. */
    interface Door {
        FrontDoor open() throws Exception;
    }

    static Stream<Arguments> doors() {
        var doors = Stream.of(
                door(built("webhook answering 500 for a while", "", _ -> {}).rings(), () -> FrontDoor.refusing(2, 500)),
                door(built("webhook answering 500 for ever", "delivered", _ -> {}), () -> FrontDoor.refusing(999, 500)),
                door(built("webhook answering 400", "delivered", _ -> {}), () -> FrontDoor.refusing(999, 400)),
                door(
                        built("webhook answering after the timeout", "delivered", _ -> {}),
                        () -> FrontDoor.refusing(999, 0)),
                door(
                        built("custom payload", "delivered", _ -> {}),
                        () -> FrontDoor.rewriting(body -> "{\"text\":\"an alert rang\"}")));
        return Tier.oneOfEach(doors, _ -> "a door");
    }

    private static Arguments door(Sabotage sabotage, Door door) {
        return Arguments.of(sabotage, door);
    }

    private static void judged(Sabotage sabotage, Bed.Setup setup) throws Exception {
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            sabotage.before().on(bed);
            var run = bed.begin();
            Awaitility.await().until(() -> bed.ended(run) || bed.began(run));
            sabotage.during().on(bed);
            var evidence = bed.awaitEvidence(run);
            var verdict = JSON.readTree(Files.readAllBytes(evidence.resolve(Evidence.VERDICT)));
            var link = link(verdict);
            var right = sabotage.verdicts().contains(verdict.path("verdict").asString())
                    && (link.equals(sabotage.link())
                            || verdict.path("verdict").asString().equals("PASSED"));
            MATRIX.add("| %s | %s | %s | %s | %s |"
                    .formatted(
                            sabotage.name(),
                            verdict.path("verdict").asString(),
                            link,
                            sabotage.link(),
                            right ? "right" : "WRONG"));

            assertThat(Evidence.judge(evidence).verdict().name())
                    .isEqualTo(verdict.path("verdict").asString());
            assertThat(verdict.path("verdict").asString())
                    .as(verdict.path("reasons").toString())
                    .isIn(sabotage.verdicts());
            assertThat(right)
                    .as("%s, not %s: %s", link, sabotage.link(), verdict.path("checks"))
                    .isTrue();
        }
    }

    private static String link(JsonNode verdict) {
        return verdict.path("checks")
                .valueStream()
                .map(check -> check.path("brokeAt").asString(""))
                .filter(link -> !link.isEmpty())
                .findFirst()
                .orElse("");
    }

    @AfterAll
    static void writeMatrix() throws Exception {
        Files.write(
                Path.of("target/sabotage-matrix.md"),
                Stream.concat(
                                Stream.of(
                                        "| sabotage | verdict | link named | link wanted | |", "|---|---|---|---|---|"),
                                MATRIX.stream().sorted())
                        .toList());
    }
}
