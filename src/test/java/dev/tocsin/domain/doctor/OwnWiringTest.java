package dev.tocsin.domain.doctor;

import static dev.tocsin.domain.doctor.Findings.finding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.doctor.Finding.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OwnWiringTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    private static List<Finding> judged(
            Optional<String> problem, Duration fsync, long free, boolean guarded, Optional<Instant> heartbeat) {
        return OwnWiring.judge(
                new OwnSeen("/data", problem, fsync, free, guarded, true, heartbeat, Optional.empty()), NOW);
    }

    private static List<Finding> refused(Instant at) {
        return OwnWiring.judge(
                new OwnSeen(
                        "/data",
                        Optional.empty(),
                        Duration.ofMillis(1),
                        Long.MAX_VALUE,
                        true,
                        false,
                        Optional.empty(),
                        Optional.of(new OwnSeen.Refused(at, 401, "send Bearer credentials"))),
                NOW);
    }

    @Test
    void aSoundServicePasses() {
        assertThat(judged(Optional.empty(), Duration.ofMillis(1), 1L << 40, true, Optional.of(NOW.minusSeconds(60))))
                .hasSize(5)
                .allMatch(finding -> finding.result() == Result.PASSED);
    }

    @Test
    void aFolderThatCannotBeWrittenFails() {
        var findings = judged(Optional.of("read-only"), Duration.ZERO, 0, true, Optional.of(NOW));

        assertThat(finding(findings, "can be written").result()).isEqualTo(Result.FAILED);
    }

    @Test
    void aSlowDiskWarnsAndSoDoesASmallOne() {
        var findings = judged(Optional.empty(), Duration.ofMillis(400), 1 << 20, true, Optional.of(NOW));

        assertThat(finding(findings, "can be written").observed()).contains("slow");
        assertThat(finding(findings, "space").result()).isEqualTo(Result.WARNED);
    }

    @Test
    void anOpenWebhookWarns() {
        var findings = judged(Optional.empty(), Duration.ZERO, 1L << 40, false, Optional.of(NOW));

        assertThat(finding(findings, "credentials").result()).isEqualTo(Result.WARNED);
    }

    @Test
    void aHeartbeatMustBeHeardIfThereIsOne() {
        assertThat(finding(judged(Optional.empty(), Duration.ZERO, 1L << 40, true, Optional.empty()), "heartbeat")
                        .observed())
                .contains("never heard");
        assertThat(finding(
                                judged(
                                        Optional.empty(),
                                        Duration.ZERO,
                                        1L << 40,
                                        true,
                                        Optional.of(NOW.minus(Duration.ofHours(1)))),
                                "heartbeat")
                        .result())
                .isEqualTo(Result.WARNED);
        assertThat(refused(NOW)).noneMatch(finding -> finding.name().contains("heartbeat"));
    }

    @Test
    void aRefusalCountsForTenMinutes() {
        assertThat(finding(refused(NOW.minusSeconds(60)), "refused lately")
                        .mend()
                        .orElseThrow())
                .contains("http_config");
        assertThat(finding(refused(NOW.minusSeconds(601)), "refused lately").result())
                .isEqualTo(Result.PASSED);
    }
}
