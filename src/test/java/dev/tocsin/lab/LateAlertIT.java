package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.Patience;
import dev.tocsin.evidence.Evidence;
import dev.tocsin.webhook.WebhookRoute;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The same alert of another series, as of a standby, is delivered when the first has resolved and the run looks for the last time. */
final class LateAlertIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void isWaitedForToo() throws Exception {
        var setup = new Bed.Setup();
        setup.unhurried();
        try (var between = new Between(setup);
                var bed = new Bed(setup)) {
            between.leadTo(bed);
            bed.awaitReady();
            var run = bed.begin();
            between.awaitAnotherLook();
            between.post("resolved");

            var folder = bed.awaitEvidence(run);
            var verdict = JSON.readTree(Files.readAllBytes(folder.resolve(Evidence.VERDICT)));
            assertThat(verdict.path("verdict").asString())
                    .as(verdict.path("reasons").toString())
                    .isEqualTo("PASSED");
            assertThat(Files.readString(folder.resolve(Evidence.JOURNAL))).contains("late");
        }
    }

    /** Between Tocsin and Prometheus, and between Alertmanager and Tocsin. */
    private static final class Between implements AutoCloseable {
        private final HttpServer server;
        private final HttpClient http = HttpClient.newHttpClient();
        private final AtomicInteger looks = new AtomicInteger();
        private final CountDownLatch late = new CountDownLatch(1);

        /** Every look asks for the rules once: what was to be the last one, and one more. */
        private final CountDownLatch another = new CountDownLatch(2);

        private volatile String prometheus = "";
        private volatile String webhook = "";
        private volatile String authorization = "";
        private volatile String body = "";
        private volatile boolean resolved;

        Between(Bed.Setup setup) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", this::toPrometheus);
            server.createContext(WebhookRoute.PATH, this::toTocsin);
            server.start();
            var address = "127.0.0.1:" + server.getAddress().getPort();
            setup.webhook = "http://" + address + WebhookRoute.PATH;
            setup.tocsin = setup.tocsin.replace("@PROMETHEUS@", address);
        }

        void leadTo(Bed bed) {
            prometheus = bed.filled("http://@PROMETHEUS@");
            webhook = bed.api() + WebhookRoute.PATH;
        }

        void awaitAnotherLook() throws InterruptedException {
            assertThat(another.await(Patience.MOST.toSeconds(), TimeUnit.SECONDS))
                    .as("the run goes on after its last look")
                    .isTrue();
        }

        private void toTocsin(HttpExchange exchange) throws IOException {
            try (exchange) {
                body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                authorization = exchange.getRequestHeaders().getFirst("Authorization");
                if (!resolved && body.contains("\"status\":\"resolved\"")) {
                    resolved = true;
                    // The watch waits for an answer by then, so whoever asks beside it does so for the last time.
                    await(() -> looks.get() > 0);
                }
                exchange.sendResponseHeaders(send(body), -1);
            }
        }

        private void toPrometheus(HttpExchange exchange) throws IOException {
            try (exchange) {
                if (resolved && late.getCount() > 0 && looks.getAndIncrement() == 0) {
                    await(() -> late.getCount() == 0);
                    return;
                }
                if (resolved && late.getCount() > 0) {
                    post("firing");
                    late.countDown();
                } else if (resolved && exchange.getRequestURI().getPath().equals("/api/v1/rules")) {
                    another.countDown();
                }
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(prometheus + exchange.getRequestURI()))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                answer.headers()
                        .firstValue("Date")
                        .ifPresent(date -> exchange.getResponseHeaders().set("Date", date));
                exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
                exchange.getResponseBody().write(answer.body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void await(Callable<Boolean> condition) {
            Awaitility.await().pollInterval(Duration.ofMillis(20)).until(condition);
        }

        /** What Alertmanager told last, for another series of the same target. */
        void post(String status) {
            var notification = (ObjectNode) JSON.readTree(body);
            notification.put("status", status).put("groupKey", "late");
            for (var alert : notification.withArray("alerts")) {
                var one = (ObjectNode) alert;
                one.put("status", status);
                ((ObjectNode) one.get("labels")).put("shard", "late");
                if (status.equals("firing")) {
                    one.put("endsAt", "0001-01-01T00:00:00Z");
                } else {
                    one.put("endsAt", Instant.now().toString());
                }
            }
            assertThat(send(notification.toString())).isEqualTo(204);
        }

        private int send(String text) {
            try {
                return http.send(
                                HttpRequest.newBuilder(URI.create(webhook))
                                        .header("Authorization", authorization)
                                        .POST(HttpRequest.BodyPublishers.ofString(text))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            server.stop(0);
            http.shutdownNow();
        }
    }
}
