package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Patience;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.evidence.Evidence;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Below its threshold an alert must stay silent, for the right reason; and where it begins to ring can be found. */
@Execution(ExecutionMode.CONCURRENT)
final class ThresholdIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private static JsonNode control(Bed.Setup setup) throws Exception {
        setup.scenario =
                setup.scenario.replace("70%", "\"${fill}\"") + "parameters: { fill: 70% }\ncontrol: { fill: 40% }\n";
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            var evidence = bed.awaitEvidence(bed.begin(Mode.CONTROL, "bed", setup.scenario));
            var verdict = JSON.readTree(Files.readAllBytes(evidence.resolve(Evidence.VERDICT)));
            assertThat(Evidence.judge(evidence).verdict().name())
                    .isEqualTo(verdict.path("verdict").asString());
            return verdict;
        }
    }

    @Test
    void aControlThatIsSilentPasses() throws Exception {
        var verdict = control(new Bed.Setup());

        assertThat(verdict.path("verdict").asString()).as("%s", verdict).isEqualTo("PASSED");
        assertThat(verdict.at("/checks/0/name").asString()).isEqualTo("Full does not ring");
        assertThat(verdict.at("/checks/0/evidence").toString()).contains("40 of 100 connections", "> 0.5");
    }

    @Test
    void aControlThatRingsFails() throws Exception {
        var setup = new Bed.Setup();
        setup.rules = setup.rules.replace("> 0.5", "> 0.3");

        var verdict = control(setup);

        assertThat(verdict.path("verdict").asString()).isEqualTo("FAILED");
        assertThat(verdict.at("/checks/0/reason").asString()).isEqualTo("Rang");
        assertThat(verdict.at("/checks/0/brokeAt").asString()).isEqualTo("rule");
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void aControlThatIsPendingFails() throws Exception {
        var setup = new Bed.Setup();
        setup.rules = setup.rules.replace("> 0.5", "> 0.3").replace("for: 1s", "for: @12s@");
        setup.scenario = setup.scenario.replace("fires: { within: @8s@ }", "fires: { within: @17s@ }");
        setup.scenario = setup.scenario.replace("name: flood,", "name: flood, hold: @4s@,");

        var verdict = control(setup);

        assertThat(verdict.path("verdict").asString()).isEqualTo("FAILED");
        assertThat(verdict.at("/checks/0/brokeAt").asString()).isEqualTo("pending");
    }

    @Test
    void aControlThatCouldNotHaveRungProvesNothing() throws Exception {
        var setup = new Bed.Setup();
        setup.rules = setup.rules.replace("pg_settings_max_connections", "pg_settings_most_connections");

        var verdict = control(setup);

        assertThat(verdict.path("verdict").asString()).isEqualTo("INCONCLUSIVE");
        assertThat(verdict.at("/checks/0/brokeAt").asString()).isEqualTo("series");
    }

    @Test
    void aBracketFindsWhereItBeginsToRing() throws Exception {
        var setup = new Bed.Setup();
        var file = Files.writeString(
                folder.resolve("scenario.yaml"),
                """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: edge }
                spec:
                  parameters: { fill: 70% }
                  bracket: fill=45%,55%,70%
                """
                        + setup.pace
                                .filled(setup.scenario.replace("70%", "\"${fill}\""))
                                .indent(2));
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            try (var tocsin = Tocsin.start(folder, "run", file.toString(), "--bracket", "--server", bed.api())) {
                assertThat(tocsin.exitCode(Patience.MOST)).as(tocsin.all()).isZero();
                assertThat(tocsin.out())
                        .containsPattern("fill=45% +no")
                        .containsPattern("fill=55% +yes")
                        .containsPattern("fill=70% +yes")
                        .contains("it begins to ring between fill=45% and fill=55%", "the rule says: ", "> 0.5");
            }
            try (var tocsin =
                    Tocsin.start(folder, "run", file.toString(), "--bracket", "fill=20%,30%", "--server", bed.api())) {
                assertThat(tocsin.exitCode(Patience.MOST)).as(tocsin.all()).isEqualTo(1);
                assertThat(tocsin.out()).contains("it rings at none of these steps");
            }
        }
    }
}
