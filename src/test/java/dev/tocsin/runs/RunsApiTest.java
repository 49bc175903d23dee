package dev.tocsin.runs;

import static dev.tocsin.http.RealService.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.http.Payloads;
import dev.tocsin.http.RealService;
import dev.tocsin.json.Json;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.StreamSupport;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The life of a run as a client sees it. */
final class RunsApiTest {
    private static final String RUNS = "/api/v1/runs";
    private static final String ORDER = "{\"scenario\": \"idle\", \"reason\": \"because\"}";

    @TempDir
    private static Path home;

    private static RealService service;

    @BeforeAll
    static void start() throws Exception {
        service = RealService.start(home);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @AfterEach
    void endEveryRun() throws Exception {
        for (var run : json(service.get(RUNS)).path("runs")) {
            if (!run.has("verdict")) {
                var _ = ended(run.path("id").asString());
            }
        }
    }

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
            var answer = service.send(service.request(path, RealService.VIEWER)
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString(ORDER)));

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
            var posts = java.util.Collections.nCopies(20, (java.util.concurrent.Callable<Integer>)
                    () -> service.post(RUNS, ORDER).statusCode());
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

    @Test
    void whoWaitsHearsOfTheVerdictAtOnce() throws Exception {
        var run = service.run("idle");
        try (var waiting = Executors.newVirtualThreadPerTaskExecutor()) {
            var answer = waiting.submit(() -> service.get(RUNS + "/" + run + "?wait=50s"));
            var began = System.nanoTime();
            assertThat(service.post(RUNS + "/" + run + "/abort", "{\"reason\": \"enough\"}")
                            .statusCode())
                    .isEqualTo(202);

            var document = json(answer.get());

            assertThat(document.path("verdict").asString()).isEqualTo("ABORTED");
            assertThat(document.path("reasons").toString()).contains("enough");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void whoWaitsInVainIsAnsweredWhenTheWaitIsOver() throws Exception {
        var run = service.run("idle");
        var began = System.nanoTime();

        var answer = service.get(RUNS + "/" + run + "?wait=1s");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).has("verdict")).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"?wait=long", "?wait=10", "?wait=-1s", "?wait="})
    void aWaitIsADuration(String query) throws Exception {
        var run = service.run("idle");

        assertProblem(service.get(RUNS + "/" + run + query), 400, "/problems/bad-request");
    }

    @Test
    void toStopARunTwiceIsNoMistake() throws Exception {
        var run = service.run("idle");
        var document = ended(run);

        var again = service.post(RUNS + "/" + run + "/abort", "");

        assertThat(document.path("reasons").toString()).contains("ada").contains("no reason was given");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).path("verdict").asString()).isEqualTo("ABORTED");
        assertThat(events(run))
                .filteredOn(event -> kind(event).equals("abortRequested"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "[]", "7", "{\"reson\": \"misspelt\"}"})
    void toStopARunForGarbageIs(String body) throws Exception {
        var run = service.run("idle");

        assertProblem(service.post(RUNS + "/" + run + "/abort", body), 400, "/problems/bad-request");
        assertThat(json(service.get(RUNS + "/" + run)).has("verdict")).isFalse();
    }

    @Test
    void runsAreListedPageByPage() throws Exception {
        var started = new ArrayList<String>();
        for (var i = 0; i < 5; i++) {
            started.add(service.run("idle"));
            var _ = ended(started.getLast());
        }
        var seen = new ArrayList<String>();
        var page = json(service.get(RUNS + "?scenario=idle&verdict=ABORTED&limit=2"));
        while (true) {
            assertThat(page.path("runs").size()).isLessThanOrEqualTo(2);
            page.path("runs").forEach(run -> seen.add(run.path("id").asString()));
            if (!page.has("next")) {
                break;
            }
            page = json(service.get(RUNS + "?scenario=idle&verdict=ABORTED&limit=2&cursor="
                    + page.path("next").asString()));
        }
        assertThat(seen).doesNotHaveDuplicates().startsWith(started.reversed().toArray(String[]::new));
    }

    @Test
    void runsAreListedByScenarioAndVerdict() throws Exception {
        var going = service.run("idle");
        var stopped = service.run("second");
        var _ = ended(stopped);

        assertThat(listed("?scenario=second")).contains(stopped).doesNotContain(going);
        assertThat(listed("?verdict=ABORTED")).contains(stopped).doesNotContain(going);
        assertThat(listed("?verdict=PASSED")).isEmpty();
        assertThat(listed("?scenario=none")).isEmpty();
        assertThat(listed("")).startsWith(stopped, going);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?limit=0",
                "?limit=101",
                "?limit=-1",
                "?limit=many",
                "?limit=",
                "?verdict=passed",
                "?verdict=",
                "?cursor=x",
                "?cursor=00000000-0000-7000-8000-000000000000"
            })
    void aListIsAskedForProperly(String query) throws Exception {
        assertProblem(service.get(RUNS + query), 400, "/problems/bad-request");
    }

    @Test
    void theEventsOfARunAreItsFactsInOrder() throws Exception {
        var run = service.run("idle");
        var _ = service.notify(Payloads.read("single-firing"));
        var _ = ended(run);
        var _ = service.notify(Payloads.read("single-resolved"));

        var events = events(run);

        assertThat(events)
                .extracting(RunsApiTest::kind)
                .containsExactly(
                        "runAdmitted",
                        "baselineTaken",
                        "notificationReceived",
                        "abortRequested",
                        "runEnded",
                        "verdictReached");
        assertThat(events)
                .extracting(event -> event.path("seq").asLong())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aListOfEventsBeginsWhereItIsAskedTo() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);
        var all = events(run);
        var third = all.get(2).path("seq").asLong();

        assertThat(json(service.get(RUNS + "/" + run + "/events?after=" + third)))
                .containsExactlyElementsOf(all.subList(3, all.size()));
        assertThat(json(service.get(RUNS + "/" + run + "/events?after=" + Long.MAX_VALUE)))
                .isEmpty();
    }

    @Test
    void aStreamTellsFactsAsTheyComeAndEndsWithTheVerdict() throws Exception {
        var run = service.run("idle");
        try (var stream = Stream.open(run, Map.of())) {
            assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
            assertThat(stream.headers().firstValue("Cache-Control")).contains("no-cache, no-transform");
            assertThat(stream.next().get("event")).isEqualTo("runAdmitted");
            assertThat(stream.next().get("event")).isEqualTo("baselineTaken");

            var _ = service.notify(Payloads.read("single-firing"));
            assertThat(stream.next().get("event")).isEqualTo("notificationReceived");

            var _ = service.post(RUNS + "/" + run + "/abort", "");
            assertThat(stream.rest())
                    .extracting(event -> event.get("event"))
                    .containsExactly("abortRequested", "runEnded", "verdictReached");
        }
    }

    @Test
    void aStreamTellsWhatTheListTells() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);

        try (var stream = Stream.open(run, Map.of())) {
            assertThat(stream.rest())
                    .extracting(event -> Json.MAPPER.readTree(String.valueOf(event.get("data"))))
                    .containsExactlyElementsOf(events(run));
        }
    }

    @Test
    void aStreamGoesOnAfterTheLastEventThatWasSeen() throws Exception {
        var run = service.run("idle");
        String seen;
        try (var stream = Stream.open(run, Map.of())) {
            seen = String.valueOf(stream.next().get("id"));
        }

        try (var stream = Stream.open(run, Map.of("Last-Event-ID", seen))) {
            var next = stream.next();
            assertThat(next.get("event")).isEqualTo("baselineTaken");
            assertThat(Long.parseLong(String.valueOf(next.get("id")))).isGreaterThan(Long.parseLong(seen));
        }
    }

    /** An EventSource comes back for ever, and what came after the run is none of its business. */
    @Test
    void aReaderThatHasSeenTheVerdictIsToldNotToComeBack() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);
        var last = events(run).getLast().path("seq").asString();
        var _ = service.notify(Payloads.read("single-firing"));

        try (var stream = Stream.open(run, Map.of("Last-Event-ID", last))) {
            assertThat(stream.answer.statusCode()).isEqualTo(204);
            assertThat(stream.rest()).isEmpty();
        }
    }

    @Test
    void anEventIsANumber() throws Exception {
        var run = service.run("idle");
        for (var accept : List.of("text/event-stream", "application/json")) {
            assertProblem(
                    service.send(service.request(RUNS + "/" + run + "/events", RealService.VIEWER)
                            .header("Accept", accept)
                            .header("Last-Event-ID", "x")),
                    400,
                    "/problems/bad-request");
        }
    }

    @Test
    void theEvidenceIsServedFileByFileAndAsOne() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);
        var types = Map.of(
                "verdict.json", "application/json",
                "junit.xml", "application/xml",
                "report.md", "text/markdown; charset=utf-8",
                "journal.ndjson", "application/x-ndjson");
        var files = new HashMap<String, String>();
        for (var file : types.entrySet()) {
            var answer = service.get(RUNS + "/" + run + "/evidence/" + file.getKey());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains(file.getValue());
            assertThat(answer.headers().firstValue("ETag").orElse("")).matches("\"[0-9a-f]{64}\"");
            files.put(run + "/" + file.getKey(), answer.body());
        }

        var bundle = service.download(RUNS + "/" + run + "/evidence/bundle.zip");

        assertThat(bundle.headers().firstValue("Content-Type")).contains("application/zip");
        assertThat(unzipped(bundle.body())).containsExactlyInAnyOrderEntriesOf(files);
        assertThat(service.download(RUNS + "/" + run + "/evidence/bundle.zip")
                        .headers()
                        .firstValue("ETag"))
                .isEqualTo(bundle.headers().firstValue("ETag"));
    }

    @Test
    void whoHasTheEvidenceIsNotSentItAgain() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);
        var path = RUNS + "/" + run + "/evidence/verdict.json";
        var tag = service.get(path).headers().firstValue("ETag").orElseThrow();

        var again = service.send(service.request(path, RealService.VIEWER).header("If-None-Match", tag));

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"verdict.json", "bundle.zip"})
    void thereIsNoEvidenceBeforeTheEnd(String file) throws Exception {
        var run = service.run("idle");

        var answer = service.get(RUNS + "/" + run + "/evidence/" + file);

        assertProblem(answer, 404, "/problems/not-found");
        assertThat(answer.body()).contains("not written yet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verdict", "..%2F..%2Fjournal.ndjson", "verdict.json.part"})
    void nothingElseIsServed(String file) throws Exception {
        var run = service.run("idle");
        var _ = ended(run);

        assertProblem(service.get(RUNS + "/" + run + "/evidence/" + file), 404, "/problems/not-found");
    }

    /** Stops a run and waits for its evidence. */
    private static JsonNode ended(String run) throws IOException, InterruptedException {
        return service.finish(run);
    }

    private static String started(String order) throws IOException, InterruptedException {
        var answer = service.post(RUNS, order);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer).path("id").asString();
    }

    private static String order(String scenario, Map<String, String> parameters) {
        return Json.MAPPER.writeValueAsString(Map.of(
                "scenario",
                new tools.jackson.dataformat.yaml.YAMLMapper().readTree(scenario),
                "parameters",
                parameters));
    }

    private static List<String> listed(String query) throws IOException, InterruptedException {
        return StreamSupport.stream(json(service.get(RUNS + query)).path("runs").spliterator(), false)
                .map(run -> run.path("id").asString())
                .toList();
    }

    private static List<JsonNode> events(String run) throws IOException, InterruptedException {
        return StreamSupport.stream(
                        json(service.get(RUNS + "/" + run + "/events")).spliterator(), false)
                .toList();
    }

    private static String kind(JsonNode event) {
        return event.path("fact").path("kind").asString();
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

    private static Map<String, String> unzipped(byte[] bytes) throws IOException {
        var files = new HashMap<String, String>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(answer).path("type").asString()).isEqualTo(type);
    }

    /** A reader of server-sent events, as the standard has it. */
    private static final class Stream implements AutoCloseable {
        private final HttpResponse<java.io.InputStream> answer;
        private final BufferedReader lines;

        private Stream(HttpResponse<java.io.InputStream> answer) {
            this.answer = answer;
            lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        }

        static Stream open(String run, Map<String, String> headers) throws IOException, InterruptedException {
            var request = service.request(RUNS + "/" + run + "/events", RealService.VIEWER)
                    .header("Accept", "text/event-stream");
            headers.forEach(request::header);
            return new Stream(service.open(request));
        }

        java.net.http.HttpHeaders headers() {
            return answer.headers();
        }

        /** The fields of the next event that has data; empty at the end of the stream. */
        Map<String, String> next() throws IOException {
            var fields = new HashMap<String, String>();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && fields.containsKey("data")) {
                    return fields;
                }
                var colon = line.indexOf(": ");
                if (colon > 0) {
                    fields.put(line.substring(0, colon), line.substring(colon + 2));
                }
            }
            return Map.of();
        }

        List<Map<String, String>> rest() throws IOException {
            var events = new ArrayList<Map<String, String>>();
            for (var event = next(); !event.isEmpty(); event = next()) {
                events.add(event);
            }
            return events;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
