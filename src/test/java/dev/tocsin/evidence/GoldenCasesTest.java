package dev.tocsin.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.verdict.Judge;
import dev.tocsin.journal.Pieces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each file of {@code cases} is a journal; beside it stands the report that must come out of it. */
final class GoldenCasesTest {
    private static final Path CASES = Path.of("src/test/resources/cases");

    static Stream<Path> cases() throws IOException {
        try (var files = Files.list(CASES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }

    /** {@code -Dapprove} writes what comes out; the difference is then reviewed. */
    @ParameterizedTest
    @MethodSource("cases")
    void isReportedAsWritten(Path file) throws Exception {
        var report = rendered(file, Evidence.REPORT);
        var approved = file.resolveSibling(file.getFileName().toString().replace(".yaml", ".report.md"));
        if (System.getProperty("approve") != null) {
            Files.writeString(approved, report);
        }

        assertThat(approved).exists();
        assertThat(report).isEqualTo(Files.readString(approved));
    }

    /** The page of a few is approved too; its body only, so that a change of style is no change of them. */
    @ParameterizedTest
    @ValueSource(strings = {"rings-and-resolves", "am-12-late-for-a-silence", "am-13-inhibited", "durability-lost"})
    void isShownAsWritten(String name) throws Exception {
        var page = rendered(CASES.resolve(name + ".yaml"), Evidence.PAGE);
        var body = page.substring(page.indexOf("<body>"));
        var approved = CASES.resolve(name + ".report.html");
        if (System.getProperty("approve") != null) {
            Files.writeString(approved, body);
        }

        assertThat(approved).exists();
        assertThat(body).isEqualTo(Files.readString(approved));
    }

    /** What is true of a journal is true of every beginning of it, live or read again. */
    @ParameterizedTest
    @MethodSource("cases")
    void judgesEveryBeginningAliveAndReadAgainAlike(Path file) throws Exception {
        var facts = Case.read(file);
        var live = RunState.fold(Case.RUN, facts.subList(0, 1)).orElseThrow();
        for (var length = 1; length <= facts.size(); length++) {
            if (length > 1) {
                live = live.after(facts.get(length - 1));
            }
            var readAgain = RunState.fold(
                            Case.RUN,
                            Pieces.of(facts.subList(0, length)).stream()
                                    .map(entry -> entry.recorded())
                                    .toList())
                    .orElseThrow();
            var asOf = facts.get(length - 1).at();

            assertThat(readAgain).isEqualTo(live);
            assertThat(Judge.judge(readAgain, asOf)).isEqualTo(Judge.judge(live, asOf));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isJudgedTheSameFromItsFiles(Path file, @TempDir Path folder) throws Exception {
        var rendered = Evidence.render(Case.RUN, Pieces.of(Case.read(file)));
        rendered.write(folder);

        assertThat(Evidence.judge(folder)).isEqualTo(rendered.document());
    }

    /** The rows of the table of what Alertmanager and Prometheus really do; a case is named after its row. */
    @ParameterizedTest
    @MethodSource("rows")
    void everyRowHasACase(String row) throws IOException {
        assertThat(cases()).anyMatch(file -> file.getFileName().toString().startsWith("am-" + row + "-"));
    }

    static Stream<String> rows() {
        return IntStream.rangeClosed(1, 27).mapToObj("%02d"::formatted);
    }

    @Test
    void thereAreCases() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(20);
    }

    private static String rendered(Path file, String name) throws Exception {
        var rendered = Evidence.render(Case.RUN, Pieces.of(Case.read(file)));
        return new String(rendered.files().getOrDefault(name, new byte[0]), StandardCharsets.UTF_8);
    }
}
