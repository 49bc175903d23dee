package dev.tocsin.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.scenarios.ScenarioReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RunIndexTest {
    private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");

    private final RunIndex index = new RunIndex();
    private long seq;

    private static RunId run(int number) {
        return RunId.parse("01900000-0000-7000-8000-00000000000" + number);
    }

    private void heard(int second, Fact fact) {
        index.heard(new Recorded(++seq, START.plusSeconds(second), fact));
    }

    private void admitted(int second, int run, String target) throws Exception {
        heard(
                second,
                new Fact.RunAdmitted(
                        run(run),
                        scenario(),
                        target,
                        Labels.of(Map.of()),
                        List.of(),
                        "somebody",
                        Optional.empty(),
                        Optional.empty()));
    }

    private void stresses(int second, int run) {
        heard(second, new Fact.StimulusStarting(run(run), "flood", new Undo.TerminateSessions("db", "tocsin")));
    }

    private static Scenario scenario() throws Exception {
        return ScenarioReader.read("case.yaml", """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: a-case }
                spec:
                  stress: [{ name: flood, connectionFlood: { fill: 96% } }]
                  expect: { alerts: [{ matchers: [Busy] }] }
                """);
    }

    @Test
    void tellsFromWhenToWhenEarlierRunsStressedATarget() throws Exception {
        admitted(0, 1, "db");
        stresses(2, 1);
        stresses(5, 1);
        heard(9, new Fact.RunEnded(run(1)));
        admitted(10, 2, "other");
        stresses(11, 2);
        heard(12, new Fact.RunEnded(run(2)));
        admitted(13, 3, "db");
        heard(14, new Fact.RunEnded(run(3)));
        admitted(15, 4, "db");
        stresses(16, 4);
        heard(17, new Fact.RunEnded(run(4)));
        admitted(20, 5, "db");

        assertThat(index.stressed("db", START.minusSeconds(1)))
                .as("neither another target's, nor one that was refused before it did anything")
                .containsExactly(
                        new Sight.StressedBefore.Time(run(1).toString(), START.plusSeconds(2), START.plusSeconds(9)),
                        new Sight.StressedBefore.Time(run(4).toString(), START.plusSeconds(16), START.plusSeconds(17)));
        assertThat(index.stressed("db", START.plusSeconds(9)))
                .as("what ended long ago is forgotten")
                .hasSize(1);
    }
}
