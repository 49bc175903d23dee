package dev.tocsin.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One start of the service and one notification, for the build to watch and make its ahead-of-time cache from. */
public final class Rehearsal {
    private static final String NOTIFICATION = """
            {"receiver":"rehearsal","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"Rehearsal"},
            "annotations":{"summary":"none"},"startsAt":"2026-01-01T00:00:00Z","endsAt":"0001-01-01T00:00:00Z",
            "fingerprint":"0000000000000000"}],"groupLabels":{},"commonLabels":{},"commonAnnotations":{},
            "externalURL":"","version":"4","groupKey":"{}:{}","truncatedAlerts":0}
            """;
    private static final String TOKEN = "rehearsal";
    private static final String TOKEN_HASH = "2bcd3e14dca8fdb18ca3d4e958bb1c4df002598ae6e5d80fc9d9824a6b5dc450";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var home = Files.createTempDirectory("tocsin-rehearsal-");
        var port = freePort();
        Files.writeString(home.resolve("token"), TOKEN);
        Files.writeString(home.resolve("tokens"), "rehearsal viewer " + TOKEN_HASH + "\n");
        var config = Files.writeString(home.resolve("tocsin.yaml"), config(home, port));
        Thread.ofPlatform().daemon().start(() -> Main.main(new String[] {"serve", "--config", config.toString()}));
        try (var client = HttpClient.newHttpClient()) {
            var base = "http://127.0.0.1:" + port;
            post(client, base + "/api/v1/webhooks/alertmanager");
            for (var path : new String[] {"/api/v1/alerts", "/api/v1/runs", "/api/v1/scenarios"}) {
                client.send(request(base + path).build(), HttpResponse.BodyHandlers.discarding());
            }
        }
        System.exit(0);
    }

    private static void post(HttpClient client, String url) throws InterruptedException {
        var request = request(url)
                .POST(HttpRequest.BodyPublishers.ofString(NOTIFICATION))
                .build();
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                var status = client.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status == 204) {
                    return;
                }
                throw new IllegalStateException("the rehearsed notification was answered with " + status);
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the service did not start", e);
                }
                Thread.sleep(50); // the service of another thread does not tell this one when it listens
            }
        }
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + TOKEN);
    }

    private static String config(Path home, int port) {
        return """
                http: { host: 127.0.0.1, port: %d }
                management: { host: 127.0.0.1, port: 0 }
                data: "%s/data"
                auth: { webhook: { bearerFile: "%s/token" }, api: { tokensFile: "%s/tokens" } }
                targets:
                  - name: none
                    postgres: { host: 127.0.0.1, port: 1, database: none, user: none }
                """.formatted(port, home, home, home);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
