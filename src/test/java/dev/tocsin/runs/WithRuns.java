package dev.tocsin.runs;

import static dev.tocsin.http.RealService.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.http.RealService;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A service of its own for each class of tests, and no run of one test left to the next. */
abstract class WithRuns {
    static final String RUNS = "/api/v1/runs";
    static final String ORDER = "{\"scenario\": \"idle\", \"reason\": \"because\"}";

    @TempDir
    private static Path home;

    static RealService service;

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

    /** Stops a run and waits for its evidence. */
    static JsonNode ended(String run) throws IOException, InterruptedException {
        return service.finish(run);
    }

    static List<JsonNode> events(String run) throws IOException, InterruptedException {
        return StreamSupport.stream(
                        json(service.get(RUNS + "/" + run + "/events")).spliterator(), false)
                .toList();
    }

    static String kind(JsonNode event) {
        return event.path("fact").path("kind").asString();
    }

    static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(answer).path("type").asString()).isEqualTo(type);
    }
}
