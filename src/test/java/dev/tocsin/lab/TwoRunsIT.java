package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.evidence.Evidence;
import java.nio.file.Files;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two databases behind one Prometheus and one Alertmanager, their alerts of one name. */
@Execution(ExecutionMode.CONCURRENT)
final class TwoRunsIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The flood of the other target comes while this one is quiet: it must not pass by the other's alert. */
    private static final String QUIET = """
            stress:
              - { name: flood, connectionFlood: { fill: 20% } }
            expect:
              alerts:
                - matchers: [alertname="Full", severity="critical"]
                  fires: { within: @12s@ }
                  resolves: { within: @12s@ }
              never: [Fuller]
              unexpected: fail
            """;

    private static Bed.Setup two() {
        var setup = new Bed.Setup();
        setup.two = true;
        setup.labels = "instance: \"@EXPORTER@\"";
        setup.otherLabels = "instance: \"@EXPORTER2@\"";
        setup.prometheus = setup.prometheus.replace("[\"@EXPORTER@\"]", "[\"@EXPORTER@\", \"@EXPORTER2@\"]");
        setup.unhurried();
        return setup;
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void bothRingAndEachHasItsOwnAlert() throws Exception {
        var setup = two();
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            var one = bed.begin(Mode.PROOF, "bed", setup.scenario);
            var two = bed.begin(Mode.PROOF, "other", setup.scenario);

            assertThat(verdict(bed, one).path("verdict").asString()).isEqualTo("PASSED");
            assertThat(verdict(bed, two).path("verdict").asString()).isEqualTo("PASSED");
        }
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void theExporterTellsThemApartWhereNobodyElseDoes() throws Exception {
        var setup = two();
        setup.labels = "";
        setup.otherLabels = "";
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            var quiet = bed.begin(Mode.PROOF, "bed", QUIET);
            Awaitility.await().until(() -> bed.began(quiet));
            var loud = bed.begin(Mode.PROOF, "other", setup.scenario);

            assertThat(verdict(bed, loud).path("verdict").asString()).isEqualTo("PASSED");
            assertThat(verdict(bed, quiet).at("/checks/0/brokeAt").asString()).isEqualTo("rule");
        }
    }

    @Test
    void theOthersAlertIsNeitherAPassNorUnexpected() throws Exception {
        var setup = two();
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            var quiet = bed.begin(Mode.PROOF, "bed", QUIET);
            Awaitility.await().until(() -> bed.began(quiet));
            var loud = bed.begin(Mode.PROOF, "other", setup.scenario);

            assertThat(verdict(bed, loud).path("verdict").asString()).isEqualTo("PASSED");
            var verdict = verdict(bed, quiet);
            assertThat(verdict.path("verdict").asString()).isEqualTo("FAILED");
            assertThat(verdict.at("/checks/0/reason").asString()).isEqualTo("NotDelivered");
            assertThat(verdict.at("/checks/0/brokeAt").asString()).isEqualTo("rule");
            assertThat(verdict.path("checks")
                            .valueStream()
                            .filter(check -> check.path("family").asString().equals("unexpected")))
                    .allMatch(check -> check.path("result").asString().equals("passed"));
        }
    }

    @Test
    void targetsThatNoLabelTellsApartAreNotStressedAtOnce() throws Exception {
        var setup = two();
        setup.labels = "";
        setup.otherLabels = "";
        setup.prometheus += """
                    metric_relabel_configs: [{ action: labeldrop, regex: server }]
                """;
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            var one = bed.begin(Mode.PROOF, "bed", setup.scenario);
            var two = bed.begin(Mode.PROOF, "other", setup.scenario);

            assertThat(verdict(bed, one).path("verdict").asString()).isEqualTo("PASSED");
            var refused = verdict(bed, two);
            assertThat(refused.path("verdict").asString()).isEqualTo("INCONCLUSIVE");
            assertThat(refused.at("/checks/0/reason").asString()).isEqualTo("NotToldApart");
            assertThat(refused.path("stimuli").isEmpty()).isTrue();
        }
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void anAlertWithoutTheLabelIsNobodys() throws Exception {
        var setup = two();
        setup.rules = setup.rules
                .replace("> 0.5", "> 0.5")
                .replace(
                        "sum by (job, instance) (pg_stat_activity_count)",
                        "max by (job) (sum by (job, instance) (pg_stat_activity_count))")
                .replace("on (job, instance) group_left ()", "on (job)")
                .replace("pg_settings_max_connections", "max by (job) (pg_settings_max_connections)");
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            var one = bed.begin(Mode.PROOF, "bed", setup.scenario);
            var two = bed.begin(Mode.PROOF, "other", QUIET);

            assertThat(verdict(bed, one).at("/checks/0/reason").asString()).isEqualTo("NotAttributable");
            assertThat(verdict(bed, two).path("verdict").asString()).isNotEqualTo("PASSED");
        }
    }

    private static JsonNode verdict(Bed bed, String run) throws Exception {
        var folder = bed.awaitEvidence(run);
        var verdict = JSON.readTree(Files.readAllBytes(folder.resolve(Evidence.VERDICT)));
        assertThat(Evidence.judge(folder).verdict().name())
                .isEqualTo(verdict.path("verdict").asString());
        return verdict;
    }
}
