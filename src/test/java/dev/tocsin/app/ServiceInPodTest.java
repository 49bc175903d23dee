package dev.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.Patience;
import dev.tocsin.cluster.Events;
import dev.tocsin.cluster.OptIn;
import dev.tocsin.cluster.PodRef;
import dev.tocsin.cluster.Sandbox;
import dev.tocsin.journal.FileJournal;
import dev.tocsin.json.Json;
import dev.tocsin.yaml.InvalidFileException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as it is in a pod: one writer by a lease, and Events about runs. */
final class ServiceInPodTest {
    private static final PodRef OWN = new PodRef("tocsin", "tocsin-1", "own-uid");
    private static final Map<String, String> ALLOWED = Map.of(OptIn.ANNOTATION, OptIn.ALLOWED);

    @TempDir
    private Path home;

    private final Sandbox cluster = new Sandbox();
    private final List<Service> services = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void runPostgres() {
        cluster.put("db", "pg-0", "app=pg", ALLOWED);
    }

    @AfterEach
    void stop() {
        services.forEach(Service::close);
        http.close();
    }

    private Service start(String pod) throws IOException, InvalidFileException {
        var config = Config.parse("tocsin.yaml", """
                http: { host: 127.0.0.1, port: 0 }
                management: { host: 127.0.0.1, port: 0 }
                data: %s
                targets:
                  - name: first
                    optedIn: true
                    postgres: { host: 127.0.0.1, port: 1, database: d, user: u }
                    pod: { namespace: db, selector: app=pg }
                """.formatted(home.resolve("data")), true);
        var own = new PodRef(OWN.namespace(), pod, OWN.uid());
        var service = Service.start(config, () -> cluster, InstantSource.system(), Optional.of(own));
        services.add(service);
        return service;
    }

    private HttpResponse<String> post(Service service, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Kills the pod, and holds that for so long. */
    private String run(Service service, String hold) throws Exception {
        var answer = post(service, "/api/v1/runs", """
                {"scenario": {"apiVersion": "tocsin.dev/v1alpha1", "kind": "Scenario", "metadata": {"name": "killed"},
                  "spec": {"stress": [{"name": "kill", "at": "1s", "hold": "%s", "podKill": {}}],
                           "expect": {"never": ["alertname=\\"Any\\""]}, "guards": {"maxDuration": "5m"}}}}
                """.formatted(hold));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return Json.MAPPER.readTree(answer.body()).path("id").asString();
    }

    private String journal() throws IOException {
        return Files.readString(home.resolve("data").resolve(FileJournal.FILE));
    }

    @Test
    void nothingIsOpenedBeforeTheLeaseIsOurs() throws Exception {
        cluster.snatch("tocsin", "another");
        var starting = CompletableFuture.supplyAsync(() -> {
            try {
                return start("tocsin-1");
            } catch (IOException | InvalidFileException e) {
                throw new IllegalStateException(e);
            }
        });
        await().during(Duration.ofMillis(500)).until(() -> !starting.isDone());
        assertThat(home.resolve("data")).doesNotExist();

        cluster.free("tocsin");
        assertThat(starting.get(Patience.MOST.toSeconds(), TimeUnit.SECONDS).port())
                .isPositive();
    }

    @Test
    void whoLosesTheLeaseWritesNothingMoreAndEndsAndTheNextTakesTheRunUp() throws Exception {
        var service = start("tocsin-1");
        var run = run(service, "4m");
        await().until(() -> journal().contains("stimulusApplied"));
        cluster.snatch("tocsin", "tocsin-2");
        assertThat(service.lost().get(Patience.MOST.toSeconds(), TimeUnit.SECONDS))
                .contains("lost")
                .contains("tocsin-2");
        assertThat(journal()).doesNotContain("runEnded").doesNotContain("serviceStopped");

        cluster.free("tocsin");
        var next = start("tocsin-2");
        await().until(() -> journal().contains("verdictReached"));
        assertThat(http.send(
                                HttpRequest.newBuilder(
                                                URI.create("http://127.0.0.1:" + next.port() + "/api/v1/runs/" + run))
                                        .build(),
                                BodyHandlers.ofString())
                        .body())
                .contains("INCONCLUSIVE");
    }

    @Test
    void aRunIsToldOfOnOurPodAndItsStimulusOnTheTargets() throws Exception {
        var before = cluster.select(new dev.tocsin.cluster.PodSelector("db", "app=pg"))
                .getFirst();
        var run = run(start("tocsin-1"), "0s");
        await().until(() -> cluster.told().size() == 4);

        assertThat(cluster.told())
                .extracting(event -> event.about().name() + " " + event.kind() + " " + event.reason())
                .containsExactly(
                        "tocsin-1 NORMAL RunStarted",
                        "pg-0 NORMAL StimulusInjected",
                        "pg-0 NORMAL StimulusReleased",
                        "tocsin-1 WARNING RunFailed");
        assertThat(cluster.told()).extracting(Events.Event::message).allMatch(text -> text.contains("scenario killed"));
        assertThat(cluster.told()).extracting(Events.Event::message).allMatch(text -> text.contains(run));
        assertThat(cluster.told().getLast().message()).contains("verdict INCONCLUSIVE");
        assertThat(cluster.told().get(1).about().uid()).isEqualTo(before.uid());
        assertThat(cluster.told().get(2).about().uid()).isNotEqualTo(before.uid());
    }

    @Test
    void aRunDoesNotMindThatNoEventCanBeMade() throws Exception {
        cluster.deafen();
        var _ = run(start("tocsin-1"), "0s");
        await().until(() -> journal().contains("verdictReached"));
        assertThat(journal()).contains("stimulusReleased").doesNotContain("runBroke");
    }

    @Test
    void aPodThatHasNotOptedInIsRefusedInThePreflight() throws Exception {
        cluster.put("db", "pg-0", "app=pg", Map.of());
        var _ = run(start("tocsin-1"), "0s");
        await().until(() -> journal().contains("verdictReached"));
        assertThat(journal())
                .contains("INCONCLUSIVE")
                .contains("annotate pod pg-0")
                .doesNotContain("stimulusStarting");
        assertThat(cluster.deeds()).isEmpty();
    }

    @Test
    void aBudgetThatRefusesMakesTheRunInconclusive() throws Exception {
        cluster.budget("keep-one", "pg-0");
        var service = start("tocsin-1");
        var answer = post(service, "/api/v1/runs", """
                {"scenario": {"apiVersion": "tocsin.dev/v1alpha1", "kind": "Scenario", "metadata": {"name": "evicted"},
                  "spec": {"stress": [{"name": "kill", "at": "1s", "hold": "0s", "podKill": {"evict": true}}],
                           "expect": {"never": ["alertname=\\"Any\\""]}, "guards": {"maxDuration": "5m"}}}}
                """);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        await().until(() -> journal().contains("verdictReached"));
        assertThat(journal()).contains("stimulusRefused").contains("keep-one").contains("\"INCONCLUSIVE\"");
        assertThat(cluster.deeds()).isEmpty();
    }
}
