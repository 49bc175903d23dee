package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.scenarios.ScenarioCatalog;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The committed table says something of every shipped scenario on every stack that has a name. */
final class CompatibilityTest {
    @Test
    void everyScenarioHasARowAndEveryStackAColumn() throws Exception {
        var rows = Compatibility.rows();

        assertThat(rows.get("")).isEqualTo(List.of("debian-12", "debian-13", "newest"));
        for (var scenario : new ScenarioCatalog(List.of(Path.of("alerts"))).all()) {
            assertThat(rows).containsKey(scenario.name());
            assertThat(rows.get(scenario.name())).doesNotContain("not run");
        }
    }
}
