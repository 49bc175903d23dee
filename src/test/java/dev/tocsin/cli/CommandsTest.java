package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.app.Config;
import dev.tocsin.app.Service;
import dev.tocsin.domain.coverage.TriedRun;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.http.Authority;
import dev.tocsin.observe.RulesServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as they are typed, against a real service whose PostgreSQL is not there. */
final class CommandsTest {
    private static final String SCENARIO = """
            apiVersion: tocsin.dev/v1alpha1
            kind: Scenario
            metadata: { name: flood }
            spec:
              owner: team-platform
              parameters: { fill: 50% }
              stress:
                - connectionFlood: { fill: "${fill}" }
              expect:
                alerts: [Busy]
            """;

    @TempDir
    private Path folder;

    private record Ran(int exitCode, String out, String err) {}

    private static Ran run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var exitCode = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Ran(exitCode, out.toString(), err.toString());
    }

    private Service service() throws Exception {
        return service("");
    }

    private Service service(String more) throws Exception {
        var scenarios = Files.createDirectories(folder.resolve("scenarios"));
        Files.writeString(scenarios.resolve("flood.scenario.yaml"), SCENARIO);
        var config = Files.writeString(
                folder.resolve("tocsin.yaml"), """
                http: { host: 127.0.0.1, port: 0 }
                management: { host: 127.0.0.1, port: 0 }
                data: "%s"
                targets:
                  - { name: primary, optedIn: true, postgres: { host: 127.0.0.1, port: 1, database: a, user: b } }
                scenarios: ["%s"]
                %s
                """.formatted(folder.resolve("data"), scenarios, more));
        return Service.start(Config.read(config, true));
    }

    @Test
    void aRunIsStartedFollowedListedAndDescribed() throws Exception {
        try (var service = service()) {
            var server = "--server=http://127.0.0.1:" + service.port();

            var ran = run("run", "flood", "--wait", "--reason=a test", "--set=fill=60%", server);
            assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.ERROR);
            assertThat(ran.out()).startsWith("ERROR  flood").contains("connectionFlood could not be prepared");
            assertThat(ran.err()).contains("broke: connectionFlood could not be prepared", "verdict ERROR");

            var runs = run("get", "runs", server);
            assertThat(runs.out()).containsPattern("flood +primary +ERROR");
            var id = runs.out().lines().skip(1).findFirst().orElseThrow().split(" ", 2)[0];

            assertThat(run("describe", id, server).out()).startsWith("ERROR  flood");
            assertThat(run("describe", id, "-o", "json", server).out())
                    .contains("\"requestedBy\" : \"anybody\"", "a test");
            assertThat(run("describe", id, "-o", "yaml", server).out()).contains("scenario: \"flood\"");
            assertThat(run("watch", id, server).exitCode()).isEqualTo(ExitCode.ERROR);
            assertThat(run("get", "scenarios", server).out()).containsPattern("flood +ERROR .*team-platform +0");
            assertThat(run("get", "alerts", server).out()).startsWith("ALERT");
            assertThat(run("judge", folder.resolve("data/evidence").resolve(id).toString())
                            .exitCode())
                    .isEqualTo(ExitCode.ERROR);
        }
    }

    @Test
    void aScenarioFileIsRunToo() throws Exception {
        try (var service = service()) {
            var server = "--server=http://127.0.0.1:" + service.port();
            var file = Files.writeString(folder.resolve("mine.yaml"), SCENARIO.replace("name: flood", "name: mine"));

            assertThat(run("run", file.toString(), "--wait", server).out()).startsWith("ERROR  mine");

            var broken = Files.writeString(folder.resolve("broken.yaml"), SCENARIO.replace("Busy", ""));
            var ran = run("run", broken.toString(), server);
            assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(ran.err()).contains("broken.yaml:10:5: spec.expect");
        }
    }

    /** The service has a certificate that nobody on this machine believes, but for who is told to. */
    @Test
    void aPrivateAuthorityIsTrustedWhereItIsNamed() throws Exception {
        var authority = new Authority("private");
        var certificate = authority.identity("tocsin", "localhost");
        var config = Files.writeString(folder.resolve("tocsin.yaml"), """
                http: { host: 127.0.0.1, port: 0, tls: { certFile: "%s", keyFile: "%s" } }
                management: { host: 127.0.0.1, port: 0 }
                data: "%s"
                targets:
                  - { name: primary, optedIn: true, postgres: { host: 127.0.0.1, port: 1, database: a, user: b } }
                """.formatted(
                        certificate.certFile(folder.resolve("tls.crt")),
                        certificate.keyFile(folder.resolve("tls.key")),
                        folder.resolve("data")));
        var ca = authority.file(folder.resolve("ca.crt"));
        try (var service = Service.start(Config.read(config, true))) {
            var server = "--server=https://localhost:" + service.port();

            assertThat(run("get", "runs", server, "--ca-file=" + ca).exitCode()).isEqualTo(ExitCode.PASSED);
            var stranger = run("get", "runs", server);
            assertThat(stranger.exitCode()).isEqualTo(ExitCode.ERROR);
            assertThat(stranger.err()).contains("--ca-file or TOCSIN_CA_FILE");
            var none = run("get", "runs", server, "--ca-file=" + folder.resolve("none"));
            assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(none.err()).contains(folder.resolve("none").toString());
        }
    }

    @Test
    void theDoctorNamesWhatIsBrokenAndWhatToDo() throws Exception {
        try (var service = service()) {
            var server = "--server=http://127.0.0.1:" + service.port();

            var wires = run("doctor", server);
            assertThat(wires.exitCode()).as(wires.err()).isEqualTo(ExitCode.FAILED);
            assertThat(wires.out())
                    .startsWith("FAILED  checks: ")
                    .contains("; broke at stimulus")
                    .containsPattern("FAILED +stimulus +target primary: PostgreSQL answers +cannot connect")
                    .containsPattern("SKIPPED +scrape +Prometheus: answers +no Prometheus is configured")
                    .contains("  mend: ", "psql \"host=127.0.0.1 port=1 dbname=a user=b sslmode=prefer\"");

            var drill = run("doctor", "--drill", "--label=team=db", "--within=1s", "-o=json", server);
            assertThat(drill.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(drill.out()).contains("\"brokeAt\" : \"accepted\"", "\"team\" : \"db\"");

            assertThat(run("doctor", "--label=team=db", server).exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run("doctor", "--drill", "--within=soon", server).exitCode())
                    .isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void theCoverageIsListed() throws Exception {
        try (var prometheus = new RulesServer(
                TriedRun.rule("Busy", "pg_busy > 1", Map.of("severity", "warning")),
                TriedRun.rule("Busy", "pg_busy > 9", Map.of("severity", "critical")),
                TriedRun.rule("Bored", "pg_busy < 1", Map.of()))) {
            try (var service = service(prometheus.line())) {
                var server = "--server=http://127.0.0.1:" + service.port();

                var table = run("get", "coverage", server);
                assertThat(table.exitCode()).as(table.err()).isEqualTo(ExitCode.PASSED);
                assertThat(table.out().lines().map(line -> line.replaceAll(" +", " ")))
                        .containsExactly(
                                "ALERT STATUS PROVEN SCENARIO RUN",
                                "Bored unproven <none> <none> <none>",
                                "Busy{severity=\"warning\"} unproven <none> flood <none>",
                                "Busy{severity=\"critical\"} unproven <none> flood <none>");
                assertThat(run("get", "coverage", "-o", "json", server).out()).contains("\"unproven\" : 3");
                assertThat(run("get", "coverage", "-o", "yaml", server).out()).contains("expr: \"pg_busy > 9\"");
            }
        }
        try (var service = service()) {
            var unknown = run("get", "coverage", "--server=http://127.0.0.1:" + service.port());
            assertThat(unknown.exitCode()).isEqualTo(ExitCode.ERROR);
            assertThat(unknown.out()).isEmpty();
            assertThat(unknown.err()).contains("no Prometheus is configured");
        }
    }

    /** A restart must not make the last verdict vanish from the metrics. */
    @Test
    void theMetricsOfARunSurviveARestart() throws Exception {
        try (var service = service()) {
            run("run", "flood", "--wait", "--server=http://127.0.0.1:" + service.port());
            assertThat(metrics(service))
                    .contains("tocsin_scenario_last_verdict{scenario=\"flood\",verdict=\"ERROR\"} 1");
        }
        try (var service = service()) {
            assertThat(metrics(service))
                    .contains(
                            "tocsin_scenario_last_verdict{scenario=\"flood\",verdict=\"ERROR\"} 1",
                            "tocsin_runs_total{scenario=\"flood\",verdict=\"ERROR\"} 1")
                    .containsPattern("tocsin_scenario_last_run_timestamp_seconds\\{scenario=\"flood\"} 1\\.[0-9]+E9");
        }
    }

    private static String metrics(Service service) {
        try (var api = new ApiClient(
                java.net.URI.create("http://127.0.0.1:" + service.managementPort()), java.util.Optional.empty())) {
            return new String(api.bytes("/metrics"), StandardCharsets.UTF_8);
        }
    }

    @Test
    void whatCannotBeDoneIsSaidWithItsExitCode() throws Exception {
        var nobody = run("get", "runs", "--server=http://127.0.0.1:1");
        assertThat(nobody.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(nobody.err()).contains("no answer from http://127.0.0.1:1");

        try (var service = service()) {
            var server = "--server=http://127.0.0.1:" + service.port();
            var unknown = run("run", "nope", server);
            assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(unknown.err()).contains("no scenario nope is loaded");
            assertThat(run("describe", "nope", server).exitCode()).isEqualTo(ExitCode.USAGE);
        }
        assertThat(run("run").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run("nonsense").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run("judge", folder.toString()).exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run("serve", "--config", folder.resolve("nope").toString()).exitCode())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void lintNamesEveryMistakeWithItsPlace() throws Exception {
        var file = Files.writeString(
                folder.resolve("s.yaml"),
                SCENARIO.replace("owner:", "ownr:")
                        .replace("fill: \"${fill}\"", "fill: 960%")
                        .replace("alerts: [Busy]", "alerts: [Busy]\n  guards: { maxDuration: 1 hour }"));

        var ran = run("lint", file.toString());

        assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ran.out().lines())
                .satisfiesExactly(
                        first -> assertThat(first).contains("s.yaml:5:3: spec.ownr: unknown key"),
                        second -> assertThat(second).contains("s.yaml:8:32: spec.stress[0].connectionFlood.fill: "),
                        third -> assertThat(third).contains("s.yaml:11:26: spec.guards.maxDuration: "));
    }

    @Test
    void lintAcceptsWhatIsShipped() {
        assertThat(run("lint", "alerts").exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"PASSED, 0", "FAILED, 1", "INCONCLUSIVE, 3", "ABORTED, 4", "ERROR, 5"})
    void aVerdictHasItsExitCode(Conclusion conclusion, int exitCode) {
        assertThat(ExitCode.of(conclusion)).isEqualTo(exitCode);
        assertThat(ExitCode.worst(List.of(conclusion, Conclusion.PASSED))).isEqualTo(exitCode);
    }

    @Test
    void ofSeveralVerdictsTheWorstCounts() {
        assertThat(ExitCode.worst(List.of(Conclusion.INCONCLUSIVE, Conclusion.ABORTED)))
                .isEqualTo(4);
        assertThat(ExitCode.worst(List.of(Conclusion.ABORTED, Conclusion.ERROR)))
                .isEqualTo(5);
        assertThat(ExitCode.worst(List.of(Conclusion.ERROR, Conclusion.FAILED))).isEqualTo(1);
        assertThat(ExitCode.worst(List.of())).isEqualTo(3);
    }

    @Test
    void rulesAreDraftedOrExplainedAndWhatIsThereIsNotOverwritten() throws Exception {
        var rules = Files.writeString(folder.resolve("rules.yml"), """
                groups:
                  - name: g
                    rules:
                      - { alert: TooFull, expr: pg_stat_database_numbackends > 50 }
                      - { alert: Weather, expr: rain_total > 5 }
                """).toString();
        var output = folder.resolve("drafts");

        var ran = run("draft", rules, "-o", output.toString());
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.PASSED);
        assertThat(ran.out())
                .containsPattern("TooFull +too-full +connectionFlood: \\{ fill: 5")
                .containsPattern("Weather +<none> +no metric known: rain_total");
        assertThat(ran.err()).contains("1 of 2 rules drafted, 0 can never fire as written, 1 explained");
        var drafted = output.resolve("too-full.scenario.yaml");
        assertThat(run("lint", drafted.toString()).exitCode()).isEqualTo(ExitCode.PASSED);

        assertThat(run("draft", rules, "-o", output.toString()).exitCode()).isEqualTo(ExitCode.PASSED);
        Files.writeString(drafted, "# mine");
        assertThat(run("draft", rules, "-o", output.toString()).err()).contains("--force");
        assertThat(drafted).hasContent("# mine");
        assertThat(run("draft", rules, "--force", "-o", output.toString()).exitCode())
                .isEqualTo(ExitCode.PASSED);
        assertThat(Files.readString(drafted)).contains("kind: Scenario");
    }

    @Test
    void whatCannotBeReadIsNotDrafted() throws Exception {
        var rules = Files.writeString(folder.resolve("rules.yml"), "groups: [{ rules: [{ alert: A }] }]");
        var output = folder.resolve("drafts").toString();
        var ran = run("draft", rules.toString(), "-o", output);
        assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(ran.err()).contains("rules.yml:1:", "expr");
        assertThat(run("draft", folder.resolve("none").toString(), "-o", output).exitCode())
                .isEqualTo(ExitCode.USAGE);
        Files.writeString(rules, "groups: [{ name: g, rules: [{ alert: A, expr: up == 0 }] }]");
        assertThat(run("draft", rules.toString(), "--prometheus=http://127.0.0.1:1", "-o", output)
                        .err())
                .contains("nobody answers there");
    }
}
