package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.dashboards.Dashboard;
import dev.tocsin.dashboards.GrafanaJson;
import dev.tocsin.evidence.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Every panel of the shipped dashboards shows data in the lab. */
@Tag(Tier.STACKS)
@Tag(Tier.CAMPAIGN)
final class DashboardsIT extends LabRuns {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    DashboardsIT() throws LabException {}

    @Test
    void everyPanelOfTheShippedDashboardsShowsData() throws Exception {
        try (var lab = start(
                "lab",
                "--stack",
                Tier.stack(),
                "--chains",
                "1",
                "--scenarios",
                Path.of("gitops/dashboards").toAbsolutePath().toString())) {
            assertThat(lab.exitCode(Duration.ofMinutes(6))).as(lab.all()).isZero();
            assertThat(lab.out())
                    .containsPattern("(?m)^dashboard-postgresql +PASSED")
                    .containsPattern("(?m)^dashboard-tocsin +PASSED");
        }
        for (var name : List.of("postgresql", "tocsin")) {
            var dashboard = GrafanaJson.read(Files.readString(Path.of("gitops/dashboards", name + ".json")), Map.of());
            assertThat(dashboard.unjudged()).isEmpty();
            var passed = passed("dashboard-" + name);
            assertThat(passed).containsAll(shown(dashboard));
        }
    }

    private static List<String> shown(Dashboard dashboard) {
        return dashboard.panels().stream()
                .flatMap(panel -> panel.queries().stream()
                        .map(query -> dashboard.title() + " / " + panel.title()
                                + (panel.queries().size() == 1 ? "" : " " + query.letter()) + " shows data"))
                .toList();
    }

    private List<String> passed(String scenario) throws IOException {
        try (var runs = Files.list(folder.resolve("evidence"))) {
            for (var run : runs.toList()) {
                var verdict = JSON.readTree(Files.readAllBytes(run.resolve(Evidence.VERDICT)));
                if (verdict.at("/run/scenario").asString().equals(scenario)) {
                    return verdict.path("checks")
                            .valueStream()
                            .filter(check -> check.path("result").asString().equals("passed"))
                            .map(check -> check.path("name").asString())
                            .toList();
                }
            }
        }
        throw new AssertionError("no evidence of " + scenario);
    }
}
