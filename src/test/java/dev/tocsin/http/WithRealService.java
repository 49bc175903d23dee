package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** One service for all tests of a class. */
public abstract class WithRealService {
    static final Contract CONTRACT = new Contract();

    @TempDir
    private static Path home;

    // One field for all classes: no two of them run at the same time.
    protected static RealService service;

    @BeforeAll
    static void startService() throws Exception {
        service = RealService.start(home);
    }

    @AfterAll
    static void stopService() {
        service.close();
    }

    /** That an answer is the problem that was expected, and as the document describes problems. */
    public static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        var problem = RealService.json(answer);
        assertThat(problem.path("type").asString()).isEqualTo(type);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("detail").asString()).isNotBlank();
        assertThat(CONTRACT.mistakes("Problem", problem)).isEmpty();
    }
}
