package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets change while the service runs. */
final class RotationTest {
    @TempDir
    private Path home = Path.of("");

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().until(condition);
    }

    @Test
    void tokensComeAndGo() throws Exception {
        try (var service = RealService.start(home)) {
            assertThat(service.send(service.request("/api/v1/runs", "fresh")).statusCode())
                    .isEqualTo(401);

            Files.writeString(home.resolve("tokens"), "dee viewer " + Secrets.sha256Hex("fresh"));

            await(() -> service.send(service.request("/api/v1/runs", "fresh")).statusCode() == 200);
            assertThat(service.get("/api/v1/runs").statusCode()).isEqualTo(401);
            Files.writeString(home.resolve("tokens"), "dee");
            try (var log = new HeardLog()) {
                await(() -> log.text().contains(home.resolve("tokens") + ":1: write NAME ROLE"));
            }
            assertThat(service.send(service.request("/api/v1/runs", "fresh")).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void theWebhooksTokenChanges() throws Exception {
        try (var service = RealService.start(home)) {
            assertThat(service.notify(Payloads.read("single-firing")).statusCode())
                    .isEqualTo(204);

            Files.writeString(home.resolve("webhook-token"), "another");

            await(() -> service.notify(Payloads.read("single-firing")).statusCode() == 401);
            assertThat(service.send(service.request(RealService.WEBHOOK, "another")
                                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                                            Payloads.read("single-firing"))))
                            .statusCode())
                    .isEqualTo(204);
        }
    }
}
