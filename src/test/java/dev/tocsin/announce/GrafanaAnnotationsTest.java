package dev.tocsin.announce;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.app.Config;
import dev.tocsin.app.Service;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.observe.HttpSource;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.telemetry.Telemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs are marked in a Grafana that answers as its API is documented, refuses, or does not answer. */
final class GrafanaAnnotationsTest {
    private static final Instant ADMITTED = Instant.parse("2026-11-01T12:00:00Z");
    private static final int OK = 200;

    private static final String SCENARIO = """
            { "apiVersion": "tocsin.dev/v1alpha1", "kind": "Scenario", "metadata": { "name": "flood" },
              "spec": { "stress": [ { "connectionFlood": { "fill": "50%" } } ], "expect": { "alerts": [ "Busy" ] } } }
            """;

    @TempDir
    private Path folder = Path.of("");

    private final Telemetry telemetry = new Telemetry("test");
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** What it answers next; then it accepts. */
    private final ConcurrentLinkedDeque<Integer> answers = new ConcurrentLinkedDeque<>();

    private final CountDownLatch awake = new CountDownLatch(1);
    private boolean asleep;
    private HttpServer grafana;

    @BeforeEach
    void startGrafana() throws Exception {
        grafana = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        grafana.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        grafana.createContext("/", this::answer);
        grafana.start();
    }

    @AfterEach
    void stopGrafana() {
        awake.countDown();
        grafana.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            if (asleep) {
                awake.await();
            }
            var status = Optional.ofNullable(answers.poll()).orElse(OK);
            var text = "{\"message\":\"as asked for\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, text.length);
            exchange.getResponseBody().write(text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + grafana.getAddress().getPort());
    }

    private GrafanaAnnotations annotations() throws Exception {
        var token = Files.writeString(folder.resolve("token"), "a-token\n");
        return new GrafanaAnnotations(new HttpSource(address(), Optional.of(token), Optional.empty()), telemetry);
    }

    private static RunId run(int number) {
        return new RunId(new UUID(0x7000L, 0x8000_0000_0000_0000L + number));
    }

    private static Recorded admitted(int number) throws Exception {
        Scenario scenario = ScenarioReader.read("flood.yaml", SCENARIO);
        return new Recorded(
                number,
                ADMITTED,
                new Fact.RunAdmitted(
                        run(number),
                        scenario,
                        "primary",
                        Labels.of(Map.of()),
                        List.of(),
                        "ada",
                        Optional.empty(),
                        Optional.empty()));
    }

    private static Recorded verdict(int number) {
        return new Recorded(
                number, ADMITTED.plusSeconds(90), new Fact.VerdictReached(run(number), Conclusion.FAILED, 3, 1));
    }

    private void awaitMetric(String result, int count) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(telemetry.scrape())
                        .contains("tocsin_grafana_annotations_total{result=\"" + result + "\"} " + count + ".0"));
    }

    @Test
    void aRunIsMarkedFromItsAdmissionToItsVerdict() throws Exception {
        try (var annotations = annotations()) {
            annotations.heard(admitted(1));
            annotations.heard(verdict(1));
            awaitMetric("written", 1);
        }

        assertThat(requests)
                .containsExactly("POST /api/annotations Bearer a-token"
                        + " {\"time\":1793534400000,\"timeEnd\":1793534490000,\"tags\":[\"tocsin\",\"flood\",\"failed\"],"
                        + "\"text\":\"Tocsin: flood on primary FAILED (run " + run(1) + ")\"}");
    }

    @Test
    void whatIsNotTakenIsTriedOnceMore() throws Exception {
        answers.addAll(List.of(500, 200, 503, 429));
        try (var annotations = annotations()) {
            for (var number = 1; number <= 2; number++) {
                annotations.heard(admitted(number));
                annotations.heard(verdict(number));
            }
            awaitMetric("failed", 1);
            awaitMetric("written", 1);
        }

        assertThat(requests).hasSize(4);
    }

    @Test
    void whatIsRefusedIsNotTriedAgain() throws Exception {
        answers.add(401);
        try (var annotations = annotations()) {
            annotations.heard(admitted(1));
            annotations.heard(verdict(1));
            awaitMetric("failed", 1);
        }

        assertThat(requests).hasSize(1);
    }

    @Test
    void whatAnEarlierLifeMarkedIsNotMarkedAgain() throws Exception {
        try (var annotations = annotations()) {
            annotations.remember(admitted(1));
            annotations.remember(verdict(1));
            annotations.heard(verdict(1));
            annotations.remember(admitted(2)); // and went on when that life ended
            annotations.heard(verdict(2));
            awaitMetric("written", 1);
        }

        assertThat(requests).singleElement().asString().contains(run(2).toString());
    }

    @Test
    void aGrafanaThatDoesNotAnswerHoldsNothingUp() throws Exception {
        asleep = true;
        try (var annotations = annotations()) {
            annotations.heard(admitted(0));
            annotations.heard(verdict(0));
            Awaitility.await().until(() -> requests.size() == 1);
            for (var number = 1; number <= 300; number++) {
                annotations.heard(admitted(number));
                annotations.heard(verdict(number));
            }
        } // and so does not its end

        // One was on its way, and 256 wait.
        awaitMetric("dropped", 44);
    }

    @Test
    void theServiceMarksItsRunsWhereAGrafanaIsConfigured() throws Exception {
        var token = Files.writeString(folder.resolve("token"), "a-token");
        var config = Files.writeString(
                folder.resolve("tocsin.yaml"), """
                http: { host: 127.0.0.1, port: 0 }
                management: { host: 127.0.0.1, port: 0 }
                data: "%s"
                grafana: { url: "%s", bearerFile: "%s" }
                targets:
                  - { name: primary, optedIn: true, postgres: { host: 127.0.0.1, port: 1, database: a, user: b } }
                """.formatted(folder.resolve("data"), address(), token));
        try (var http = HttpClient.newHttpClient();
                var service = Service.start(Config.read(config, true))) {
            var order = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/api/v1/runs"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"scenario\": " + SCENARIO + "}"))
                    .build();
            assertThat(http.send(order, BodyHandlers.ofString()).statusCode()).isEqualTo(202);

            Awaitility.await()
                    .untilAsserted(() -> assertThat(requests)
                            .singleElement()
                            .asString()
                            .contains("Bearer a-token", "\"tags\":[\"tocsin\",\"flood\",\"error\"]"));
        }
    }
}
