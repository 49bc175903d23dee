package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.dashboards.GrafanaJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tocsin get dashboard} as it is typed, of a Grafana that answers as its API is documented. */
final class GetDashboardCommandTest {
    private static final String ANSWER = """
            { "meta": { "slug": "pg" }, "dashboard": { "id": 7, "uid": "pg-1", "version": 12, "title": "PG", "panels": [
              { "id": 1, "title": "Up", "type": "stat", "targets": [{ "refId": "A", "expr": "pg_up" }] },
              { "id": 2, "title": "Lines", "type": "logs", "datasource": { "type": "loki" }, "targets": [{ "expr": "{}" }] } ] } }
            """;

    @TempDir
    private Path folder = Path.of("");

    private HttpServer grafana;
    private int status = 200;
    private String body = ANSWER;
    private String asked = "";

    @BeforeEach
    void start() throws Exception {
        grafana = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        grafana.createContext("/", this::answer);
        grafana.start();
    }

    @AfterEach
    void stop() {
        grafana.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked = exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization");
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private record Ran(int exitCode, String out, String err) {}

    private Ran get(String uid, String... more) {
        var out = new StringWriter();
        var err = new StringWriter();
        var line = new ArrayList<>(List.of(
                "get",
                "dashboard",
                uid,
                "--grafana",
                "http://127.0.0.1:" + grafana.getAddress().getPort()));
        line.addAll(List.of(more));
        var exitCode = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line.toArray(String[]::new));
        return new Ran(exitCode, out.toString(), err.toString());
    }

    @Test
    void itIsPrintedAsAScenarioReadsItWithoutWhatIsOfOneGrafanaAlone() throws Exception {
        var token = Files.writeString(folder.resolve("token"), "a-token\n");

        var ran = get("pg-1", "--grafana-token-file", token.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(asked).isEqualTo("/api/dashboards/uid/pg-1 Bearer a-token");
        assertThat(GrafanaJson.read(ran.out(), Map.of()).panels())
                .extracting(panel -> panel.title())
                .containsExactly("Up");
        assertThat(ran.out()).contains("\"uid\" : \"pg-1\"").doesNotContain("\"version\"", "\"id\" : 7", "meta");
        assertThat(ran.err()).contains("cannot be judged: Lines asks loki, not Prometheus");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "404 | {} | 2 | there is no dashboard pg-1 in http",
                "401 | {} | 2 | no token; give --grafana-token-file (401): it needs the permission dashboards:read",
                "403 | {} | 2 | dashboards:read",
                "500 | {} | 5 | answered 500",
                "200 | <html> | 5 | answered with no JSON; is that a Grafana?",
                "200 | {} | 5 | answered with no dashboard; is that a Grafana?",
                "200 | {\"dashboard\": {\"title\": \"x\"}} | 5 | the dashboard pg-1 cannot be judged",
            })
    void whatIsWrongIsSaid(int answered, String text, int exitCode, String told) {
        status = answered;
        body = text;

        var ran = get("pg-1");

        assertThat(ran.exitCode()).isEqualTo(exitCode);
        assertThat(ran.err()).contains(told);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void whatCannotBeAskedForIsSaid() {
        var path = get("../admin");
        var noFile = get("pg-1", "--grafana-token-file", folder.resolve("none").toString());
        var address = grafana.getAddress().getPort();
        grafana.stop(0);
        var nobody = get("pg-1");

        assertThat(path.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(path.err()).contains("../admin is not a uid");
        assertThat(noFile.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(noFile.err()).contains("there is no ");
        assertThat(nobody.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(nobody.err()).contains(":" + address, "nobody answers there");
        assertThat(asked).isEmpty();
    }

    @Test
    void withoutItTheListsAreAsTheyWere() {
        var err = new StringWriter();

        var exitCode = Main.commandLine().setErr(new PrintWriter(err)).execute("get");

        assertThat(exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("say what to list: scenarios, runs, alerts or coverage");
    }
}
