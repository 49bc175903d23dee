package dev.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.json.Json;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is sent to an API server, and what its answers mean; the answers are those of a real one, written down. */
final class KubernetesReviewsTest {
    private static final Reviews.Holder HOLDER = new Reviews.Holder(
            "system:serviceaccount:ci:deployer",
            Optional.of("0a1b"),
            List.of("system:authenticated"),
            Map.of("authentication.kubernetes.io/pod-name", List.of("ci-0")));

    private final BlockingQueue<JsonNode> sent = new LinkedBlockingQueue<>();
    private volatile String status = "{}";
    private volatile int code = 201;
    private HttpServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body =
                    Json.MAPPER.readTree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            sent.add(Json.MAPPER.readTree(
                    "{\"path\":\"" + exchange.getRequestURI().getPath() + "\",\"body\":" + body + "}"));
            var answer = code < 300
                    ? "{\"apiVersion\":" + body.path("apiVersion") + ",\"kind\":" + body.path("kind") + ",\"spec\":"
                            + body.path("spec") + ",\"status\":" + status + "}"
                    : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":" + code
                            + ",\"reason\":\"Forbidden\",\"message\":\"tokenreviews is forbidden\"}";
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, answer.getBytes(StandardCharsets.UTF_8).length);
            exchange.getResponseBody().write(answer.getBytes(StandardCharsets.UTF_8));
        }
    }

    private Reviews reviews() {
        return new KubernetesPods(client).reviews();
    }

    @Test
    void theAudienceIsSentAndMustComeBack() throws Exception {
        status = "{\"authenticated\":true,\"audiences\":[\"tocsin\"],\"user\":{\"username\":\"" + HOLDER.name()
                + "\",\"uid\":\"0a1b\",\"groups\":[\"system:authenticated\"],\"extra\":"
                + "{\"authentication.kubernetes.io/pod-name\":[\"ci-0\"]}}}";

        assertThat(reviews().holder("abc", "tocsin")).contains(HOLDER);

        var review = sent.take();
        assertThat(review.path("path").asString()).isEqualTo("/apis/authentication.k8s.io/v1/tokenreviews");
        assertThat(review.at("/body/spec").toString()).isEqualTo("{\"audiences\":[\"tocsin\"],\"token\":\"abc\"}");
        assertThat(reviews().holder("abc", "other")).isEmpty();
    }

    /** An API server that knows no audiences says yes to any token of the cluster. */
    @Test
    void aYesThatNamesNoAudienceIsNone() {
        status = "{\"authenticated\":true,\"user\":{\"username\":\"somebody\"}}";

        assertThat(reviews().holder("abc", "tocsin")).isEmpty();
    }

    @Test
    void anErrorAboutATokenIsANo() {
        status = "{\"user\":{},\"error\":\"[invalid bearer token, Token has been invalidated]\"}";

        assertThat(reviews().holder("abc", "tocsin")).isEmpty();
    }

    @Test
    void allThatIsKnownOfTheHolderIsSentOn() throws Exception {
        status = "{\"allowed\":true}";

        assertThat(reviews().allows(HOLDER, new Reviews.Deed("create", "tocsin.dev", "runs", "tocsin")))
                .isTrue();

        var review = sent.take();
        assertThat(review.path("path").asString()).isEqualTo("/apis/authorization.k8s.io/v1/subjectaccessreviews");
        var spec = review.at("/body/spec");
        assertThat(spec.path("user").asString()).isEqualTo(HOLDER.name());
        assertThat(spec.path("uid").asString()).isEqualTo("0a1b");
        assertThat(spec.path("groups").toString()).isEqualTo("[\"system:authenticated\"]");
        assertThat(spec.path("extra").toString()).isEqualTo("{\"authentication.kubernetes.io/pod-name\":[\"ci-0\"]}");
        assertThat(spec.path("resourceAttributes").toString())
                .isEqualTo(
                        "{\"group\":\"tocsin.dev\",\"namespace\":\"tocsin\",\"resource\":\"runs\",\"verb\":\"create\"}");
    }

    @Test
    void neitherYesNorNoIsNo() {
        status = "{\"allowed\":false,\"denied\":false,\"reason\":\"no opinion\"}";

        assertThat(reviews().allows(HOLDER, new Reviews.Deed("get", "tocsin.dev", "runs", "tocsin")))
                .isFalse();
    }

    @Test
    void whoMayNotAskIsToldWhy() {
        code = 403;

        assertThatThrownBy(() -> reviews().holder("hunter2", "tocsin"))
                .isInstanceOf(ClusterException.class)
                .hasMessage("cannot review a token: tokenreviews is forbidden");
    }
}
