package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The lab where an alert does not ring, as its user runs it. */
@Execution(ExecutionMode.CONCURRENT)
final class LabFailureIT extends LabRuns {
    private static final Duration WHOLE = Duration.ofMinutes(8);

    LabFailureIT() throws LabException {}

    @Tag(Tier.CAMPAIGN)
    @Test
    void anAlertWhoseThresholdCannotBeReachedIsNamed() throws Exception {
        var rules = Files.writeString(
                folder.resolve("rules.yaml"),
                Files.readString(Path.of("alerts/PostgresqlTooManyConnections/rule.yaml"))
                        .replace("> 0.8", "> 8"));
        try (var lab = start(
                "lab", "--rules", rules.toString(), "--scenarios", impatient().toString(), "connection-saturation")) {
            assertThat(lab.exitCode(WHOLE)).as(lab.all()).isEqualTo(1);

            assertThat(lab.out())
                    .containsPattern("connection-saturation +FAILED")
                    .contains("PostgresqlTooManyConnections did not ring");
        }
    }

    @Test
    void withAlertmanagerStoppedHalfWayNothingPasses() throws Exception {
        try (var lab = start("lab", "--scenarios", impatient().toString(), "connection-saturation")) {
            lab.await(BOOT, running -> running.err().contains("flood starts"));
            assertThat(lab.descendants()
                            .filter(process ->
                                    process.info().command().orElse("").endsWith("alertmanager"))
                            .map(ProcessHandle::destroyForcibly))
                    .containsExactly(true);

            assertThat(lab.exitCode(WHOLE)).as(lab.all()).isEqualTo(1);
            assertThat(lab.out()).containsPattern("connection-saturation +FAILED");
        }
    }

    /** The shipped scenario with deadlines that suit a test. */
    private Path impatient() throws IOException {
        var scenarios = Files.createDirectories(folder.resolve("scenarios"));
        Files.writeString(
                scenarios.resolve("scenario.yaml"),
                Files.readString(Path.of("alerts/PostgresqlTooManyConnections/scenario.yaml"))
                        .replace("annotations:", "fires: { within: 25s }\n        annotations:"));
        return scenarios;
    }
}
