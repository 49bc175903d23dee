package dev.tocsin.http;

import static dev.tocsin.http.WithRealService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.cluster.KnownTokens;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API with the tokens of a cluster. */
final class KubernetesAccessTest {
    private static final String RUNS = "/api/v1/runs";

    @TempDir
    private Path home = Path.of("");

    private final KnownTokens cluster = new KnownTokens();
    private RealService service;

    @BeforeEach
    void start() throws Exception {
        cluster.allow(cluster.token("operator", "tocsin", "ci", "deployer"), "here", "get", "create");
        cluster.allow(cluster.token("viewer", "tocsin", "ci", "reader"), "here", "get");
        var _ = cluster.token("nobody", "tocsin", "ci", "nobody");
        var _ = cluster.token("other", "vault", "ci", "deployer");
        service = RealService.start(
                home,
                config -> config.replaceAll(
                        "api: \\{ (.*) }", "api: { $1, kubernetes: { audience: tocsin, namespace: here } }"),
                () -> cluster);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private java.net.http.HttpResponse<String> post(String token, String body) throws Exception {
        return service.send(service.request(RUNS, token).POST(java.net.http.HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void whoMayCreateRunsIsAnOperator() throws Exception {
        try (var log = new HeardLog()) {
            // Longer than what comes with the first packet, so that some of it comes while the cluster is asked.
            var answer = post("operator", "{\"scenario\": \"idle\"" + " ".repeat(500_000) + "}");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
            assertThat(RealService.json(answer).path("requestedBy").asString())
                    .isEqualTo("system:serviceaccount:ci:deployer");
            // The line follows the answer.
            Awaitility.await().until(() -> !log.events("audit").isEmpty());
            var line = log.events("audit").getFirst();
            assertThat(line.path("caller").asString()).isEqualTo("system:serviceaccount:ci:deployer");
            assertThat(line.path("authenticatedBy").asString()).isEqualTo("kubernetes");
            var _ = service.finish(RealService.json(answer).path("id").asString());
        }
    }

    @Test
    void whoMayGetRunsIsAViewer() throws Exception {
        assertThat(service.send(service.request(RUNS, "viewer")).statusCode()).isEqualTo(200);
        assertProblem(post("viewer", "{}"), 403, "/problems/forbidden");
    }

    @Test
    void whoMayDoNothingIsForbidden() throws Exception {
        assertProblem(service.send(service.request(RUNS, "nobody")), 403, "/problems/forbidden");
    }

    @Test
    void whatIsNoTokenForTocsinIsNone() throws Exception {
        assertProblem(service.send(service.request(RUNS, "other")), 401, "/problems/unauthorized");
        assertProblem(service.send(service.request(RUNS, "wrong")), 401, "/problems/unauthorized");
        assertProblem(service.send(service.request(RUNS, "")), 401, "/problems/unauthorized");
    }

    @Test
    void theFileIsAskedFirst() throws Exception {
        assertThat(service.get(RUNS).statusCode()).isEqualTo(200);
        assertProblem(service.send(service.request(RUNS, RealService.EXPIRED)), 401, "/problems/unauthorized");

        assertThat(cluster.asked()).isZero();
    }

    @Test
    void anAnswerIsRemembered() throws Exception {
        for (var i = 0; i < 5; i++) {
            assertThat(service.send(service.request(RUNS, "viewer")).statusCode())
                    .isEqualTo(200);
        }
        // More than one only on a machine that takes 10 s for five requests.
        assertThat(cluster.asked()).isLessThan(5);
    }

    @Test
    void aClusterThatDoesNotAnswerIsNoRefusal() throws Exception {
        cluster.away(true);

        var answer = service.send(service.request(RUNS, "viewer"));

        assertProblem(answer, 503, "/problems/cluster-unavailable");
        assertThat(answer.body()).contains("Kubernetes API server");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(service.get(RUNS).statusCode())
                .as("with a token of the file")
                .isEqualTo(200);
        cluster.away(false);
        assertThat(service.send(service.request(RUNS, "viewer")).statusCode()).isEqualTo(200);
    }
}
