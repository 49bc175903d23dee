package dev.tocsin.http;

import dev.tocsin.app.Config;
import dev.tocsin.app.Service;
import dev.tocsin.cluster.Pods;
import dev.tocsin.journal.FileJournal;
import dev.tocsin.json.Json;
import dev.tocsin.yaml.InvalidFileException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** The service as it ships, on a free port, with a journal on disk; nothing it could stress answers. */
public final class RealService implements AutoCloseable {
    public static final String OPERATOR = "the-operator's-token";
    public static final String VIEWER = "the-viewer's-token";
    public static final String EXPIRED = "cy's-token-of-last-year";
    public static final String ALERTMANAGER = "alertmanager's-token";
    public static final String WEBHOOK = "/api/v1/webhooks/alertmanager";

    /** A scenario that does nothing for longer than any test takes, and then has a database to find that is not there. */
    public static final String IDLE = """
            apiVersion: tocsin.dev/v1alpha1
            kind: Scenario
            metadata: { name: idle }
            spec:
              title: Waits
              target: first
              parameters: { fill: 50% }
              stress:
                - { at: 10m, connectionFlood: { fill: "${fill}" } }
              expect: { alerts: [SomeAlert] }
            """;

    /** Three mistakes. */
    public static final String BROKEN = """
            apiVersion: tocsin.dev/v1alpha1
            kind: Scenaria
            metadata: { name: broken }
            spec:
              stress:
                - connectionFlod: { fill: 50% }
              expect: { alerts: [SomeAlert], unexpected: perhaps }
            """;

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Path home;
    private final Service service;

    private RealService(Path home, Service service) {
        this.home = home;
        this.service = service;
    }

    /** Starts a service that has its files in a folder; the webhook wants a bearer token. */
    public static RealService start(Path home) throws IOException, InvalidFileException {
        return start(home, "{ bearerFile: " + secret(home, "webhook-token", ALERTMANAGER) + " }");
    }

    /** Starts a service whose webhook wants what {@code auth.webhook} says. */
    public static RealService start(Path home, String webhook) throws IOException, InvalidFileException {
        return start(home, webhook, UnaryOperator.identity(), RealService::noCluster);
    }

    /** Starts a service whose configuration is changed first, in the cluster that is given. */
    public static RealService start(Path home, UnaryOperator<String> change, Supplier<Pods> cluster)
            throws IOException, InvalidFileException {
        return start(home, "{ bearerFile: " + secret(home, "webhook-token", ALERTMANAGER) + " }", change, cluster);
    }

    private static Pods noCluster() {
        throw new AssertionError("nothing here needs a cluster");
    }

    private static RealService start(Path home, String webhook, UnaryOperator<String> change, Supplier<Pods> cluster)
            throws IOException, InvalidFileException {
        var scenarios = Files.createDirectories(home.resolve("scenarios"));
        Files.writeString(scenarios.resolve("idle.scenario.yaml"), IDLE);
        Files.writeString(scenarios.resolve("broken.scenario.yaml"), BROKEN);
        Files.writeString(
                scenarios.resolve("second.scenario.yaml"),
                IDLE.replace("name: idle", "name: second").replace("target: first", "target: second"));
        Files.writeString(
                scenarios.resolve("refused.scenario.yaml"),
                IDLE.replace("name: idle", "name: refused").replace("target: first", "target: reluctant"));
        var tokens = secret(
                home,
                "tokens",
                "ada operator %s\nbob viewer %s 2999-12-31T23:59:59Z\ncy operator %s 2026-01-01T00:00:00+01:00\n"
                        .formatted(Secrets.sha256Hex(OPERATOR), Secrets.sha256Hex(VIEWER), Secrets.sha256Hex(EXPIRED)));
        var config = Files.writeString(home.resolve("tocsin.yaml"), change.apply("""
                http: { host: 127.0.0.1, port: 0 }
                management: { host: 127.0.0.1, port: 0 }
                data: %s
                auth:
                  webhook: %s
                  api: { tokensFile: %s }
                targets:
                  - { name: first, optedIn: true, postgres: { host: 127.0.0.1, port: 1, database: d, user: u } }
                  - { name: second, optedIn: true, postgres: { host: 127.0.0.1, port: 1, database: d, user: u } }
                  - { name: reluctant, postgres: { host: 127.0.0.1, port: 1, database: d, user: u } }
                scenarios: [ %s ]
                """.formatted(
                        home.resolve("data"), webhook, tokens, scenarios)));
        return new RealService(home, Service.start(Config.read(config, false), cluster));
    }

    public static Path secret(Path home, String name, String text) throws IOException {
        return Files.writeString(home.resolve(name), text);
    }

    public int port() {
        return service.port();
    }

    public int managementPort() {
        return service.managementPort();
    }

    public List<String> routes() {
        return service.routes();
    }

    /** A request with a token; an empty token sends none. */
    public HttpRequest.Builder request(String path, String token) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(60));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    public HttpResponse<byte[]> download(String path) throws IOException, InterruptedException {
        return CLIENT.send(request(path, VIEWER).build(), BodyHandlers.ofByteArray());
    }

    /** Sends and hands out the body while it still comes. */
    public HttpResponse<java.io.InputStream> open(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofInputStream());
    }

    /** What a viewer gets. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path, VIEWER));
    }

    /** What an operator's post is answered with. */
    public HttpResponse<String> post(String path, String body, Map<String, String> headers)
            throws IOException, InterruptedException {
        var request = request(path, OPERATOR)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return send(request);
    }

    public HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return post(path, body, Map.of());
    }

    /** What Alertmanager's post is answered with. */
    public HttpResponse<String> notify(String body) throws IOException, InterruptedException {
        return send(request(WEBHOOK, ALERTMANAGER)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    /** Starts a run of a loaded scenario and returns its id. */
    public String run(String scenario) throws IOException, InterruptedException {
        var answer = post("/api/v1/runs", "{\"scenario\": \"" + scenario + "\"}");
        if (answer.statusCode() != 202) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        return json(answer).path("id").asString();
    }

    /** Stops a run and waits until its verdict is known. */
    public JsonNode finish(String run) throws IOException, InterruptedException {
        var _ = post("/api/v1/runs/" + run + "/abort", "");
        return json(get("/api/v1/runs/" + run + "?wait=30s"));
    }

    public static JsonNode json(HttpResponse<String> answer) {
        return Json.MAPPER.readTree(answer.body());
    }

    /** The bodies of the notifications that are in the journal's file now, read past the service. */
    public List<String> notifications() throws IOException {
        var bodies = new ArrayList<String>();
        for (var line : Files.readAllLines(home.resolve("data").resolve(FileJournal.FILE))) {
            var fact = Json.MAPPER.readTree(line).path("fact");
            if (fact.path("kind").asString().equals("notificationReceived")) {
                bodies.add(fact.path("notification").asString());
            }
        }
        return bodies;
    }

    /** The folder that a run's evidence is in. */
    public Path evidence(String run) {
        return home.resolve("data/evidence").resolve(run);
    }

    @Override
    public void close() {
        service.close();
    }
}
