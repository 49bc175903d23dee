package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Patience;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class BlockingTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Callable<String> WORKS = () -> "done";

    @AfterAll
    static void close() {
        var _ = VERTX.close().await();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("the work", failing(new IllegalStateException("no")), (Consumer<String>) _ -> {}),
                Arguments.of("the work, badly", failing(new StackOverflowError()), (Consumer<String>) _ -> {}),
                Arguments.of("the answering", WORKS, (Consumer<String>) _ -> {
                    throw new IllegalStateException("no");
                }));
    }

    private static Callable<String> failing(Throwable failure) {
        return () -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (Exception) failure;
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void whateverFailsTheClientIsAnswered(String what, Callable<String> work, Consumer<String> answer)
            throws Exception {
        var answered = request(work, answer);

        assertThat(answered.statusCode()).as(what).isEqualTo(500);
        assertThat(answered.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void theResultIsAnsweredWith() throws Exception {
        var router = Router.router(VERTX);
        router.get("/")
                .handler(request ->
                        Blocking.answer(VERTX, request, WORKS, done -> Answers.text(request, "text/plain", done)));

        assertThat(get(router).body()).isEqualTo("done");
    }

    private static HttpResponse<String> request(Callable<String> work, Consumer<String> answer) throws Exception {
        var router = Router.router(VERTX);
        router.get("/")
                .handler(request -> Blocking.answer(VERTX, request, work, answer))
                .failureHandler(Answers::failure);
        return get(router);
    }

    private static HttpResponse<String> get(Router router) throws Exception {
        var server = VERTX.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await();
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + "/"))
                    .timeout(Patience.MOST)
                    .build();
            return client.send(request, BodyHandlers.ofString());
        } finally {
            var _ = server.close().await();
        }
    }
}
