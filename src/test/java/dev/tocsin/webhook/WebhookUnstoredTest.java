package dev.tocsin.webhook;

import static dev.tocsin.http.WithRealService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.http.Payloads;
import dev.tocsin.journal.Entry;
import dev.tocsin.journal.Journal;
import dev.tocsin.journal.JournalFullException;
import dev.tocsin.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A journal that cannot write: Alertmanager must send again, and it does so only after a 5xx. */
final class WebhookUnstoredTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    static final List<Exception> FAILURES = List.of(
            new IOException("no space left on device"),
            new JournalFullException(),
            new IllegalStateException("the journal is closed"),
            new RuntimeException());

    @ParameterizedTest
    @FieldSource("FAILURES")
    void whatCouldNotBeStoredShallBeSentAgain(Exception failure) throws Exception {
        var answer = post(listen(new FailingJournal(failure)), Payloads.read("single-firing"));

        assertProblem(answer, 503, "/problems/not-stored");
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void whatCanNeverBeReadIsStillRefusedForGood() throws Exception {
        var answer = post(listen(new FailingJournal(new IOException("no space left on device"))), "{");

        assertProblem(answer, 400, "/problems/unreadable");
    }

    private int listen(Journal journal) {
        var router = Router.router(vertx);
        new WebhookRoute(journal, new Telemetry("test")).mount(router, RoutingContext::next);
        return vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await()
                .actualPort();
    }

    private static HttpResponse<String> post(int port, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + WebhookRoute.PATH))
                .POST(BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private record FailingJournal(Exception failure) implements Journal {
        @Override
        public Future<Recorded> append(Fact fact) {
            return Future.failedFuture(failure);
        }

        @Override
        public Following follow(Consumer<Recorded> listener) {
            return () -> {};
        }

        @Override
        public List<Entry> read(long fromSeq, long toSeq) {
            return List.of();
        }

        @Override
        public void readAll(Consumer<Entry> reader) {}

        @Override
        public void close() {}
    }
}
