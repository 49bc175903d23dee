package dev.tocsin.cli;

import dev.tocsin.json.Json;
import dev.tocsin.observe.Trust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The HTTP API as the commands use it. Every refusal becomes a {@link UserException} with the server's own words. */
public final class ApiClient implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(90);
    private static final String EVENT_DATA = "data: ";

    private final URI server;
    private final Optional<String> token;
    private final HttpClient client;

    public ApiClient(URI server, Optional<Path> tokenFile) {
        this(server, tokenFile, Optional.empty());
    }

    /**
     * Uses a server.
     *
     * @param caFile certificates to trust instead of the JDK's
     */
    public ApiClient(URI server, Optional<Path> tokenFile, Optional<Path> caFile) {
        this.server = server;
        token = tokenFile.map(ApiClient::secret);
        var builder =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).version(HttpClient.Version.HTTP_1_1);
        caFile.ifPresent(file -> builder.sslContext(trusting(file)));
        client = builder.build();
    }

    /** The JSON of a GET. */
    public JsonNode get(String path) {
        return json(send(request(path).timeout(ANSWER).GET().build(), HttpResponse.BodyHandlers.ofString()));
    }

    /** The bytes of a GET. */
    public byte[] bytes(String path) {
        var response = send(request(path).timeout(ANSWER).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() >= 400) {
            throw refusal(response.statusCode(), new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return response.body();
    }

    /** The JSON that answers a POST. */
    public JsonNode post(String path, Object body, Map<String, String> headers) {
        return post(path, body, headers, ANSWER);
    }

    /** The JSON that answers a POST, however long it takes up to a bound. */
    public JsonNode post(String path, Object body, Map<String, String> headers, Duration patience) {
        var request = request(path)
                .timeout(patience)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body)));
        headers.forEach(request::header);
        return json(send(request.build(), HttpResponse.BodyHandlers.ofString()));
    }

    /** Hears a run's events until its verdict, or until the connection ends. */
    public void events(String run, long after, Consumer<JsonNode> listener) throws IOException {
        var request = request("/api/v1/runs/" + run + "/events")
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", String.valueOf(after))
                .GET()
                .build();
        var response = send(request, HttpResponse.BodyHandlers.ofLines());
        try (var lines = response.body()) {
            if (response.statusCode() >= 400) {
                throw refusal(response.statusCode(), String.join("\n", lines.toList()));
            }
            lines.filter(line -> line.startsWith(EVENT_DATA))
                    .map(line -> Json.MAPPER.readTree(line.substring(EVENT_DATA.length())))
                    .forEach(listener);
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(server.toString().replaceAll("/+$", "") + path));
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            return client.send(request, body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserException(ExitCode.INTERRUPTED, "interrupted");
        } catch (SSLHandshakeException e) {
            throw new UserException(
                    ExitCode.ERROR,
                    "no answer from " + server + " that could be trusted: " + e.getMessage()
                            + "; who signed its certificate? (--ca-file or TOCSIN_CA_FILE)");
        } catch (IOException e) {
            throw new UserException(
                    ExitCode.ERROR,
                    "no answer from " + server + ": "
                            + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                            + "; is the service running there? (--server or TOCSIN_SERVER)");
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        if (response.statusCode() >= 400) {
            throw refusal(response.statusCode(), response.body());
        }
        return Json.MAPPER.readTree(response.body());
    }

    private static UserException refusal(int status, String body) {
        var text = new StringBuilder();
        try {
            var problem = Json.MAPPER.readTree(body);
            text.append(problem.path("title").asString("refused"))
                    .append(": ")
                    .append(problem.path("detail").asString(""));
            problem.path("errors")
                    .forEach(error -> text.append("\n  ")
                            .append(error.path("path").asString(""))
                            .append(": ")
                            .append(error.path("message").asString("")));
        } catch (JacksonException _) {
            text.append("the server answered ").append(status);
        }
        var usage = status == 400 || status == 401 || status == 403 || status == 404 || status == 422;
        return new UserException(usage ? ExitCode.USAGE : ExitCode.ERROR, text.toString());
    }

    private static SSLContext trusting(Path file) {
        try {
            return Trust.in(file);
        } catch (IOException e) {
            throw new UserException(
                    ExitCode.USAGE, "the file of certificates " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static String secret(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UserException(ExitCode.USAGE, "the token file " + file + " cannot be read: " + e.getMessage());
        }
    }
}
