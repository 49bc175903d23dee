package dev.tocsin.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tocsin.domain.scenario.Level;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.scenario.Movement;
import dev.tocsin.domain.scenario.Scale;
import dev.tocsin.domain.scenario.SignalExpectation;
import dev.tocsin.yaml.InvalidFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals and dashboards in a scenario file. */
final class SignalsTest {
    private static final String SCENARIO = """
            apiVersion: tocsin.dev/v1alpha1
            kind: Scenario
            metadata: { name: signals }
            spec:
              stress:
                - connectionFlood: { fill: 96% }
              expect:
                signals:
                  - SIGNAL
            """;

    private static final String DASHBOARD = """
            { "title": "D", "panels": [
              { "id": 1, "title": "One", "type": "stat",
                "fieldConfig": { "defaults": { "unit": "bytes", "thresholds": { "steps": [{ "value": null }, { "value": 5 }] } } },
                "targets": [{ "refId": "A", "expr": "up" }] },
              { "id": 2, "title": "Two", "type": "stat",
                "targets": [{ "refId": "A", "expr": "a" }, { "refId": "B", "expr": "b" }] },
              { "id": 3, "title": "Lines", "type": "logs", "datasource": { "type": "loki" }, "targets": [{ "expr": "{}" }] } ] }
            """;

    @TempDir
    private Path folder;

    private Path file(String signal) throws Exception {
        return Files.writeString(folder.resolve("scenario.yaml"), SCENARIO.replace("SIGNAL", signal));
    }

    @Test
    void aSignalMayDoSeveralThings() throws Exception {
        var scenario = ScenarioReader.read("s.yaml", SCENARIO.replace("SIGNAL", """
                { name: c, promql: sum(a), reaches: ">=0.90", moves: up, stays: "!= -1e3", returnsTo: baseline }"""));

        assertThat(scenario.signals())
                .containsExactly(new SignalExpectation(
                        "c",
                        "sum(a)",
                        "connectionFlood",
                        false,
                        Optional.of(Level.Compared.parse(">= 0.9")),
                        Optional.of(Movement.UP),
                        Optional.of(Level.parse("!= -1000")),
                        Optional.of(new Level.Baseline()),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void aDashboardBesideTheScenarioIsSpelledOut() throws Exception {
        Files.writeString(folder.resolve("d.json"), DASHBOARD);

        var scenario = ScenarioReader.read(file("{ dashboard: d.json, panels: [Two] }"), Map.of(), Mode.PROOF);

        assertThat(scenario.signals())
                .extracting(signal -> signal.name() + ": " + signal.promql() + (signal.shows() ? " shows" : "")
                        + signal.moves().map(movement -> " moves " + movement).orElse(""))
                .containsExactly(
                        "D / One: up shows",
                        "D / Two A: a shows",
                        "D / Two B: b shows",
                        "D / Two: label_replace(a, \"query\", \"A\", \"\", \"\") or"
                                + " label_replace(b, \"query\", \"B\", \"\", \"\") moves EITHER");
        assertThat(scenario.unjudged()).containsExactly("D: Lines asks loki, not Prometheus");
        assertThat(scenario.signals().getFirst().scale()).contains(new Scale(Optional.of("bytes"), List.of(5.0)));
        assertThat(scenario.signals().getLast().scale()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ name: c, promql: sum(a) } | 9:9 | say what c must do",
                "{ name: c, promql: sum(a), reaches: baseline } | 9:45 | compare it with a number",
                "{ name: c, promql: sum(a), reaches: 0.9 } | 9:45 | neither a comparison",
                "{ name: c, promql: sum(a), moves: sideways } | 9:43 | up",
                "{ name: c, promql: 'sum(a', moves: up } | 9:28 | Prometheus would refuse it",
                "{ promql: sum(a), moves: up } | 9:9 | give it a",
                "{ name: c, promql: sum(a), moves: up, causedBy: kill } | 9:57 | there is no stimulus kill",
                "{ dashboard: nowhere.json } | 9:22 | nowhere.json cannot be read: there is neither",
                "{ dashboard: d.json, panels: [Three] } | 9:38 | no panel Three that can be judged; it has [One, Two]",
                "{ dashboard: d.json, moves: up } | 9:9 | the rest is of one signal",
            })
    void aMistakeIsNamedWhereItIs(String signal, String place, String message) throws Exception {
        Files.writeString(folder.resolve("d.json"), DASHBOARD);
        var file = file(signal);

        var mistakes = catchThrowableOfType(
                        InvalidFileException.class, () -> ScenarioReader.read(file, Map.of(), Mode.PROOF))
                .mistakes();

        assertThat(mistakes).singleElement().satisfies(mistake -> {
            assertThat(mistake.message()).contains(message);
            assertThat(mistake.line() + ":" + mistake.column()).isEqualTo(place);
        });
    }

    @Test
    void whoComesOverTheNetworkNamesNoFile() {
        var mistakes = catchThrowableOfType(
                        InvalidFileException.class,
                        () -> ScenarioReader.read("s.yaml", SCENARIO.replace("SIGNAL", "{ dashboard: /etc/passwd }")))
                .mistakes();

        assertThat(mistakes)
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("only a scenario that is a file"));
    }
}
