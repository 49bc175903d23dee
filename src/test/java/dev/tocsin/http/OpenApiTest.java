package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.http.Contract.Operation;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The document and the service say the same. */
final class OpenApiTest extends WithRealService {
    private static final String NOBODY = "00000000-0000-7000-8000-000000000000";

    private static String ended = "";
    private static String going = "";

    @BeforeAll
    static void startRuns() throws Exception {
        assertThat(service.notify(Payloads.read("grouped-firing")).statusCode()).isEqualTo(204);
        assertThat(service.notify(Payloads.read("grouped-resolved")).statusCode())
                .isEqualTo(204);
        ended = service.run("idle");
        assertThat(service.notify(Payloads.read("single-firing")).statusCode()).isEqualTo(204);
        assertThat(service.finish(ended).path("verdict").asString()).isEqualTo("ABORTED");
        going = service.run("second");
    }

    static Stream<Operation> operations() {
        return CONTRACT.operations();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyOperationOfTheDocumentIsServed(Operation operation) throws Exception {
        var path = operation.path().replaceAll("\\{[^}]*}", "x");

        var answer = service.send(service.request(path, RealService.OPERATOR)
                .method(operation.method().toUpperCase(java.util.Locale.ROOT), BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isNotEqualTo(405);
        assertThat(answer.body()).as("what an unknown path is answered with").doesNotContain("for what there is");
    }

    @Test
    void everyRouteOfTheServiceIsInTheDocument() {
        assertThat(service.routes())
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(CONTRACT.operations()
                        .map(operation -> operation.method().toUpperCase(java.util.Locale.ROOT) + " "
                                + operation.path().replaceAll("\\{([^}]*)}", ":$1"))
                        .toList());
    }

    static Stream<Exchange> exchanges() {
        var runs = "/api/v1/runs";
        var run = runs + "/{id}";
        return Stream.of(
                new Exchange("/api/v1/runs", "get", 200),
                new Exchange("/api/v1/runs", "get", 200).query("?limit=1&scenario=idle&verdict=ABORTED"),
                new Exchange("/api/v1/runs", "get", 200).query("?limit=1"),
                new Exchange("/api/v1/runs", "get", 400).query("?limit=many"),
                new Exchange(runs, "post", 409).body("{\"scenario\": \"second\"}"),
                new Exchange(runs, "post", 404).body("{\"scenario\": \"none\"}"),
                new Exchange(runs, "post", 400).body("{"),
                new Exchange(runs, "post", 422).body("{\"scenario\": \"refused\"}"),
                new Exchange(runs, "post", 422).body("{\"scenario\": {\"kind\": \"Scenario\"}}"),
                new Exchange(run, "get", 200).with("id", ended),
                new Exchange(run, "get", 200).with("id", going),
                new Exchange(run, "get", 404).with("id", NOBODY),
                new Exchange(run, "get", 400).with("id", "x"),
                new Exchange(run, "get", 400).with("id", ended).query("?wait=long"),
                new Exchange(run + "/events", "get", 200).with("id", ended),
                new Exchange(run + "/events", "get", 404).with("id", NOBODY),
                new Exchange(run + "/events", "get", 400).with("id", ended).query("?after=x"),
                new Exchange(run + "/abort", "post", 200).with("id", ended).body(""),
                new Exchange(run + "/abort", "post", 404).with("id", NOBODY).body(""),
                new Exchange(run + "/abort", "post", 400).with("id", ended).body("["),
                new Exchange(run + "/evidence/{file}", "get", 404)
                        .with("id", going)
                        .with("file", "verdict.json"),
                new Exchange(run + "/evidence/{file}", "get", 404)
                        .with("id", ended)
                        .with("file", "else.txt"),
                new Exchange("/api/v1/scenarios", "get", 200),
                new Exchange("/api/v1/scenarios/{name}", "get", 200).with("name", "idle"),
                new Exchange("/api/v1/scenarios/{name}", "get", 200).with("name", "refused"),
                new Exchange("/api/v1/scenarios/{name}", "get", 404).with("name", "none"),
                new Exchange("/api/v1/scenarios/{name}/recipients", "get", 200).with("name", "idle"),
                new Exchange("/api/v1/scenarios/{name}/recipients", "get", 200).with("name", "refused"),
                new Exchange("/api/v1/scenarios/{name}/recipients", "get", 404).with("name", "none"),
                new Exchange("/api/v1/alerts", "get", 200),
                new Exchange("/api/v1/coverage", "get", 503),
                new Exchange("/api/v1/doctor", "get", 200),
                new Exchange("/api/v1/doctor/drill", "post", 200).body("{\"within\": \"1s\"}"),
                new Exchange("/api/v1/doctor/drill", "post", 200).body(""),
                new Exchange("/api/v1/doctor/drill", "post", 400).body("["),
                new Exchange("/api/v1/doctor/drill", "post", 400).body("{\"within\": \"1d\"}"),
                new Exchange("/api/v1/doctor/drill", "post", 400).body("{\"labels\": {\"tocsin_drill\": \"x\"}}"));
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void realAnswersAreWhatTheDocumentSays(Exchange exchange) throws Exception {
        var answer = exchange.send(RealService.OPERATOR);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(exchange.status());
        assertThat(exchange.mistakes(answer)).as(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void nobodyIsLetInWithoutAToken(Exchange exchange) throws Exception {
        var answer = exchange.send("");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(new Exchange(exchange.path(), exchange.method(), 401).mistakes(answer))
                .as(answer.body())
                .isEmpty();
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    static Stream<String> payloads() {
        return Payloads.NAMES.stream();
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void theDocumentDescribesWhatAlertmanagerSends(String payload) {
        assertThat(CONTRACT.mistakes("AlertmanagerMessage", read(Payloads.read(payload))))
                .isEmpty();
    }

    /** A validator that finds nothing wrong with anything would let every other test here pass. */
    @ParameterizedTest
    @FieldSource("WRONG")
    void theDocumentIsStrict(Map.Entry<String, String> wrong) {
        assertThat(CONTRACT.mistakes(wrong.getKey(), read(wrong.getValue()))).isNotEmpty();
    }

    static final java.util.List<Map.Entry<String, String>> WRONG = java.util.List.of(
            Map.entry("Problem", "{\"type\":\"/problems/other\",\"title\":\"t\",\"status\":400,\"detail\":\"d\"}"),
            Map.entry("Problem", "{\"type\":\"/problems/unreadable\",\"title\":\"t\",\"status\":400}"),
            Map.entry("RunPage", "{\"runs\":[{\"id\":\"x\"}]}"),
            Map.entry("RunPage", "{\"runs\":[],\"total\":0}"),
            Map.entry("Run", "{}"),
            Map.entry("AlertmanagerMessage", "{\"version\":\"3\",\"receiver\":\"\",\"groupKey\":\"\",\"alerts\":[]}"));

    @Test
    void theServiceServesTheDocumentThatWasTested() throws Exception {
        var answer = service.send(service.request("/openapi.yaml", ""));

        assertThat(answer.headers().firstValue("Content-Type")).contains("application/yaml");
        assertThat(answer.body())
                .isEqualTo(new String(
                        Contract.class.getResourceAsStream("/openapi.yaml").readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void theServiceServesTheSchemaOfAScenario() throws Exception {
        var answer = service.send(service.request("/schemas/scenario.json", ""));

        assertThat(answer.headers().firstValue("Content-Type")).contains("application/schema+json");
        assertThat(read(answer.body()).path("$id").asString()).isEqualTo("https://tocsin.dev/schemas/scenario.json");
    }

    private static JsonNode read(String json) {
        return dev.tocsin.json.Json.MAPPER.readTree(json);
    }

    /** One request that has a place in the document, and the status it must be answered with. */
    record Exchange(String path, String method, int status, String query, String body, Map<String, String> values) {
        Exchange(String path, String method, int status) {
            this(path, method, status, "", "", Map.of());
        }

        Exchange query(String query) {
            return new Exchange(path, method, status, query, body, values);
        }

        Exchange body(String body) {
            return new Exchange(path, method, status, query, body, values);
        }

        Exchange with(String name, String value) {
            var more = new java.util.HashMap<>(values);
            more.put(name, value);
            return new Exchange(path, method, status, query, body, more);
        }

        HttpResponse<String> send(String token) throws IOException, InterruptedException {
            var filled = path;
            for (var value : values.entrySet()) {
                filled = filled.replace("{" + value.getKey() + "}", value.getValue());
            }
            var request = service.request(filled + query, token);
            return service.send(method.equals("post") ? request.POST(BodyPublishers.ofString(body)) : request);
        }

        java.util.List<String> mistakes(HttpResponse<String> answer) {
            return CONTRACT.mistakes(
                    new Operation(path, method),
                    status,
                    answer.headers().firstValue("Content-Type").orElse("nothing"),
                    read(answer.body()));
        }
    }
}
