package dev.tocsin.runs;

import static dev.tocsin.http.RealService.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a run is waited for, and stopped. */
final class RunEndsTest extends WithRuns {
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
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("before the wait was over")
                    .isLessThan(Duration.ofSeconds(50));
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
}
