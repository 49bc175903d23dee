package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.evidence.Evidence;
import dev.tocsin.journal.BrokenJournalException;
import dev.tocsin.scenarios.ScenarioCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lab as its user runs it: real programs, real alerts, the launcher of the repository. */
final class LabIT extends LabRuns {
    private static final Duration SUITE = Duration.ofMinutes(40);

    LabIT() throws LabException {}

    @Test
    void everyShippedScenarioPassesAndItsEvidenceStands() throws Exception {
        var shipped = new ScenarioCatalog(List.of(Path.of("alerts"))).all();
        assertThat(shipped).hasSizeGreaterThanOrEqualTo(25);
        try (var lab = start("lab")) {
            assertThat(lab.exitCode(SUITE)).as(lab.all()).isZero();

            for (var scenario : shipped) {
                assertThat(lab.out()).containsPattern("(?m)^" + scenario.name() + " +PASSED");
            }
        }
        var evidence = evidence();
        assertThat(evidence).hasSameSizeAs(shipped);
        for (var run : evidence) {
            for (var file : Evidence.FILES.keySet()) {
                assertThat(run.resolve(file)).isNotEmptyFile();
            }
            assertThat(Evidence.judge(run).verdict().name()).isEqualTo("PASSED");
        }
        var one = evidence.getFirst();
        try (var judge = start("judge", one.toString())) {
            assertThat(judge.exitCode(BOOT)).as(judge.all()).isZero();
            assertThat(judge.out())
                    .startsWith("PASSED")
                    .contains(one.getFileName().toString());
        }
        for (var run : evidence) {
            falsify(run);
            assertThatThrownBy(() -> Evidence.judge(run)).isInstanceOf(BrokenJournalException.class);
        }
        try (var judge = start("judge", one.toString())) {
            assertThat(judge.exitCode(BOOT)).as(judge.all()).isEqualTo(5);
            assertThat(judge.out()).isEmpty();
            assertThat(judge.err()).contains("is not evidence", "line ");
        }
    }

    private static void falsify(Path run) throws IOException {
        var journal = run.resolve(Evidence.JOURNAL);
        var bytes = Files.readAllBytes(journal);
        bytes[bytes.length / 2] ^= 1;
        Files.write(journal, bytes);
    }

    private List<Path> evidence() throws IOException {
        try (var runs = Files.list(folder.resolve("evidence"))) {
            return runs.toList();
        }
    }
}
