package dev.tocsin.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.scenarios.ScenarioReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A journal that an earlier version wrote is read at the start of every later one. */
final class OldJournalTest {
    @Test
    void aScenarioFromBeforeThereWereBackgroundsIsRead() throws Exception {
        var scenario = ScenarioReader.read("s.yaml", """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: old }
                spec:
                  background: [ workload: {} ]
                  stress: [ lull: { of: workload } ]
                  expect: { alerts: [Quiet] }
                """);
        var written = (ObjectNode) Json.MAPPER.valueToTree(scenario);
        assertThat(Json.MAPPER.treeToValue(written, Scenario.class)).isEqualTo(scenario);

        written.remove("background");

        assertThat(Json.MAPPER.treeToValue(written, Scenario.class).background())
                .isEqualTo(List.of());
    }
}
