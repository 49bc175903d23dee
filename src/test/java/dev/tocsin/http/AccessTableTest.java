package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may do what: a row for each route, and a new route without one breaks the build. */
final class AccessTableTest extends WithRealService {
    private static final String RUN = "00000000-0000-7000-8000-000000000000";

    /** Nothing, what nobody has, what was good once, and what is good. */
    private static final List<String> CREDENTIALS = List.of(
            "", "wrong", RealService.EXPIRED, RealService.VIEWER, RealService.OPERATOR, RealService.ALERTMANAGER);

    /** The status that each of the credentials above is answered with; the bodies that are sent change nothing. */
    private static final Map<String, List<Integer>> TABLE = table();

    private static Map<String, List<Integer>> table() {
        var table = new LinkedHashMap<String, List<Integer>>();
        //                                              none  wrong expired viewer operator alertmanager
        table.put("POST /api/v1/webhooks/alertmanager", List.of(401, 401, 401, 401, 401, 400));
        table.put("GET /api/v1/runs", List.of(401, 401, 401, 200, 200, 401));
        table.put("POST /api/v1/runs", List.of(401, 401, 401, 403, 400, 401));
        table.put("GET /api/v1/runs/:id", List.of(401, 401, 401, 404, 404, 401));
        table.put("POST /api/v1/runs/:id/abort", List.of(401, 401, 401, 403, 404, 401));
        table.put("GET /api/v1/runs/:id/events", List.of(401, 401, 401, 404, 404, 401));
        table.put("GET /api/v1/runs/:id/evidence/:file", List.of(401, 401, 401, 404, 404, 401));
        table.put("GET /api/v1/scenarios", List.of(401, 401, 401, 200, 200, 401));
        table.put("GET /api/v1/scenarios/:name", List.of(401, 401, 401, 404, 404, 401));
        table.put("GET /api/v1/alerts", List.of(401, 401, 401, 200, 200, 401));
        table.put("GET /api/v1/coverage", List.of(401, 401, 401, 503, 503, 401)); // there is no Prometheus to ask
        table.put("GET /api/v1/doctor", List.of(401, 401, 401, 200, 200, 401));
        table.put("POST /api/v1/doctor/drill", List.of(401, 401, 401, 403, 400, 401));
        table.put("GET /api/v1/runs/:id/report", List.of(401, 401, 401, 404, 404, 401));
        table.put("GET /api/v1/scenarios/:name/recipients", List.of(401, 401, 401, 404, 404, 401));
        table.put("GET /", List.of(200, 200, 200, 200, 200, 200));
        table.put("GET /pages/:file", List.of(404, 404, 404, 404, 404, 404));
        table.put("GET /openapi.yaml", List.of(200, 200, 200, 200, 200, 200));
        table.put("GET /schemas/scenario.json", List.of(200, 200, 200, 200, 200, 200));
        return table;
    }

    static Stream<Arguments> attempts() {
        return TABLE.entrySet().stream()
                .flatMap(row -> Stream.iterate(0, column -> column < CREDENTIALS.size(), column -> column + 1)
                        .map(column -> Arguments.of(
                                row.getKey(),
                                CREDENTIALS.get(column),
                                row.getValue().get(column))));
    }

    @Test
    void everyRouteHasItsRow() {
        assertThat(service.routes()).containsExactlyInAnyOrderElementsOf(TABLE.keySet());
    }

    @ParameterizedTest(name = "{0} with \"{1}\" is {2}")
    @MethodSource("attempts")
    void everybodyMayDoThatAndNoMore(String route, String token, int status) throws Exception {
        var words = route.split(" ", 2);
        var path = words[1].replace(":id", RUN).replace(":name", "none").replace(":file", "verdict.json");
        var body = words[0].equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("[");

        var answer = service.send(service.request(path, token).method(words[0], body));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status == 401) {
            assertProblem(answer, 401, "/problems/unauthorized");
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        } else if (status == 403) {
            assertProblem(answer, 403, "/problems/forbidden");
        }
    }

    /** Whatever may change something is written down, and by whom it was tried. */
    @Test
    void everyRefusedChangeIsInTheLog() throws Exception {
        try (var log = new HeardLog()) {
            for (var route : TABLE.keySet().stream()
                    .filter(row -> !row.startsWith("GET "))
                    .toList()) {
                var path = route.split(" ", 2)[1].replace(":id", RUN);
                var _ = service.send(service.request(path, "wrong").POST(BodyPublishers.noBody()));

                // The line follows the answer.
                Awaitility.await()
                        .untilAsserted(() -> assertThat(log.events("audit"))
                                .as(route)
                                .last()
                                .satisfies(line -> {
                                    assertThat(line.path("path").asString()).isEqualTo(path);
                                    assertThat(line.path("status").asInt()).isEqualTo(401);
                                    assertThat(line.has("caller")).isFalse();
                                }));
            }
        }
    }
}
