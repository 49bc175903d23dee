package dev.tocsin.runs;

import static dev.tocsin.http.RealService.json;

import dev.tocsin.http.WithRealService;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.JsonNode;

/** No run of one test is left to the next. */
abstract class WithRuns extends WithRealService {
    static final String RUNS = "/api/v1/runs";
    static final String ORDER = "{\"scenario\": \"idle\", \"reason\": \"because\"}";

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
}
