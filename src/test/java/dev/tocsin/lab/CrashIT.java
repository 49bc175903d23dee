package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Patience;
import dev.tocsin.cli.ApiClient;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.journal.Entry;
import dev.tocsin.journal.FileJournal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The service is killed with SIGKILL while it stresses a real PostgreSQL. */
@Execution(ExecutionMode.CONCURRENT)
final class CrashIT {

    @TempDir
    private Path folder;

    private Path home = Path.of("");
    private Secrets secrets = Secrets.random();
    private List<Integer> ports = List.of();

    @org.jspecify.annotations.Nullable
    private PostgresServer postgres;

    @BeforeEach
    void startPostgres() throws Exception {
        home = Lab.newHome();
        ports = Ports.free(3);
        var binaries = new Binaries(Binaries.defaultCache(), System.err::println);
        var server = PostgresServer.create(binaries.postgres(), home.resolve("postgres"), ports.get(0), secrets);
        server.start();
        postgres = server;
        Files.writeString(folder.resolve("pg-password"), secrets.stress());
        Files.writeString(folder.resolve("tocsin.yaml"), """
                http: { host: 127.0.0.1, port: %d }
                management: { host: 127.0.0.1, port: %d }
                data: "%s"
                targets:
                  - name: primary
                    optedIn: true
                    postgres: { host: 127.0.0.1, port: %d, database: app, user: tocsin_stress, passwordFile: "%s" }
                """.formatted(
                ports.get(1), ports.get(2), folder.resolve("data"), ports.get(0), folder.resolve("pg-password")));
    }

    @AfterEach
    void stopPostgres() throws Exception {
        if (postgres != null) {
            postgres.kill();
        }
        Folders.delete(home);
    }

    static Stream<String> stimuli() {
        return Tier.oneOfEach(
                Stream.of("connectionFlood: { fill: 80% }", "sleepLoad: { sessions: 40, inTransaction: true }"),
                _ -> "sessions");
    }

    @ParameterizedTest
    @MethodSource("stimuli")
    void leavesNoSessionAndEndsTheRunAndLosesNoNotification(String stimulus) throws Exception {
        Queue<String> answered = new ConcurrentLinkedQueue<>();
        String run;
        try (var service = serve();
                var api = api()) {
            run = start(api, stimulus);
            var posting = Thread.startVirtualThread(() -> postUntilRefused(answered));
            awaitEvent(api, run, "stimulusApplied");
            Awaitility.await().until(() -> answered.size() > 100);
            service.kill9();
            posting.join();
        }

        try (var _ = serve();
                var api = api()) {
            var document = awaitVerdict(api, run);

            assertThat(document.path("verdict").asString()).isIn("INCONCLUSIVE", "FAILED", "ERROR");
            assertThat(document.path("reasons").toString()).contains("Tocsin was not running");
            assertThat(sessionsLeft()).isZero();
            assertThat(document.path("alerts").size()).isGreaterThanOrEqualTo(answered.size());
        }
        assertThat(storedAlerts()).containsAll(answered);
    }

    /** The next run of the target must find it free and in order. */
    @Tag(Tier.CAMPAIGN)
    @Test
    void theTargetIsFreeAgainAfterTheCrash() throws Exception {
        try (var service = serve();
                var api = api()) {
            awaitEvent(api, start(api, "connectionFlood: { fill: 80% }"), "stimulusApplied");
            service.kill9();
        }

        try (var _ = serve();
                var api = api()) {
            Awaitility.await()
                    .until(() -> api.get("/api/v1/runs").at("/runs/0/verdict").isString());
            var second = start(api, "connectionFlood: { fill: 80% }");
            awaitEvent(api, second, "stimulusApplied");
            var _ = api.post("/api/v1/runs/" + second + "/abort", Map.of("reason", "seen enough"), Map.of());

            assertThat(awaitVerdict(api, second).path("verdict").asString()).isEqualTo("ABORTED");
            assertThat(sessionsLeft()).isZero();
        }
    }

    /** What was reserved and never noted is no invention, and what was acknowledged and noted is still looked for. */
    static Stream<String> losses() {
        return Tier.oneOfEach(Stream.of("DELETE FROM %s.commits WHERE writer = 1 AND n = 5", ""), _ -> "a ledger");
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aLedgerIsReadBackAndDroppedByTheNextProcess(String loss) throws Exception {
        String run;
        try (var service = serve();
                var api = api()) {
            run = start(api, "sleepLoad: { sessions: 1 }", Map.of("durability", Map.of("writers", 4)));
            awaitEvent(api, run, "stimulusApplied");
            service.kill9();
        }
        if (!loss.isEmpty()) {
            var _ = asSuperuser("app", loss.formatted("tocsin_" + run.replace("-", "")));
        }

        try (var _ = serve();
                var api = api()) {
            var document = awaitVerdict(api, run);
            var checks = document.path("checks").toString();

            assertThat(document.path("verdict").asString())
                    .as(checks)
                    .isEqualTo(loss.isEmpty() ? "INCONCLUSIVE" : "FAILED");
            assertThat(checks.contains("writer 1 commit 5")).as(checks).isEqualTo(!loss.isEmpty());
            assertThat(checks)
                    .contains("for a part of which Tocsin was not running")
                    .doesNotContain("Phantom");
            assertThat(document.path("reasons").toString()).contains("sleepLoad was cut short");
            assertThat(sessionsLeft()).isZero();
            assertThat(asSuperuser("app", "SELECT count(*)::int FROM pg_namespace WHERE nspname LIKE 'tocsin%'"))
                    .isZero();
        }
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void aLoadInTheBackgroundIsTakenBackToo() throws Exception {
        String run;
        try (var service = serve();
                var api = api()) {
            run = start(
                    api,
                    List.of(Map.of("workload", Map.of())),
                    "lull: { of: workload }",
                    Map.of("alerts", List.of("NeverRings")));
            Awaitility.await()
                    .until(() -> api.get("/api/v1/runs/" + run + "/events")
                                    .toString()
                                    .split("\"stimulusApplied\"")
                                    .length
                            > 2);
            service.kill9();
        }

        try (var _ = serve();
                var api = api()) {
            var document = awaitVerdict(api, run);

            assertThat(document.path("reasons").toString()).contains("workload was cut short");
            assertThat(api.get("/api/v1/runs/" + run + "/events").toString().split("\"stimulusReleased\""))
                    .hasSize(3);
            assertThat(sessionsLeft()).isZero();
        }
    }

    /** A polite stop takes back what goes on before the process ends. */
    @Test
    void sigtermReleasesBeforeItEnds() throws Exception {
        try (var service = serve();
                var api = api()) {
            awaitEvent(api, start(api, "sleepLoad: { sessions: 40 }"), "stimulusApplied");
            service.terminate();

            assertThat(service.exitCode(Patience.MOST)).isEqualTo(143);
            assertThat(sessionsLeft()).isZero();
            assertThat(service.out()).contains("\"event\":\"verdict\"", "\"verdict\":\"ABORTED\"");
            assertThat(service.out()).doesNotContain(secrets.stress());
        }
    }

    private Tocsin serve() {
        var service = Tocsin.start(
                folder,
                "serve",
                "--insecure-no-auth",
                "--config",
                folder.resolve("tocsin.yaml").toString());
        service.await(Patience.MOST, running -> running.out().contains("Tocsin listens"));
        return service;
    }

    private ApiClient api() {
        return new ApiClient(URI.create("http://127.0.0.1:" + ports.get(1)), Optional.empty());
    }

    private static String start(ApiClient api, String stimulus) {
        return start(api, stimulus, Map.of("alerts", List.of("NeverRings")));
    }

    private static String start(ApiClient api, String stimulus, Map<String, ?> expect) {
        return start(api, List.of(), stimulus, expect);
    }

    private static String start(ApiClient api, List<?> background, String stimulus, Map<String, ?> expect) {
        var kind = stimulus.split(":", 2)[0];
        var scenario = Map.of(
                "apiVersion",
                "tocsin.dev/v1alpha1",
                "kind",
                "Scenario",
                "metadata",
                Map.of("name", "crash"),
                "spec",
                Map.of(
                        "background",
                        background,
                        "stress",
                        List.of(Map.of(
                                "hold",
                                "5m",
                                kind,
                                dev.tocsin.json.Json.MAPPER.convertValue(
                                        tools.jackson.dataformat.yaml.YAMLMapper.builder()
                                                .build()
                                                .readTree(stimulus)
                                                .path(kind),
                                        Object.class))),
                        "expect",
                        expect));
        return api.post("/api/v1/runs", Map.of("scenario", scenario), Map.of())
                .path("id")
                .asString();
    }

    private static void awaitEvent(ApiClient api, String run, String kind) {
        Awaitility.await()
                .until(() ->
                        api.get("/api/v1/runs/" + run + "/events").toString().contains("\"" + kind + "\""));
    }

    private static JsonNode awaitVerdict(ApiClient api, String run) {
        Awaitility.await()
                .until(() -> api.get("/api/v1/runs/" + run).path("verdict").isString());
        return api.get("/api/v1/runs/" + run);
    }

    private void postUntilRefused(Queue<String> answered) {
        try (var client = HttpClient.newHttpClient()) {
            for (var i = 0; i < 100_000; i++) {
                var name = "Posted" + i;
                var request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + ports.get(1) + "/api/v1/webhooks/alertmanager"))
                        .POST(HttpRequest.BodyPublishers.ofString(body(name)))
                        .build();
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 204) {
                    answered.add(name);
                }
            }
        } catch (IOException _) {
            // killed
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String body(String alert) {
        return """
                {"version":"4","receiver":"tocsin","groupKey":"{}","status":"firing","truncatedAlerts":0,
                "alerts":[{"status":"firing","labels":{"alertname":"%s"},"annotations":{},
                "startsAt":"2030-01-01T00:00:00Z","endsAt":"0001-01-01T00:00:00Z"}]}
                """.formatted(alert);
    }

    private List<String> storedAlerts() throws IOException {
        var names = new ArrayList<String>();
        try (var journal = new FileJournal(folder.resolve("data"), InstantSource.system())) {
            journal.readAll(entry -> names(entry).forEach(names::add));
        }
        return names;
    }

    private static List<String> names(Entry entry) {
        return entry.recorded().fact() instanceof Fact.NotificationReceived(var notification)
                ? notification.alerts().stream()
                        .map(alert -> alert.labels().alertname())
                        .toList()
                : List.of();
    }

    /** Counted by PostgreSQL itself, as its superuser. */
    private int sessionsLeft() throws Exception {
        return asSuperuser(
                "postgres", "SELECT count(*)::int FROM pg_stat_activity WHERE application_name LIKE 'tocsin:%'");
    }

    private int asSuperuser(String database, String sql) {
        return new Superuser(ports.get(0), secrets).run(database, sql);
    }
}
