package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a service and its runs leave behind holds no secret, good or wrong, in any of the forms it has on its way. */
final class NothingSecretTest {
    private static final String PASSWORD = "pg-hunter2";
    private static final String ROTATED = "pg-hunter3";
    private static final String WRONG = "wrong-hunter4";

    @TempDir
    private Path home = Path.of("");

    @Test
    void nothingSecretIsLeftBehind() throws Exception {
        var left = new LinkedHashMap<String, String>();
        var password = RealService.secret(home, "pg-password", PASSWORD);
        try (var log = new HeardLog();
                var postgres = new PasswordTrap()) {
            try (var service = RealService.start(
                    home,
                    config -> config.replace(
                            "port: 1, database: d, user: u",
                            "port: " + postgres.port() + ", database: d, user: u, passwordFile: " + password),
                    () -> {
                        throw new AssertionError("nothing here needs a cluster");
                    })) {
                left.put("a run that breaks", run(service, "at once"));
                Files.writeString(password, ROTATED);
                left.put("a run with another password", run(service, "then"));
                assertThat(postgres.heard()).startsWith(PASSWORD).endsWith(ROTATED);

                left.put("refusals", refusals(service).toString());
                left.put("the doctor", service.get("/api/v1/doctor").body());
                left.put("the metrics", metrics(service));
                assertThat(service.notify(Payloads.read("single-firing")).statusCode())
                        .isEqualTo(204);
            }
            left.put("the log", log.text());
        }
        try (var files = Files.walk(home.resolve("data"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                left.put(file.toString(), Files.readString(file));
            }
        }
        left.put("the processes", processes());

        assertThat(left.keySet())
                .anyMatch(file -> file.endsWith("journal.ndjson"))
                .anyMatch(file -> file.endsWith("verdict.json"))
                .anyMatch(file -> file.endsWith("report.md"));
        assertThat(left.get("the log")).contains("\"event\":\"audit\"", "\"event\":\"verdict\"");
        left.forEach((where, text) -> assertThat(text).as(where).doesNotContain(secrets()));
    }

    /** A heap dump holds whatever the process knows. */
    @Test
    void noHeapDumpIsMadeByDefault() throws Exception {
        for (var file : List.of("tocsin", "deploy/Containerfile", "deploy/base/deployment.yaml")) {
            assertThat(Files.readString(Path.of(file))).as(file).doesNotContain("HeapDump", "JAVA_TOOL_OPTIONS");
        }
    }

    private static List<String> secrets() {
        var secrets = new ArrayList<String>();
        for (var secret : List.of(
                PASSWORD,
                ROTATED,
                WRONG,
                RealService.OPERATOR,
                RealService.VIEWER,
                RealService.EXPIRED,
                RealService.ALERTMANAGER)) {
            secrets.add(secret);
            secrets.add(Secrets.sha256Hex(secret));
            secrets.add(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
        }
        return secrets;
    }

    private static String run(RealService service, String reason) throws Exception {
        var scenario = RealService.IDLE.replace("at: 10m", "at: 0s").replace("${fill}", "50%");
        var order = dev.tocsin.json.Json.MAPPER.writeValueAsString(Map.of(
                "scenario", new tools.jackson.dataformat.yaml.YAMLMapper().readTree(scenario), "reason", reason));
        var answer = service.post("/api/v1/runs", order);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        var run = RealService.json(answer).path("id").asString();
        return RealService.json(service.get("/api/v1/runs/" + run + "?wait=60s"))
                        .toString()
                + service.get("/api/v1/runs/" + run + "/events").body();
    }

    private static List<String> refusals(RealService service) throws Exception {
        var bodies = new ArrayList<String>();
        for (var path : List.of("/api/v1/runs", "/api/v1/doctor/drill", RealService.WEBHOOK)) {
            for (var token : List.of(WRONG, RealService.EXPIRED, RealService.VIEWER, RealService.OPERATOR)) {
                bodies.add(service.send(service.request(path, token).POST(BodyPublishers.ofString("[")))
                        .body());
            }
        }
        return bodies;
    }

    private static String metrics(RealService service) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + service.managementPort() + "/metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }

    /** What anybody on the machine sees of this process, of its arguments and of those that it started. */
    private static String processes() {
        var self = ProcessHandle.current();
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(self), self.descendants())
                .map(process -> process.info().toString())
                .toList()
                .toString();
    }
}
