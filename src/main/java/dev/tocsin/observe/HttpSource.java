package dev.tocsin.observe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** One HTTP API, its credentials read anew each time because secrets rotate. Calls block. */
public final class HttpSource {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int MOST_REASON = 300;

    private final URI base;
    private final Optional<Path> bearerFile;
    private final HttpClient client;

    /**
     * Asks an API.
     *
     * @param caFile certificates to trust instead of the JDK's
     * @throws IOException when they cannot be read
     */
    public HttpSource(URI base, Optional<Path> bearerFile, Optional<Path> caFile) throws IOException {
        this.base = base;
        this.bearerFile = bearerFile;
        var builder = HttpClient.newBuilder().connectTimeout(ANSWER);
        if (caFile.isPresent()) {
            builder.sslContext(Trust.in(caFile.get()));
        }
        client = builder.build();
    }

    /** It answered, and would not do what it was asked for. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final int status;
        private final String body;

        RefusedException(String message, int status, String body) {
            super(message);
            this.status = status;
            this.body = body;
        }

        /** With which HTTP status. */
        public int status() {
            return status;
        }

        /** What it answered instead. */
        String body() {
            return body;
        }
    }

    /** An answer, and the clock of whoever gave it, to the second. */
    record Answer(String body, Optional<Instant> date) {}

    /** The body of a 200; throws {@link IOException} that says what was asked for anything else. */
    public String get(String path) throws IOException, InterruptedException {
        return ask(path).body();
    }

    /** The answer of a 200; throws {@link IOException} that says what was asked for anything else. */
    Answer ask(String path) throws IOException, InterruptedException {
        return send("GET", path, HttpRequest.BodyPublishers.noBody());
    }

    /** Sends JSON; throws {@link IOException} that says what was sent where for any answer but a 200. */
    public void post(String path, String json) throws IOException, InterruptedException {
        var _ = send("POST", path, HttpRequest.BodyPublishers.ofString(json));
    }

    private Answer send(String method, String path, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        var uri = URI.create(base.toString().replaceAll("/+$", "") + path);
        var request = HttpRequest.newBuilder(uri).timeout(ANSWER).method(method, body);
        if (method.equals("POST")) {
            request.header("Content-Type", "application/json");
        }
        if (bearerFile.isPresent()) {
            request.header(
                    "Authorization",
                    "Bearer " + Files.readString(bearerFile.get()).strip());
        }
        try {
            var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new RefusedException(
                        method + " " + uri + " answered " + response.statusCode() + reason(method, response.body()),
                        response.statusCode(),
                        response.body());
            }
            return new Answer(
                    response.body(), response.headers().firstValue("Date").flatMap(HttpSource::date));
        } catch (ConnectException e) {
            throw new IOException(method + " " + uri + ": nobody answers there", e);
        } catch (HttpTimeoutException e) {
            throw new IOException(method + " " + uri + ": no answer within " + ANSWER.toSeconds() + " s", e);
        }
    }

    /** What a refused POST is answered with says what is wrong with it. */
    private static String reason(String method, String body) {
        var text = body.strip().lines().findFirst().orElse("");
        return method.equals("POST") && !text.isEmpty()
                ? ": " + text.substring(0, Math.min(MOST_REASON, text.length()))
                : "";
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /** Its address as it was configured. */
    @Override
    public String toString() {
        return base.toString();
    }
}
