package dev.tocsin.runs;

import static dev.tocsin.http.RealService.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.http.RealService;
import dev.tocsin.json.Json;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What becomes of an order: a run, or a reason why not. */
final class RunOrdersTest extends WithRuns {
    @Test
    void aRunIsAdmittedAndShown() throws Exception {
        var answer = service.post(RUNS, ORDER);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        var run = json(answer);
        var place = RUNS + "/" + run.path("id").asString();
        assertThat(answer.headers().firstValue("Location")).contains(place);
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
        assertThat(run.path("scenario").asString()).isEqualTo("idle");
        assertThat(run.path("target").asString()).isEqualTo("first");
        assertThat(run.path("requestedBy").asString()).isEqualTo("ada");
        assertThat(run.path("reason").asString()).isEqualTo("because");
        assertThat(run.has("verdict")).isFalse();
        assertThat(json(service.get(place)).path("id")).isEqualTo(run.path("id"));
    }

    @Test
    void aWholeScenarioMayBeSentAndItsParametersSet() throws Exception {
        var order = order(RealService.IDLE.replace("name: idle", "name: sent"), Map.of("fill", "12%"));

        var run = started(order);

        assertThat(json(service.get(RUNS + "/" + run)).path("scenario").asString())
                .isEqualTo("sent");
        assertThat(events(run).getFirst().at("/fact/scenario/parameters/fill").asString())
                .isEqualTo("12%");
    }

    @Test
    void aViewerMayLookAndNotTouch() throws Exception {
        var run = service.run("idle");
        for (var path : List.of(RUNS, RUNS + "/" + run + "/abort")) {
            var answer = service.send(service.request(path, RealService.VIEWER).POST(BodyPublishers.ofString(ORDER)));

            assertProblem(answer, 403, "/problems/forbidden");
            assertThat(answer.body()).contains("operator");
        }
        assertThat(json(service.get(RUNS + "/" + run)).path("phase").asString()).isEqualTo("preparing");
    }

    @Test
    void aBusyTargetIsLeftToItsRun() throws Exception {
        var run = service.run("idle");

        var answer = service.post(RUNS, ORDER);

        assertProblem(answer, 409, "/problems/target-busy");
        assertThat(json(answer).path("runId").asString()).isEqualTo(run);
        assertThat(answer.headers().firstValue("Retry-After")).contains("10");
    }

    @Test
    void oneOfManyAtOnceGetsTheTarget() throws Exception {
        var statuses = new ArrayList<Integer>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var posts = Collections.nCopies(
                    20, (Callable<Integer>) () -> service.post(RUNS, ORDER).statusCode());
            for (var post : clients.invokeAll(posts)) {
                statuses.add(post.get());
            }
        }
        assertThat(statuses).containsOnlyOnce(202).containsOnly(202, 409);
    }

    @Test
    void oneTargetDoesNotWaitForAnother() throws Exception {
        var _ = service.run("idle");
        var _ = service.run("second");

        assertThat(json(service.get(RUNS + "?limit=2")).path("runs"))
                .extracting(run -> run.path("target").asString())
                .containsExactly("second", "first");
    }

    @Test
    void theSameKeyWithTheSameBodyIsTheSameRun() throws Exception {
        var key = Map.of("Idempotency-Key", "key-1");
        var first = service.post(RUNS, ORDER, key);

        var again = service.post(RUNS, ORDER, key);

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).path("id")).isEqualTo(json(first).path("id"));
        assertThat(again.headers().firstValue("Location"))
                .isEqualTo(first.headers().firstValue("Location"));
        var other = service.post(RUNS, ORDER.replace("because", "for fun"), key);
        assertProblem(other, 422, "/problems/idempotency-key-reused");
    }

    @Test
    void theSameKeyIsStillKnownWhenTheRunHasEnded() throws Exception {
        var key = Map.of("Idempotency-Key", "key-2");
        var run = json(service.post(RUNS, ORDER, key)).path("id").asString();
        var _ = ended(run);

        var again = service.post(RUNS, ORDER, key);

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).path("id").asString()).isEqualTo(run);
        assertThat(json(again).path("verdict").asString()).isEqualTo("ABORTED");
    }

    @Test
    void aKeyIsNoNovel() throws Exception {
        assertProblem(
                service.post(RUNS, ORDER, Map.of("Idempotency-Key", "x".repeat(256))), 400, "/problems/bad-request");
        assertProblem(service.post(RUNS, ORDER, Map.of("Idempotency-Key", "")), 400, "/problems/bad-request");
    }

    @Test
    void everyMistakeOfALoadedScenarioIsListed() throws Exception {
        var name = StreamSupport.stream(
                        json(service.get("/api/v1/scenarios")).path("scenarios").spliterator(), false)
                .filter(scenario -> !scenario.path("mistakes").isEmpty())
                .map(scenario -> scenario.path("name").asString())
                .findFirst()
                .orElseThrow();

        var answer = service.post(RUNS, Json.MAPPER.writeValueAsString(Map.of("scenario", name)));

        assertProblem(answer, 422, "/problems/scenario-invalid");
        assertThat(places(answer)).containsExactlyInAnyOrderElementsOf(places(RealService.BROKEN));
    }

    /** The text that was sent is what the sender can look at. */
    @Test
    void everyMistakeOfASentScenarioIsListedWithItsPlaceInWhatWasSent() throws Exception {
        var body = """
                {
                \t"reason": "tabs and an emoji \\ud83d\\ude00 before it",
                \t"scenario": {
                \t\t"apiVersion": "tocsin.dev/v1alpha1", "kind": "Scenario", "metadata": { "name": "Sent\\/It" },
                \t\t"spec": { "stress": [ { "connectionFlod": { "fill": "50%" } } ],
                \t\t          "expect": { "alerts": [ "A" ] }, "guards": { "maxDuration": "soon" } }
                \t},
                \t"parameters": {}
                }
                """;

        var answer = service.post(RUNS, body);

        assertProblem(answer, 422, "/problems/scenario-invalid");
        var lines = body.split("\n", -1);
        assertThat(json(answer).path("errors")).hasSizeGreaterThanOrEqualTo(2).allSatisfy(mistake -> {
            var line = lines[mistake.path("line").asInt() - 1];
            assertThat(line.substring(mistake.path("column").asInt() - 1))
                    .as(mistake.toString())
                    .satisfiesAnyOf(
                            text -> assertThat(text).startsWith("\"connectionFlod\""),
                            text -> assertThat(text).startsWith("\"soon\""),
                            text -> assertThat(text).startsWith("\"Sent"),
                            text -> assertThat(text).startsWith("{ \"connectionFlod\""));
        });
        assertThat(answer.body()).contains("connectionFlod").contains("guards.maxDuration");
    }

    @Test
    void aParameterThatTheScenarioDoesNotHaveIsAMistake() throws Exception {
        var answer = service.post(RUNS, "{\"scenario\": \"idle\", \"parameters\": {\"fil\": \"1%\"}}");

        assertProblem(answer, 422, "/problems/scenario-invalid");
        assertThat(answer.body()).contains("there is no parameter fil");
    }

    @Test
    void aTargetThatHasNotOptedInIsLeftAlone() throws Exception {
        var answer = service.post(RUNS, "{\"scenario\": \"refused\"}");

        assertProblem(answer, 422, "/problems/scenario-invalid");
        assertThat(answer.body()).contains("reluctant").contains("optedIn");
    }

    @Test
    void aSecondRestartNeedsAPodLikeAnyOther() throws Exception {
        var order = order(
                RealService.IDLE.replace("[SomeAlert]", "[SomeAlert], durability: { secondRestart: true }"), Map.of());

        var answer = service.post(RUNS, order);

        assertProblem(answer, 422, "/problems/scenario-invalid");
        assertThat(answer.body()).contains("second-restart needs a pod", "the target first names none");
    }

    @Test
    void aScenarioThatIsNotLoadedIsNotFound() throws Exception {
        assertProblem(service.post(RUNS, "{\"scenario\": \"none\"}"), 404, "/problems/not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "{",
                "[]",
                "7",
                "\"idle\"",
                "{}",
                "{\"scenario\": null}",
                "{\"scenario\": 7}",
                "{\"scenario\": [\"idle\"]}",
                "{\"scenario\": \"idle\", \"reson\": \"misspelt\"}",
                "{\"scenario\": \"idle\", \"scenario\": \"second\"}",
                "{\"scenario\": \"idle\", \"parameters\": 7}",
                "{\"scenario\": \"idle\", \"parameters\": {\"fill\": null}}",
                "{\"scenario\": \"idle\"} and more"
            })
    void garbageIsRefused(String body) throws Exception {
        assertProblem(service.post(RUNS, body), 400, "/problems/bad-request");
        assertThat(json(service.get(RUNS + "?limit=1"))
                        .at("/runs/0")
                        .path("verdict")
                        .isMissingNode())
                .as("nothing was started")
                .isEqualTo(json(service.get(RUNS)).path("runs").isEmpty());
    }

    @Test
    void anOrderOverAMegabyteIsRefused() throws Exception {
        assertProblem(service.post(RUNS, ORDER + " ".repeat(1 << 20)), 413, "/problems/too-large");
    }

    private static String started(String order) throws IOException, InterruptedException {
        var answer = service.post(RUNS, order);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer).path("id").asString();
    }

    private static String order(String scenario, Map<String, String> parameters) {
        return Json.MAPPER.writeValueAsString(
                Map.of("scenario", new YAMLMapper().readTree(scenario), "parameters", parameters));
    }

    private static List<String> places(HttpResponse<String> answer) {
        return StreamSupport.stream(json(answer).path("errors").spliterator(), false)
                .map(mistake -> mistake.path("line").asInt() + ":"
                        + mistake.path("column").asInt())
                .toList();
    }

    /** Where the mistakes of the broken scenario stand. */
    private static List<String> places(String broken) {
        var lines = broken.split("\n", -1);
        var places = new ArrayList<String>();
        for (var i = 0; i < lines.length; i++) {
            for (var wrong : List.of("connectionFlod:", "perhaps")) {
                if (lines[i].contains(wrong)) {
                    places.add((i + 1) + ":" + (lines[i].indexOf(wrong) + 1));
                }
            }
            if (lines[i].contains("Scenaria")) {
                places.add((i + 1) + ":" + (lines[i].indexOf("Scenaria") + 1));
            }
        }
        return places;
    }
}
