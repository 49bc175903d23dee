package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.evidence.Evidence;
import java.nio.file.Files;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.json.JsonMapper;

/** An alert that rings when nothing happens, on a real chain: a load must silence it before a lull can ring it. */
@Execution(ExecutionMode.CONCURRENT)
final class LullIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void anAlertThatFiresOnAnIdleServerIsRungByALullAndResolvesAfterIt() throws Exception {
        var setup = new Bed.Setup();
        setup.rules = """
                groups:
                  - name: bed
                    rules:
                      - alert: TooQuiet
                        expr: sum by (datname) (pg_stat_activity_count{datname="app"}) < 5
                        for: 1s
                        labels: { severity: critical }
                        annotations: { summary: nobody is there }
                """;
        // An end that was not told yet when the lull rings it anew would keep that from being told at all.
        setup.alertmanager = setup.alertmanager.replace("group_interval: 1s", "group_interval: 8s");
        setup.scenario = """
                background:
                  - { name: app, workload: { rate: 50, sessions: 6 } }
                stress:
                  - lull: { of: app }
                expect:
                  alerts:
                    - matchers: [alertname="TooQuiet", datname="app"]
                      fires: { within: 2m }
                      resolves: { within: 2m }
                      annotations: [summary]
                """;
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            bed.awaitAlert("firing");

            var evidence = bed.awaitEvidence(bed.begin());

            var verdict = JSON.readTree(Files.readAllBytes(evidence.resolve(Evidence.VERDICT)));
            assertThat(verdict.path("verdict").asString()).as("%s", verdict).isEqualTo("PASSED");
            assertThat(Evidence.judge(evidence).verdict().name()).isEqualTo("PASSED");
            assertThat(verdict.at("/stimuli/app/kind").asString()).isEqualTo("workload");
            assertThat(verdict.at("/stimuli/app/releasedAt").asString())
                    .isGreaterThan(verdict.at("/stimuli/lull/releasedAt").asString());
            assertThat(verdict.at("/stimuli/lull/summary").toString())
                    .contains("6 sessions ended", "6 sessions in app");
            assertThat(Instant.parse(verdict.at("/alerts/0/resolvedDeliveredAt").asString()))
                    .isBefore(
                            Instant.parse(verdict.at("/stimuli/lull/startingAt").asString()));
            assertThat(verdict.path("alerts").size()).isEqualTo(2);
        }
    }
}
