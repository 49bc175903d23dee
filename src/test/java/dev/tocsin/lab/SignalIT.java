package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tocsin.evidence.Evidence;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a dashboard would show of a flood, on a real chain, and that a blind dashboard is found out and named. */
@Execution(ExecutionMode.CONCURRENT)
final class SignalIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static Bed.Setup setup(String... signals) {
        var setup = new Bed.Setup();
        setup.scenario = """
                stress:
                  - { name: flood, connectionFlood: { fill: 70%% } }
                expect:
                  signals:
                %s""".formatted(String.join(
                "",
                List.of(signals).stream()
                        .map(signal -> "    - " + signal + "\n")
                        .toList()));
        return setup;
    }

    private interface Beginning {
        String begin(Bed bed) throws Exception;
    }

    private static JsonNode verdict(Bed.Setup setup) throws Exception {
        return verdict(setup, Bed::begin);
    }

    private static JsonNode verdict(Bed.Setup setup, Beginning beginning) throws Exception {
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            // Enough of them to know what is noise.
            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> bed.ask("@PROMETHEUS@", "/api/v1/query?query=count_over_time(up[1m])")
                                    .at("/data/result/0/value/1")
                                    .asInt()
                            >= 8);
            var folder = bed.awaitEvidence(beginning.begin(bed));
            assertThat(Evidence.judge(folder).verdict()).isNotNull();
            return JSON.readTree(Files.readAllBytes(folder.resolve(Evidence.VERDICT)));
        }
    }

    private static List<String> checks(JsonNode verdict) {
        var checks = new ArrayList<String>();
        verdict.path("checks")
                .forEach(check -> checks.add(check.path("name").asString() + ": "
                        + check.path("result").asString() + ", "
                        + check.path("reason").asString()));
        return checks;
    }

    @Test
    void whatTheFloodDoesIsSeenAndHoldsItUntilThen() throws Exception {
        var verdict = verdict(setup(
                "{ name: connections, promql: sum(pg_stat_activity_count), reaches: '>= 60', moves: up, returnsTo: '< 30' }",
                "{ name: server, promql: pg_up, stays: '== 1' }"));

        assertThat(checks(verdict))
                .as(verdict.toPrettyString())
                .containsExactly(
                        "connections reaches >= 60: passed, Seen",
                        "connections moves up: passed, Seen",
                        "connections returns to < 30: passed, Returned",
                        "server stays == 1: passed, Stayed");
        assertThat(verdict.path("verdict").asString()).isEqualTo("PASSED");
    }

    @Test
    void aMetricThatWasRenamedHasNoData() throws Exception {
        var setup = setup("{ name: connections, promql: sum(pg_stat_activity_count), moves: up, within: @5s@ }");
        setup.prometheus += "    metric_relabel_configs: [{ source_labels: [__name__], regex: pg_stat_activity_count,"
                + " target_label: __name__, replacement: pg_activity_count }]\n";

        assertThat(checks(verdict(setup))).containsExactly("connections moves up: failed, NoData");
    }

    @Test
    void anExporterThatIsFrozenMeasuresNothing() throws Exception {
        var setup = setup("{ name: connections, promql: sum(pg_stat_activity_count), moves: up, within: @5s@ }");
        try (var frozen = new Frozen()) {
            setup.places.put("FROZEN", frozen.address());
            setup.prometheus = setup.prometheus.replace("\"@EXPORTER@\"", "\"@FROZEN@\"");
            frozen.of(setup);

            assertThat(checks(verdict(setup))).containsExactly("connections moves up: failed, Constant");
        }
    }

    private static final Map<String, String> PANELS = Map.of(
            "Connections", "sum(pg_stat_activity_count)",
            "Query broken", "pg_stat_activity_count * on (instance) pg_stat_activity_count",
            "No data", "pg_stat_activity_count{state=\\\"activ\\\"}",
            "Frozen", "pg_settings_max_connections",
            "Noise", "sin(12.9898 * timestamp(pg_up))");

    @Test
    void panelsThatShowNothingOfTheFloodAreNamed() throws Exception {
        var setup = setup("{ dashboard: dashboard.json, within: @5s@, panels: ['" + String.join("', '", PANELS.keySet())
                + "'] }");
        setup.dashboard = "{\"title\": \"PG\", \"panels\": ["
                + PANELS.entrySet().stream()
                        .map(panel -> """
                                {"type": "timeseries", "title": "%s", "targets": [{"refId": "A", "expr": "%s"}]}
                                """.formatted(panel.getKey(), panel.getValue()))
                        .collect(Collectors.joining(","))
                + "]}";

        assertThat(checks(verdict(setup, Bed::beginLoaded)))
                .containsExactlyInAnyOrder(
                        "PG / Connections shows data: passed, Seen",
                        "PG / Connections moves: passed, Seen",
                        "PG / Query broken shows data: failed, QueryFailed",
                        "PG / Query broken moves: failed, QueryFailed",
                        "PG / No data shows data: failed, NoData",
                        "PG / No data moves: failed, NoData",
                        "PG / Frozen shows data: passed, Seen",
                        "PG / Frozen moves: failed, Constant",
                        "PG / Noise shows data: passed, Seen",
                        "PG / Noise moves: failed, DidNotMove");
    }

    /** An exporter that answers for ever what it answered first. */
    private static final class Frozen implements AutoCloseable {
        private final HttpServer server;
        private final HttpClient http = HttpClient.newHttpClient();
        private volatile String metrics = "";

        Frozen() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
        }

        String address() {
            return "127.0.0.1:" + server.getAddress().getPort();
        }

        void of(Bed.Setup setup) {
            server.createContext("/metrics", exchange -> {
                try (exchange) {
                    if (metrics.isEmpty()) {
                        metrics = get("http://" + setup.places.get("EXPORTER") + "/metrics");
                    }
                    var body = metrics.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
        }

        private String get(String address) throws IOException {
            try {
                return http.send(
                                HttpRequest.newBuilder(URI.create(address)).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        @Override
        public void close() {
            server.stop(0);
            http.shutdownNow();
        }
    }
}
