package dev.tocsin.runs;

import static dev.tocsin.http.RealService.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of runs. */
final class RunListsTest extends WithRuns {
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

    private static List<String> listed(String query) throws IOException, InterruptedException {
        return StreamSupport.stream(json(service.get(RUNS + query)).path("runs").spliterator(), false)
                .map(run -> run.path("id").asString())
                .toList();
    }
}
