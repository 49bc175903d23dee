package dev.tocsin.http;

import static dev.tocsin.domain.coverage.TriedRun.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.coverage.TriedRun;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.http.Contract.Operation;
import dev.tocsin.journal.FileJournal;
import dev.tocsin.observe.RulesServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What is known of the loaded rules follows from the journal, and is nothing where the rules are not known. */
final class CoverageTest {
    private static final String COVERAGE = "/api/v1/coverage";
    private static final Contract CONTRACT = new Contract();
    private static final Rule PROVEN = rule("SomeAlert", "pg_busy > 1", Map.of("severity", "critical"));
    private static final Rule NEVER_RUN = rule("AnotherAlert", "pg_busy > 9", Map.of());

    @TempDir
    private Path home;

    /** Writes down a run that began a while ago and that the rule passed. */
    private void prove(Duration ago) throws Exception {
        var fired = Labels.of(Map.of(Labels.ALERTNAME, "SomeAlert", "instance", "pg-0:9187", "severity", "critical"));
        var run = new TriedRun(Instant.now().minus(ago).truncatedTo(ChronoUnit.SECONDS), Mode.PROOF, "SomeAlert")
                .floods()
                .sees(8, rule("SomeAlert", "pg_busy > 1", Map.of("severity", "critical"), fired))
                .delivers(8, fired)
                .ends(9)
                .at(9, new Fact.VerdictReached(TriedRun.RUN, Conclusion.INCONCLUSIVE, 1, 1));
        var now = new AtomicReference<>(Instant.EPOCH);
        try (var journal = new FileJournal(home.resolve("data"), now::get)) {
            for (var recorded : run.facts()) {
                now.set(recorded.at());
                var _ = journal.append(recorded.fact()).await();
            }
        }
    }

    private RealService start(RulesServer prometheus) throws Exception {
        return RealService.start(home, config -> config + prometheus.line(), () -> {
            throw new AssertionError("nothing here needs a cluster");
        });
    }

    private static JsonNode coverage(RealService service) throws Exception {
        var answer = service.get(COVERAGE);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var document = RealService.json(answer);
        assertThat(CONTRACT.mistakes(new Operation(COVERAGE, "get"), 200, "application/json", document))
                .as(answer.body())
                .isEmpty();
        return document;
    }

    private static String metrics(RealService service) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            HttpResponse<String> scrape = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.managementPort() + "/metrics"))
                            .build(),
                    BodyHandlers.ofString());
            return scrape.body();
        }
    }

    private static void awaitMetric(RealService service, String line) {
        Awaitility.await().untilAsserted(() -> assertThat(metrics(service)).contains(line));
    }

    @Test
    void aProofSurvivesEveryRestart() throws Exception {
        prove(Duration.ofDays(1));
        try (var prometheus = new RulesServer(PROVEN, NEVER_RUN)) {
            for (var life = 0; life < 2; life++) {
                try (var service = start(prometheus)) {
                    var document = coverage(service);

                    assertThat(document.at("/counts/proven").asInt()).isEqualTo(1);
                    assertThat(document.path("expiresAfter").asString()).isEqualTo("30d");
                    var never = document.at("/rules/0");
                    assertThat(never.path("name").asString()).isEqualTo("AnotherAlert");
                    assertThat(never.path("status").asString()).isEqualTo("unproven");
                    assertThat(never.has("lastProof")).isFalse();
                    var proven = document.at("/rules/1");
                    assertThat(proven.path("status").asString()).isEqualTo("proven");
                    assertThat(proven.path("for").asString()).isEqualTo("5s");
                    assertThat(proven.at("/lastProof/run").asString()).isEqualTo(TriedRun.RUN.toString());
                    assertThat(proven.at("/lastProof/hash")).isEqualTo(proven.path("hash"));
                    assertThat(proven.at("/lastTrial/result").asString()).isEqualTo("passed");
                    assertThat(proven.path("scenarios").toString()).isEqualTo("[\"idle\",\"refused\",\"second\"]");
                }
            }
        }
    }

    @Test
    void aChangedRuleIsUnprovenAgainUntilItIsChangedBack() throws Exception {
        prove(Duration.ofDays(1));
        try (var prometheus = new RulesServer(rule("SomeAlert", "pg_busy > 2", Map.of("severity", "critical")));
                var service = start(prometheus)) {
            var changed = coverage(service).at("/rules/0");
            prometheus.load(PROVEN);
            var changedBack = coverage(service).at("/rules/0");

            assertThat(changed.path("status").asString()).isEqualTo("changed");
            assertThat(changed.at("/notes/0").asString()).isEqualTo("changed since its proof: expr");
            assertThat(changed.at("/lastProof/hash")).isNotEqualTo(changed.path("hash"));
            assertThat(changed.has("lastTrial")).isFalse();
            assertThat(changedBack.path("status").asString()).isEqualTo("proven");
        }
    }

    @Test
    void aProofExpires() throws Exception {
        prove(Duration.ofDays(31));
        try (var prometheus = new RulesServer(PROVEN);
                var service = start(prometheus)) {
            assertThat(coverage(service).at("/rules/0/status").asString()).isEqualTo("expired");
        }
    }

    @Test
    void aPrometheusWithoutRulesHasNone() throws Exception {
        try (var prometheus = new RulesServer();
                var service = start(prometheus)) {
            assertThat(coverage(service).path("rules").isEmpty()).isTrue();
        }
    }

    /** What is not known must not look as if there were nothing to prove. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "503 | Service Unavailable | answered 503",
                "200 | <html></html> | cannot be read",
                "200 | {} | without its rules",
                "200 | '{\"data\": {\"groups\": [{\"rules\": [{\"type\": \"alerting\", \"duration\": \"x\"}]}]}}' |"
                        + " cannot be read",
            })
    void whereTheRulesAreNotKnownNothingIs(int status, String body, String why) throws Exception {
        try (var prometheus = new RulesServer();
                var service = start(prometheus)) {
            prometheus.answer(status, body);

            var answer = service.get(COVERAGE);

            WithRealService.assertProblem(answer, 503, "/problems/prometheus-unavailable");
            assertThat(RealService.json(answer).path("detail").asString()).contains(why);
            assertThat(answer.headers().firstValue("Retry-After")).contains("5");
        }
    }

    @Test
    void theMetricsFollow() throws Exception {
        prove(Duration.ofDays(1));
        try (var prometheus = new RulesServer(PROVEN, NEVER_RUN);
                var service = start(prometheus)) {
            awaitMetric(service, "tocsin_coverage_rules{status=\"proven\"} 1.0");
            assertThat(metrics(service))
                    .contains(
                            "tocsin_coverage_rules{status=\"unproven\"} 1.0",
                            "tocsin_coverage_rules{status=\"failed\"} 0.0");

            prometheus.answer(503, "");

            awaitMetric(service, "tocsin_coverage_rules{status=\"proven\"} NaN");
        }
    }

    @Test
    void withoutAPrometheusThereIsNoMetric() throws Exception {
        try (var service = RealService.start(home)) {
            assertThat(metrics(service)).doesNotContain("tocsin_coverage_rules");
        }
    }
}
