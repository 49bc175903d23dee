package dev.tocsin.lab;

import dev.tocsin.lab.Binaries.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus that is asked, and sends nothing. */
final class LonePrometheus implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path home = Files.createTempDirectory("prometheus-");
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI url = URI.create("http://127.0.0.1:" + Ports.free(1).getFirst());
    private final Program program;

    /** Starts one that scrapes what these lines of its configuration say; @SELF@ in them is its own address. */
    LonePrometheus(String scrapes) throws Exception {
        this(scrapes, Stack.chosen());
    }

    LonePrometheus(String scrapes, Stack stack) throws Exception {
        var config = Files.writeString(
                home.resolve("prometheus.yml"),
                "global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }\n"
                        + scrapes.replace("@SELF@", url.getAuthority()));
        var binary = new Binaries(Binaries.defaultCache(), stack, System.err::println).find(Tool.PROMETHEUS);
        program = Program.start(
                "prometheus",
                List.of(
                        binary.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + home.resolve("data"),
                        "--web.listen-address=" + url.getAuthority()),
                Map.of(),
                home);
        try {
            Awaitility.await()
                    .ignoreExceptionsMatching(e -> e instanceof IOException
                            || e instanceof JacksonException) // "Service Unavailable" is no JSON
                    .until(() -> ask("query", Map.of("query", "up"))
                                    .answer()
                                    .path("result")
                                    .isEmpty()
                            == scrapes.isEmpty());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * An answer.
     *
     * @param error why it was refused, or nothing
     */
    record Answered(JsonNode answer, String error) {
        boolean accepted() {
            return error.isEmpty();
        }
    }

    Answered ask(String endpoint, Map<String, String> parameters) throws IOException, InterruptedException {
        var form = parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        var request = HttpRequest.newBuilder(url.resolve("/api/v1/" + endpoint))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        var answer = JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        return new Answered(answer.path("data"), answer.path("error").asString(""));
    }

    URI url() {
        return url;
    }

    @Override
    public void close() throws Exception {
        try (http) {
            program.kill();
        } finally {
            Folders.delete(home);
        }
    }
}
