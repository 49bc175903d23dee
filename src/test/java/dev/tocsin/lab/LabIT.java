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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The lab as its user runs it: real programs, real alerts, the launcher of the repository. */
@Tag(Tier.STACKS)
final class LabIT extends LabRuns {
    private static final Duration SUITE = Duration.ofMinutes(60);

    /** A flood that alerts and signals see, a crash that the ledger survives, a query of our own, a dashboard. */
    private static final List<String> EACH_KIND = List.of(
            "alerts/PostgresqlTooManyConnections",
            "alerts/NodeRestarted",
            "alerts/PostgresqlSequenceNearlyExhausted",
            "gitops/dashboards");

    LabIT() throws LabException {}

    @Test
    @Tag(Tier.CAMPAIGN)
    void everyShippedScenarioPassesAndItsEvidenceStands() throws Exception {
        var shipped = names(Path.of("alerts"));
        assertThat(shipped).hasSizeGreaterThanOrEqualTo(25);

        try (var lab = start("lab", "--stack", Tier.stack())) {
            var exitCode = lab.exitCode(SUITE);
            Compatibility.write(Tier.stack(), lab.out(), lab.err());
            passed(lab, exitCode, shipped);
        }
        evidenceStands(shipped.size());
    }

    @Test
    void aScenarioOfEachKindPassesAndItsEvidenceStands() throws Exception {
        var scenarios = Files.createDirectory(folder.resolve("scenarios"));
        for (var kind : EACH_KIND) {
            copy(Path.of(kind), scenarios.resolve(kind.replace('/', '-')));
        }

        var chosen = names(scenarios);
        try (var lab = start("lab", "--stack", Tier.stack(), "--scenarios", scenarios.toString())) {
            passed(lab, lab.exitCode(SUITE), chosen);
        }
        evidenceStands(chosen.size());
    }

    private static List<String> names(Path folder) throws IOException {
        return new ScenarioCatalog(List.of(folder))
                .all().stream().map(ScenarioCatalog.Loaded::name).toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                // Tocsin's own dashboard wants an earlier run in the same lab: DashboardsIT has one.
                if (!file.endsWith("tocsin.scenario.yaml")) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
    }

    private static void passed(Tocsin lab, int exitCode, List<String> scenarios) {
        assertThat(exitCode).as(lab.all()).isZero();
        for (var scenario : scenarios) {
            assertThat(lab.out()).containsPattern("(?m)^" + scenario + " +PASSED");
        }
    }

    private void evidenceStands(int runs) throws Exception {
        var evidence = evidence();
        assertThat(evidence).hasSize(runs);
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
