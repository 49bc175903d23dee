package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.evidence.Evidence;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A rule is proven once it rang, until it is changed, as a real Prometheus prints it. */
final class CoverageIT {
    private static final String QUIET = """
                  - alert: Quiet
                    expr: pg_up == 7
                    labels: { severity: critical }
            """;

    @Test
    void aRuleThatRangIsProvenUntilItIsChanged() throws Exception {
        var setup = new Bed.Setup();
        setup.rules += QUIET;
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            assertThat(status(bed, "Full")).isEqualTo("unproven");

            // Below its threshold it is silent, which is no proof that it rings.
            var _ = bed.awaitEvidence(bed.begin(Mode.CONTROL, "bed", setup.scenario));
            assertThat(status(bed, "Full")).isEqualTo("unproven");

            setup.unhurried();
            var run = bed.begin();
            var evidence = bed.awaitEvidence(run);
            assertThat(Evidence.judge(evidence).verdict().name()).isEqualTo("PASSED");
            var proven = rule(bed, "Full");
            assertThat(proven.path("status").asString()).as("%s", proven).isEqualTo("proven");
            assertThat(proven.at("/lastProof/run").asString()).isEqualTo(run);
            assertThat(proven.path("scenarios").toString()).isEqualTo("[\"sabotage\"]");
            assertThat(status(bed, "Quiet")).isEqualTo("unproven");

            bed.kill("prometheus");
            assertThat(bed.coverage().path("type").asString()).isEqualTo("/problems/prometheus-unavailable");

            // Neither how it is written nor what it tells decides whether it rings.
            setup.rules = setup.rules
                    .replace(
                            "sum by (job, instance) (pg_stat_activity_count)",
                            "sum(pg_stat_activity_count) by(job,instance)")
                    .replace("summary: it is full", "summary: it is quite full");
            bed.startPrometheus();
            bed.awaitReady();
            assertThat(status(bed, "Full")).isEqualTo("proven");

            bed.kill("prometheus");
            setup.rules = setup.rules.replace("> 0.5", "> 0.6");
            bed.startPrometheus();
            bed.awaitReady();
            var changed = rule(bed, "Full");
            assertThat(changed.path("status").asString()).as("%s", changed).isEqualTo("changed");
            assertThat(changed.at("/lastProof/run").asString()).isEqualTo(run);
            assertThat(changed.at("/notes/0").asString()).isEqualTo("changed since its proof: expr");
        }
    }

    private static String status(Bed bed, String name) throws Exception {
        return rule(bed, name).path("status").asString();
    }

    private static JsonNode rule(Bed bed, String name) throws Exception {
        var document = bed.coverage();
        return document.path("rules")
                .valueStream()
                .filter(rule -> rule.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(document.toString()));
    }
}
