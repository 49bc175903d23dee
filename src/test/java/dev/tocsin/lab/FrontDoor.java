package dev.tocsin.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Stands between Alertmanager and the webhook, as a proxy that misbehaves. */
final class FrontDoor implements AutoCloseable {
    private final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger refusals;
    private final int status;
    private final UnaryOperator<String> rewriting;
    private volatile String webhook = "";

    private FrontDoor(int refusals, int status, UnaryOperator<String> rewriting) throws IOException {
        this.refusals = new AtomicInteger(refusals);
        this.status = status;
        this.rewriting = rewriting;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** Answers so many times with a status, then lets through; status 0 never answers at all. */
    static FrontDoor refusing(int times, int status) throws IOException {
        return new FrontDoor(times, status, body -> body);
    }

    /** Changes each body. */
    static FrontDoor rewriting(UnaryOperator<String> rewriting) throws IOException {
        return new FrontDoor(0, 500, rewriting);
    }

    /** Puts it before the webhook of a chain. */
    void before(Bed.Setup setup) {
        setup.webhook = "http://127.0.0.1:" + server.getAddress().getPort() + "/api/v1/webhooks/alertmanager";
    }

    void leadTo(String url) {
        webhook = url;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                if (status == 0) {
                    closing.await();
                    return;
                }
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            var request = HttpRequest.newBuilder(URI.create(webhook))
                    .header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"))
                    .POST(HttpRequest.BodyPublishers.ofString(rewriting.apply(body)))
                    .build();
            exchange.sendResponseHeaders(
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode(), -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        http.shutdownNow();
    }
}
