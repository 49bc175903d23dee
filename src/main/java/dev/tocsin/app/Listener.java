package dev.tocsin.app;

import dev.tocsin.http.Answers;
import dev.tocsin.http.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A port that answers, with a certificate that is taken anew when its files change. */
final class Listener implements AutoCloseable {
    private static final Duration TLS_PATIENCE = Duration.ofSeconds(10);

    private final HttpServer server;

    private Listener(HttpServer server) {
        this.server = server;
    }

    /**
     * Begins to listen. Blocks until it does.
     *
     * @param router what it serves; how failures are answered is put on it
     */
    static Listener open(Vertx vertx, Config.Endpoint endpoint, WatchedFiles watched, Router router)
            throws IOException {
        router.route().last().failureHandler(Answers::failure);
        for (var status : List.of(400, 401, 404, 413, 500)) {
            router.errorHandler(status, Answers::failure);
        }
        router.errorHandler(405, request -> Answers.notAllowed(router, request));
        // There are no WebSockets, so nothing need look for their extensions in each request.
        var options = new HttpServerOptions()
                .setHandle100ContinueAutomatically(true)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        var tls = endpoint.tls().isPresent()
                ? Optional.of(tls(vertx, endpoint.tls().get(), watched))
                : Optional.<WatchedFiles.Watched<ServerSSLOptions>>empty();
        tls.ifPresent(read -> options.setSsl(true)
                .setUseAlpn(read.last().isUseAlpn())
                .setKeyCertOptions(read.last().getKeyCertOptions())
                .setTrustOptions(read.last().getTrustOptions())
                .setClientAuth(read.last().getClientAuth()));
        var server = vertx.createHttpServer(options)
                .requestHandler(router)
                .listen(endpoint.port(), endpoint.host())
                .await();
        // It is awaited, so that a certificate counts as read only once new connections see it.
        tls.ifPresent(read -> read.onChange(fresh -> update(server, fresh)));
        return new Listener(server);
    }

    private static void update(HttpServer server, ServerSSLOptions fresh) {
        try {
            var _ = server.updateSSLOptions(fresh).await(TLS_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the listener did not take it within " + TLS_PATIENCE, e);
        }
    }

    private static WatchedFiles.Watched<ServerSSLOptions> tls(Vertx vertx, Config.Tls tls, WatchedFiles watched)
            throws IOException {
        var files = new ArrayList<>(List.of(tls.certFile(), tls.keyFile()));
        tls.clientCaFile().ifPresent(files::add);
        return watched.read(
                files,
                texts -> Certificates.listening(
                        vertx,
                        new Certificates.Pem(tls.certFile(), texts.getFirst()),
                        new Certificates.Pem(tls.keyFile(), texts.get(1)),
                        tls.clientCaFile().map(file -> new Certificates.Pem(file, texts.get(2)))));
    }

    int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        server.close().await();
    }
}
