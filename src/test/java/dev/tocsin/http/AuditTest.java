package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the log says of who did what. */
final class AuditTest extends WithRealService {
    private static final String RUNS = "/api/v1/runs";

    private HeardLog log = new HeardLog();

    @BeforeEach
    void listen() {
        log.close();
        log = new HeardLog();
    }

    @AfterEach
    void stop() {
        log.close();
    }

    private JsonNode line(String action, int status) {
        // The line follows the answer.
        return Awaitility.await()
                .until(
                        () -> log.events("audit").stream()
                                .filter(line -> line.path("action").asString().equals(action)
                                        && line.path("status").asInt(0) == status)
                                .reduce((_, last) -> last),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void aRunThatIsStartedAndStopped() throws Exception {
        var run = RealService.json(service.post(RUNS, "{\"scenario\": \"idle\", \"reason\": \"why\\nnot\"}"))
                .path("id")
                .asString();
        var _ = service.post(RUNS, "{\"scenario\": \"idle\"}");
        var _ = service.post(RUNS + "/" + run + "/abort", "{\"reason\": \"enough\"}");
        var _ = service.finish(run);

        var started = line("startRun", 202);
        assertThat(started.path("caller").asString()).isEqualTo("ada");
        assertThat(started.path("authenticatedBy").asString()).isEqualTo("tokensFile");
        assertThat(started.path("method").asString()).isEqualTo("POST");
        assertThat(started.path("path").asString()).isEqualTo(RUNS);
        assertThat(started.path("scenario").asString()).isEqualTo("idle");
        assertThat(started.path("run").asString()).isEqualTo(run);
        assertThat(started.path("reason").asString()).isEqualTo("why\nnot");
        assertThat(started.path("remote").asString()).isEqualTo("127.0.0.1");
        assertThat(line("startRun", 409).path("scenario").asString()).isEqualTo("idle");
        var stopped = log.events("audit").stream()
                .filter(line -> line.path("reason").asString("").equals("enough"))
                .findFirst()
                .orElseThrow();
        assertThat(stopped.path("action").asString()).isEqualTo("abortRun");
        assertThat(stopped.path("run").asString()).isEqualTo(run);
        assertThat(stopped.path("scenario").asString()).isEqualTo("idle");
    }

    @Test
    void whatIsRefused() throws Exception {
        var _ = service.post(RUNS, "{\"scenario\": \"refused\", \"reason\": \"a try\"}");
        var _ = service.post(RUNS, "{\"scenario\": \"none\"}");
        var _ = service.send(service.request(RUNS, RealService.VIEWER).POST(BodyPublishers.ofString("{}")));
        var _ = service.send(service.request(RUNS, RealService.EXPIRED).POST(BodyPublishers.ofString("{}")));
        var _ = service.post("/api/v1/doctor/drill", "[");

        assertThat(line("startRun", 422).path("reason").asString()).isEqualTo("a try");
        assertThat(line("startRun", 404).path("scenario").asString()).isEqualTo("none");
        assertThat(line("startRun", 403).path("caller").asString()).isEqualTo("bob");
        assertThat(line("startRun", 401).path("caller").asString()).isEqualTo("cy");
        assertThat(line("ringDrill", 400).path("caller").asString()).isEqualTo("ada");
    }

    @Test
    void aNotificationThatIsTurnedAwayAndNoneThatIsTaken() throws Exception {
        var _ = service.notify(Payloads.read("single-firing"));
        var _ = service.send(service.request(RealService.WEBHOOK, RealService.OPERATOR)
                .POST(BodyPublishers.ofString(Payloads.read("single-firing"))));

        var refused = line("receiveNotification", 401);
        assertThat(refused.path("path").asString()).isEqualTo(RealService.WEBHOOK);
        assertThat(log.events("audit")).hasSize(1);
        assertThat(log.text()).doesNotContain(RealService.OPERATOR);
    }

    @Test
    void whoReadsIsNotWrittenDown() throws Exception {
        var _ = service.get(RUNS);
        var _ = service.post(RUNS, "{", Map.of());

        assertThat(line("startRun", 400)).isNotNull();
        assertThat(log.events("audit")).hasSize(1);
    }
}
