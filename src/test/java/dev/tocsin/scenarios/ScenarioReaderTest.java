package dev.tocsin.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tocsin.domain.scenario.Background;
import dev.tocsin.domain.scenario.ClusterStimulus;
import dev.tocsin.domain.scenario.Deadline;
import dev.tocsin.domain.scenario.Hold;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.Size;
import dev.tocsin.yaml.InvalidFileException;
import dev.tocsin.yaml.Mistake;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScenarioReaderTest {
    private static final String LEAST = """
            apiVersion: tocsin.dev/v1alpha1
            kind: Scenario
            metadata:
              name: connection-saturation
            spec:
              stress:
                - connectionFlood: { fill: 96% }
              expect:
                alerts:
                  - PostgresqlTooManyConnections
            """;

    private static final String WHOLE = """
            apiVersion: tocsin.dev/v1alpha1
            kind: Scenario
            metadata:
              name: whole
              labels: { team: platform }
              annotations: { anything: goes }
            spec:
              title: A title
              description: long
              owner: team-platform
              runbook: runbook.md
              controls: [SOC2-CC7.2]
              target: primary
              parameters: { fill: 96%, who: critical }
              stress:
                - name: flood
                  at: 0s
                  hold: untilDelivered
                  connectionFlood: { fill: "${fill}", ramp: 10s, reserve: 5 }
                - { name: nap, at: 10s, hold: 1m, sleepLoad: { sessions: 7, inTransaction: true } }
                - { name: kill, at: 30s, podKill: { gracePeriod: 30s, evict: true } }
              expect:
                alerts:
                  - matchers: [alertname="PostgresqlTooManyConnections", 'severity=~"${who}|page"']
                    causedBy: flood
                    fires: { within: 90s }
                    resolves: { within: 3m }
                    annotations: [summary]
                    receivers: [on-call]
                  - { matchers: [PostgresqlDown], causedBy: kill, resolves: never-checked }
                never: [alertname="DiskFull"]
                unexpected: fail
              guards:
                maxDuration: 20m
            """;

    private static final String LULL = """
            apiVersion: tocsin.dev/v1alpha1
            kind: Scenario
            metadata:
              name: lull
            spec:
              background:
                - { name: app, workload: {} }
              stress:
                - lull: { of: app }
              expect:
                alerts:
                  - TooQuiet
            """;

    private static List<Mistake> mistakes(String text) {
        return catchThrowableOfType(InvalidFileException.class, () -> ScenarioReader.read("s.yaml", text))
                .mistakes();
    }

    @Test
    void theLeastScenarioNeedsNoMore() throws InvalidFileException {
        var scenario = ScenarioReader.read("s.yaml", LEAST);

        assertThat(scenario.stress()).singleElement().satisfies(step -> {
            assertThat(step.name()).isEqualTo("connectionFlood");
            assertThat(step.at()).isZero();
            assertThat(step.hold()).isEqualTo(new Hold.UntilDelivered());
            assertThat(step.stimulus())
                    .isEqualTo(new SessionStimulus.ConnectionFlood(new Size.Percent(96), Duration.ZERO, 3));
        });
        assertThat(scenario.alerts()).singleElement().satisfies(alert -> {
            assertThat(alert.matchers().toString()).isEqualTo("alertname=\"PostgresqlTooManyConnections\"");
            assertThat(alert.causedBy()).isEqualTo("connectionFlood");
            assertThat(alert.fires()).isEqualTo(new Deadline.Derived());
            assertThat(alert.resolves()).isEqualTo(new Deadline.Derived());
        });
        assertThat(scenario.unexpected()).isEqualTo(Scenario.Unexpected.WARN);
        assertThat(scenario.maxDuration()).isEqualTo(Duration.ofMinutes(15));
        assertThat(scenario.title()).isEqualTo("connection-saturation");
    }

    @Test
    void everyKeyIsRead() throws InvalidFileException {
        var scenario = ScenarioReader.read("s.yaml", WHOLE);

        assertThat(scenario.title()).isEqualTo("A title");
        assertThat(scenario.owner()).contains("team-platform");
        assertThat(scenario.runbook()).contains("runbook.md");
        assertThat(scenario.controls()).containsExactly("SOC2-CC7.2");
        assertThat(scenario.target()).contains("primary");
        assertThat(scenario.stress())
                .extracting(step -> step.stimulus())
                .containsExactly(
                        new SessionStimulus.ConnectionFlood(new Size.Percent(96), Duration.ofSeconds(10), 5),
                        new SessionStimulus.SleepLoad(new Size.Count(7), true, 3),
                        new ClusterStimulus.PodKill(Duration.ofSeconds(30), Optional.of(true)));
        assertThat(scenario.stress().get(1).hold()).isEqualTo(new Hold.Fixed(Duration.ofMinutes(1)));
        assertThat(scenario.alerts().getFirst().matchers().toString())
                .isEqualTo("alertname=\"PostgresqlTooManyConnections\", severity=~\"critical|page\"");
        assertThat(scenario.alerts().getFirst().fires()).isEqualTo(new Deadline.Within(Duration.ofSeconds(90)));
        assertThat(scenario.alerts().getFirst().resolves()).isEqualTo(new Deadline.Within(Duration.ofMinutes(3)));
        assertThat(scenario.alerts().getFirst().annotations()).containsExactly("summary");
        assertThat(scenario.alerts().getFirst().receivers()).containsExactly("on-call");
        assertThat(scenario.alerts().get(1).resolves()).isEqualTo(new Deadline.NeverChecked());
        assertThat(scenario.never()).hasSize(1);
        assertThat(scenario.unexpected()).isEqualTo(Scenario.Unexpected.FAIL);
        assertThat(scenario.maxDuration()).isEqualTo(Duration.ofMinutes(20));
    }

    @Test
    void aRunMaySetParameters() throws InvalidFileException {
        var scenario = ScenarioReader.read("s.yaml", WHOLE, Map.of("fill", "81%"), Mode.PROOF);

        assertThat(scenario.stress().getFirst().stimulus())
                .isEqualTo(new SessionStimulus.ConnectionFlood(new Size.Percent(81), Duration.ofSeconds(10), 5));
        assertThat(scenario.parameters()).containsEntry("fill", "81%").containsEntry("who", "critical");
    }

    @Test
    void aParameterThatTheFileDoesNotDeclareIsRefused() {
        assertThatThrownBy(() -> ScenarioReader.read("s.yaml", WHOLE, Map.of("fil", "81%"), Mode.PROOF))
                .hasMessageContaining("there is no parameter fil");
    }

    @Test
    void aControlTakesItsOwnParameters() throws InvalidFileException {
        var text = WHOLE.replace("  stress:", "  control: { fill: 40% }\n  stress:");

        assertThat(read(text, Map.of(), Mode.PROOF).parameters()).containsEntry("fill", "96%");
        assertThat(read(text, Map.of(), Mode.CONTROL).parameters()).containsEntry("fill", "40%");
        assertThat(read(text, Map.of("fill", "50%"), Mode.CONTROL).parameters()).containsEntry("fill", "50%");
        assertThat(read(text, Map.of(), Mode.CONTROL).mode()).isEqualTo(Mode.CONTROL);
    }

    @Test
    void aControlWithoutParametersHalvesEverySize() throws InvalidFileException {
        assertThat(read(LEAST, Map.of(), Mode.CONTROL).stress().getFirst().stimulus())
                .isEqualTo(new SessionStimulus.ConnectionFlood(new Size.Percent(48), Duration.ZERO, 3));
    }

    @Test
    void aControlThatCannotBeLowerIsRefused() {
        var text = LEAST.replace("connectionFlood: { fill: 96% }", "podKill: {}");

        assertThatThrownBy(() -> read(text, Map.of(), Mode.CONTROL)).hasMessageContaining("spec.control");
    }

    @Test
    void controlAndBracketNameParametersThatAreThere() {
        var text = WHOLE.replace("  stress:", "  control: { fil: 40% }\n  bracket: fyll=79%,81%\n  stress:");

        assertThatThrownBy(() -> read(text, Map.of(), Mode.PROOF))
                .hasMessageContaining("there is no parameter fil to set lower")
                .hasMessageContaining("there is no parameter fyll");
    }

    @Test
    void aBracketHasAtLeastTwoSteps() {
        var text = WHOLE.replace("  stress:", "  bracket: fill=79%\n  stress:");

        assertThatThrownBy(() -> read(text, Map.of(), Mode.PROOF)).hasMessageContaining("at least two steps");
    }

    private static Scenario read(String text, Map<String, String> parameters, Mode mode) throws InvalidFileException {
        return ScenarioReader.read("s.yaml", text, parameters, mode);
    }

    @Test
    void allMistakesAreNamedAtOnceWithLineAndColumn() {
        var mistakes = mistakes("""
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: three-mistakes }
                spec:
                  stress:
                    - connectionFlod: { fill: 96% }
                    - sleepLoad: { sessions: 10 }
                      hold: 5 minutes
                  expect:
                    alerts:
                      - { matchers: ['severity=~"("'] }
                """);

        assertThat(mistakes)
                .extracting(mistake -> mistake.line() + ":" + mistake.column() + " " + mistake.path())
                .containsExactly(
                        "6:7 spec.stress[0].connectionFlod",
                        "8:13 spec.stress[1].hold",
                        "11:21 spec.expect.alerts[0].matchers");
        assertThat(mistakes)
                .extracting(Mistake::message)
                .satisfiesExactly(
                        first -> assertThat(first).contains("unknown key", "connectionFlood"),
                        second -> assertThat(second).contains("5 minutes", "90s"),
                        third -> assertThat(third).contains("bad regular expression"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "fill: 96% | fill: 196% | 7:32 | at most 100%",
                "fill: 96% | fill: none | 7:32 | neither a number of sessions nor a percentage",
                "fill: 96% | fill: 0 | 7:32 | at least 1",
                "fill: 96% | fill: 96%, reserve: -1 | 7:24 | reserve: -1 is less than 0",
                "fill: 96% | fill: 96%, fill: 97% | 7:37 | stands here twice",
                "fill: 96% | ramp: 1s | 7:24 | the key fill is missing",
                "fill: 96% | fill: \"${fil}\" | 7:32 | there is no parameter fil",
                "kind: Scenario | kind: Drill | 2:7 | must be Scenario",
                "v1alpha1 | v2 | 1:13 | must be tocsin.dev/v1alpha1",
                "name: connection-saturation | name: Connection_Saturation | 4:9 | lower-case letters",
                "name: connection-saturation | name: | 4:8 | is empty",
                "- PostgresqlTooManyConnections | - {} | 10:9 | the key matchers is missing",
                "- PostgresqlTooManyConnections | - { matchers: [A], causedBy: kill } | 10:36 | there is no stimulus kill",
                "- PostgresqlTooManyConnections | - { matchers: [A], fires: { within: 20m } } | 10:33 | after guards.maxDuration",
                "- PostgresqlTooManyConnections | - { matchers: [A], resolves: never } | 10:36 | never-checked",
                "- PostgresqlTooManyConnections | - x=~\".*\" | 10:9 | match every alert",
                "connectionFlood: { fill: 96% } | podKill: { gracePeriod: 500ms } | 7:16 | whole seconds",
                "connectionFlood: { fill: 96% } | { podKill: {}, sleepLoad: { sessions: 1 } } | 7:7 | one stimulus for each entry",
                "connectionFlood: { fill: 96% } | { name: x } | 7:7 | name what is done",
            })
    void aMistakeIsNamedWhereItIs(String right, String wrong, String place, String message) {
        assertThat(mistakes(LEAST.replace(right, wrong))).singleElement().satisfies(mistake -> {
            assertThat(mistake.line() + ":" + mistake.column()).isEqualTo(place);
            assertThat(mistake.message()).contains(message);
        });
    }

    @Test
    void aLullOfABackgroundLoadIsRead() throws InvalidFileException {
        var scenario = ScenarioReader.read("s.yaml", LULL);

        assertThat(scenario.background())
                .containsExactly(new Background("app", new SessionStimulus.Workload(100, 6, List.of())));
        assertThat(scenario.stress())
                .extracting(step -> step.stimulus())
                .containsExactly(new SessionStimulus.Lull("app"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "of: app | of: job | 9:19 | there is no background load job; there are app",
                "name: app, workload: {} | workload: {} | 9:19 | there is no background load app; there are workload",
                "name: app, workload: {} | name: app | 7:7 | name what goes on: one of connectionFlood, sleepLoad",
                "name: app, workload: {} | name: app, workload: {}, sleepLoad: { sessions: 1 } | 7:7 | one load for each entry",
                "name: app, workload: {} | name: app, workload: {}, podKill: {} | 7:34 | unknown key",
                "name: app, workload: {} | name: app, workload: {}, hold: 1m | 7:34 | unknown key",
                "lull: { of: app } | { name: app, lull: { of: app } } | 9:15 | two stimuli are called app",
                "- TooQuiet | - { matchers: [A], causedBy: app } | 12:36 | goes on in the background and so causes nothing",
            })
    void aMistakeInABackgroundIsNamedWhereItIs(String right, String wrong, String place, String message) {
        assertThat(mistakes(LULL.replace(right, wrong))).singleElement().satisfies(mistake -> {
            assertThat(mistake.line() + ":" + mistake.column()).isEqualTo(place);
            assertThat(mistake.message()).contains(message);
        });
    }

    @Test
    void aLullOfNothingIsRefused() {
        var text = LULL.replace("  background:\n    - { name: app, workload: {} }\n", "");

        assertThat(mistakes(text))
                .singleElement()
                .extracting(Mistake::message)
                .asString()
                .contains("nothing goes on that it could stop");
    }

    @Test
    void aScenarioThatAssertsNothingIsRefused() {
        var mistakes =
                mistakes(LEAST.replace("alerts:", "never: []").replace("      - PostgresqlTooManyConnections\n", ""));

        assertThat(mistakes)
                .extracting(Mistake::message)
                .anySatisfy(message -> assertThat(message).contains("expects nothing proves nothing"));
    }

    @Test
    void theNameOfTheSecondRestartIsTaken() {
        var text = LEAST.replace("- connectionFlood", "- name: second-restart\n      connectionFlood")
                .replace("  expect:", "  expect:\n    durability: { secondRestart: true }");

        assertThat(mistakes(text))
                .singleElement()
                .extracting(Mistake::message)
                .asString()
                .contains("second-restart is the name of the restart after the reading");
    }

    @Test
    void silenceAloneNeedsAFixedHold() {
        var silent = LEAST.replace("alerts:", "never:");

        assertThat(mistakes(silent))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("give `hold` a duration"));
        assertThat(mistakes(silent.replace("- connectionFlood", "- hold: 20m\n      connectionFlood")))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("after guards.maxDuration"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', the file is empty",
        "'a: [', not YAML",
        "'- 1', expected keys and values",
        "'\"x\"', expected keys and values"
    })
    void whatIsNoScenarioAtAllIsSaidSo(String text, String message) {
        assertThat(mistakes(text))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains(message));
    }
}
