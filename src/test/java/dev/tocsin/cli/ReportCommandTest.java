package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.app.Config;
import dev.tocsin.app.Service;
import dev.tocsin.evidence.Evidence;
import dev.tocsin.evidence.EvidenceOfCase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tocsin report} as it is typed, on real files. */
final class ReportCommandTest {
    private static final String TITLE =
            "| date (UTC) | scenario | target | verdict | figures | asked for by | run |\n|---|---|---|---|---|---|---|\n";
    private static final String RUN = "01900000-0000-7000-8000-000000000001";
    private static final String ROW = "| 2026-11-01 12:00 | a-case | primary | PASSED | 79 acknowledged, 0 lost,"
            + " 1 without an answer, RTO 4.4 s | somebody: a case | " + RUN + " |\n";
    private static final String LINKED = ROW.replace(RUN, "[" + RUN + "](evidence/report.md)");

    @TempDir
    private Path folder;

    private record Ran(int exitCode, String out, String err) {}

    private static Ran report(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var line = new ArrayList<>(List.of("report"));
        line.addAll(List.of(arguments));
        var exitCode = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line.toArray(String[]::new));
        return new Ran(exitCode, out.toString(), err.toString());
    }

    private String evidence() throws Exception {
        return EvidenceOfCase.write("durability-kept", folder.resolve("evidence"))
                .toString();
    }

    @Test
    void everyRenderingIsThatOfTheRun() throws Exception {
        var evidence = evidence();

        assertThat(report(evidence).out()).isEqualTo(Files.readString(Path.of(evidence, Evidence.REPORT)));
        assertThat(report(evidence, "-o", "html").out()).isEqualTo(Files.readString(Path.of(evidence, Evidence.PAGE)));
        assertThat(report(evidence, "-o", "junit").out())
                .isEqualTo(Files.readString(Path.of(evidence, Evidence.JUNIT)));
        assertThat(report(evidence, "-o", "json").out())
                .isEqualTo(Files.readString(Path.of(evidence, Evidence.VERDICT)) + "\n");
        assertThat(report(evidence).exitCode()).isZero();
    }

    /** Programs read these rows too, so their columns stay; the page that is committed was written by the program. */
    @Test
    void theCommittedLogIsAsThisVersionWritesIt() throws Exception {
        var log = Files.readString(Path.of("docs/runbook/log.md"));

        assertThat(log).startsWith("# Runbook log\n").contains("\n\n" + TITLE);
        assertThat(log.substring(log.indexOf(TITLE) + TITLE.length()).lines())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row)
                        .matches("\\| \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d \\| [a-z0-9-]+ \\| [^|]+ \\|"
                                + " (PASSED|FAILED|INCONCLUSIVE|ABORTED|ERROR) \\| [^|]+ \\| .+ \\|"
                                + " \\[?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}]?(\\([^)]+\\))? \\|"));
    }

    /** The verdict is the scripts' matter of `judge`; here the data came out, so all is well. */
    @Test
    void aRunThatFailedIsRenderedToo() throws Exception {
        var evidence = EvidenceOfCase.write("durability-lost", folder.resolve("evidence"));

        var ran = report(evidence.toString());

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).startsWith("# FAILED");
    }

    @Test
    void onlyTheJournalIsTrusted() throws Exception {
        var evidence = evidence();
        Files.writeString(Path.of(evidence, Evidence.REPORT), "# FAILED: forged\n");
        Files.delete(Path.of(evidence, Evidence.VERDICT));

        assertThat(report(evidence).out()).startsWith("# PASSED: a-case");
    }

    @Test
    void aBrokenChainOrAnotherVerdictIsNoEvidence() throws Exception {
        var evidence = evidence();
        var verdict = Path.of(evidence, Evidence.VERDICT);
        var journal = Path.of(evidence, Evidence.JOURNAL);
        var whole = Files.readAllBytes(journal);
        Files.writeString(verdict, Files.readString(verdict).replace("\"PASSED\"", "\"FAILED\""));
        var log = folder.resolve("log.md");

        var contradicted = report(evidence, "--runbook", log.toString());
        Files.delete(verdict);
        whole[whole.length / 2] ^= (byte) 0xff;
        Files.write(journal, whole);
        var broken = report(evidence, "--runbook", log.toString());

        assertThat(contradicted.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(contradicted.err()).contains("verdict.json says FAILED and does not follow");
        assertThat(broken.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(broken.err()).contains("is not evidence: line");
        assertThat(broken.out() + contradicted.out()).isEmpty();
        assertThat(log).doesNotExist();
    }

    @Test
    void whatCannotBeReadIsSaid() throws Exception {
        assertThat(report(folder.resolve("nope").toString()).exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(report(folder.toString()).err()).contains("cannot be read: there is no ");
        assertThat(report(evidence(), "-o", "pdf").exitCode()).isEqualTo(ExitCode.USAGE);
        var nobody = report(RUN, "--server=http://127.0.0.1:1");
        assertThat(nobody.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(nobody.err()).contains("no answer from http://127.0.0.1:1");
    }

    @Test
    void aLogIsMadeAndARunStandsInItOnce() throws Exception {
        var evidence = evidence();
        var log = Files.createDirectories(folder.resolve("docs")).resolve("log.md");

        var first = report(evidence, "--runbook", log.toString());
        var again = report(evidence, "--runbook", log.toString());

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).isEqualTo(ROW);
        assertThat(again.exitCode()).isZero();
        assertThat(again.err()).contains("stands there already");
        assertThat(Files.readString(log)).startsWith("# Runbook log\n").endsWith("\n\n" + TITLE + ROW);
        try (var files = Files.list(log.resolveSibling(""))) {
            assertThat(files).containsExactly(log);
        }
    }

    @Test
    void whatPeopleWroteStaysByteForByte() throws Exception {
        var before = ("Ours, caf\u00e9\r\n\r\n" + TITLE.replace("\n", "\r\n") + "| 2020 | old |\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        var after = "\r\n\r\ntext after  \r\nwithout an end".getBytes(StandardCharsets.UTF_8);
        var log = Files.write(folder.resolve("log.md"), concat(before, after));
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-r-----"));

        assertThat(report(evidence(), "--runbook", log.toString()).exitCode()).isZero();

        var row = LINKED.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        assertThat(Files.readAllBytes(log)).isEqualTo(concat(concat(before, row), after));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aPageWithoutATableGetsOneAtItsEnd() throws Exception {
        var log = Files.writeString(folder.resolve("log.md"), "# Ours\n\nwithout an end");

        report(evidence(), "--runbook", log.toString());

        assertThat(Files.readString(log)).isEqualTo("# Ours\n\nwithout an end\n\n" + TITLE + LINKED);
    }

    @Test
    void evidenceBelowTheRunbookIsLinked() throws Exception {
        var ran = report(evidence(), "--runbook", folder.resolve("log.md").toString());

        assertThat(ran.out()).isEqualTo(LINKED);
    }

    @Test
    void aReadOnlyRunbookStaysAndWhatIsNoFileIsRefused() throws Exception {
        var evidence = evidence();
        var log = Files.writeString(folder.resolve("log.md"), "# Ours\n");
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("r--r--r--"));

        var readOnly = report(evidence, "--runbook", log.toString());
        var aFolder = report(evidence, "--runbook", folder.toString());
        var nowhere = report(evidence, "--runbook", folder.resolve("no/log.md").toString());

        assertThat(readOnly.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(readOnly.err()).contains("log.md cannot be written: it is read-only");
        assertThat(readOnly.out()).isEmpty();
        assertThat(Files.readString(log)).isEqualTo("# Ours\n");
        assertThat(aFolder.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(nowhere.exitCode()).isEqualTo(ExitCode.USAGE);
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("evidence", "log.md");
        }
    }

    @Test
    void severalAtOnceLoseNothing() throws Exception {
        var log = folder.resolve("log.md");
        var folders = new ArrayList<String>();
        for (var run = 1; run <= 12; run++) {
            folders.add(EvidenceOfCase.write("durability-kept", folder.resolve("e" + run), run)
                    .toString());
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var evidence : folders) {
                var _ = threads.submit(() -> report(evidence, "--runbook", log.toString()));
            }
        }

        assertThat(Files.readString(log).lines().filter(line -> line.startsWith("| 2026-11-01")))
                .hasSize(12)
                .doesNotHaveDuplicates();
    }

    @Test
    void onlyTheBlockOfTheScenarioIsReplaced() throws Exception {
        var page = Files.writeString(
                folder.resolve("runbook.md"),
                "## Proven by\n\n<!-- tocsin:other -->\nkept\n<!-- /tocsin -->\n\n<!-- tocsin:a-case -->\nold\n\nold\n"
                        + "<!-- /tocsin -->\nkept too");

        var ran = report(evidence(), "--update-runbook", page.toString());

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(Files.readString(page))
                .isEqualTo("## Proven by\n\n<!-- tocsin:other -->\nkept\n<!-- /tocsin -->\n\n<!-- tocsin:a-case -->\n"
                        + "PASSED on 2026-11-01 12:00 UTC, target primary: 79 acknowledged, 0 lost, 1 without an answer, RTO 4.4 s.\n"
                        + "Run [" + RUN + "](evidence/report.md), asked for by somebody: a case.\n"
                        + "<!-- /tocsin -->\nkept too");
    }

    @Test
    void aLaterResultIsNotReplacedByAnEarlierOne() throws Exception {
        var later = "<!-- tocsin:a-case -->\nRun " + RUN.replace("01900000", "01900001") + "\n<!-- /tocsin -->\n";
        var page = Files.writeString(folder.resolve("runbook.md"), later);

        var ran = report(evidence(), "--update-runbook", page.toString());

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).contains("a later run stands there");
        assertThat(Files.readString(page)).isEqualTo(later);
    }

    /** Who reads it at night must see that the alert it is for may not come, and since when that is so. */
    @Test
    void aRunbookThatPromisesASilentAlertIsFlagged() throws Exception {
        var page = Files.writeString(
                folder.resolve("runbook.md"), "# Full\n\n<!-- tocsin:a-case -->\r\n<!-- /tocsin -->\n");
        var pass = EvidenceOfCase.write("rings-and-resolves", folder.resolve("pass"), 1);
        var silent = EvidenceOfCase.write("never-delivered", folder.resolve("silent"), 2);
        var again = EvidenceOfCase.write("never-delivered", folder.resolve("again"), 3);

        var unknown = report(silent.toString(), "--update-runbook", copy(page).toString());
        var passed = report(pass.toString(), "--update-runbook", page.toString());
        var first = report(silent.toString(), "--update-runbook", page.toString());
        var afterFirst = Files.readString(page);
        var older = report(pass.toString(), "--update-runbook", page.toString());
        var second = report(again.toString(), "--update-runbook", page.toString());

        assertThat(unknown.exitCode()).isZero();
        assertThat(Files.readString(folder.resolve("copy.md"))).contains("No earlier pass is known here.");
        assertThat(passed.err()).doesNotContain("warning");
        assertThat(first.exitCode()).isZero();
        assertThat(first.err()).contains("warning: " + page + " promises Busy, which did not ring");
        assertThat(afterFirst)
                .contains(
                        "**Did not ring, though this runbook promises it: Busy.**",
                        "Passed last on 2026-11-01 12:00 UTC, run [" + RUN + "](pass/report.md).");
        assertThat(older.err()).contains("a later run stands there");
        assertThat(second.exitCode()).isZero();
        assertThat(Files.readString(page))
                .contains("Passed last on 2026-11-01 12:00 UTC, run [" + RUN + "](pass/report.md).")
                .doesNotContain("No earlier pass");
    }

    @Test
    void anEarlierRunFlagsNothingWhereALaterOneStands() throws Exception {
        var page = Files.writeString(folder.resolve("runbook.md"), "<!-- tocsin:a-case -->\n<!-- /tocsin -->\n");
        var silent = EvidenceOfCase.write("never-delivered", folder.resolve("silent"), 1);
        var pass = EvidenceOfCase.write("rings-and-resolves", folder.resolve("pass"), 2);
        report(pass.toString(), "--update-runbook", page.toString());

        var late = report(silent.toString(), "--update-runbook", page.toString());

        assertThat(late.err()).contains("a later run stands there").doesNotContain("warning");
    }

    private static Path copy(Path file) throws Exception {
        return Files.copy(file, file.resolveSibling("copy.md"));
    }

    @Test
    void aPageWithoutTheBlockIsToldHowToHaveOne() throws Exception {
        var evidence = evidence();
        var none = Files.writeString(folder.resolve("none.md"), "# Ours\n");
        var open = Files.writeString(
                folder.resolve("open.md"), "<!-- tocsin:a-case -->\n<!-- tocsin:other -->\n<!-- /tocsin -->\n");

        var without = report(evidence, "--update-runbook", none.toString());
        var unclear = report(evidence, "--update-runbook", open.toString());
        var missing =
                report(evidence, "--update-runbook", folder.resolve("nope.md").toString());

        assertThat(without.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(without.err()).contains("has no block for a-case", "<!-- tocsin:a-case -->\n<!-- /tocsin -->");
        assertThat(unclear.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(unclear.err()).contains("must have <!-- tocsin:a-case --> once");
        assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(missing.err()).contains("there is no ");
        assertThat(Files.readString(none)).isEqualTo("# Ours\n");
    }

    @Test
    void aRunOnAServerIsRenderedFromItsJournal() throws Exception {
        var config = Files.writeString(folder.resolve("tocsin.yaml"), """
                http: { host: 127.0.0.1, port: 0 }
                management: { host: 127.0.0.1, port: 0 }
                data: "%s"
                targets:
                  - { name: primary, optedIn: true, postgres: { host: 127.0.0.1, port: 1, database: a, user: b } }
                """.formatted(folder.resolve("data")));
        var scenario = Files.writeString(folder.resolve("flood.yaml"), """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: flood }
                spec:
                  stress: [ { connectionFlood: { fill: 50% } } ]
                  expect: { alerts: [ Busy ] }
                """);
        try (var service = Service.start(Config.read(config, true))) {
            var server = "--server=http://127.0.0.1:" + service.port();
            Main.commandLine()
                    .setOut(new PrintWriter(new StringWriter()))
                    .execute("run", scenario.toString(), "--wait", "--reason=a | b\nc", server);
            var run = only(folder.resolve("data/evidence"));

            var ran = report(run.getFileName().toString(), server);
            var row =
                    report(run.toString(), "--runbook", folder.resolve("log.md").toString());

            assertThat(ran.exitCode()).as(ran.err()).isZero();
            assertThat(ran.out()).isEqualTo(Files.readString(run.resolve(Evidence.REPORT)));
            assertThat(row.out()).contains("| flood | primary | ERROR | broke at stimulus | anybody: a \\| b c | [");
            assertThat(report(RUN, server).exitCode()).isEqualTo(ExitCode.USAGE);
        }
    }

    private static Path only(Path folder) throws java.io.IOException {
        try (var files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    private static byte[] concat(byte[] one, byte[] other) {
        var both = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
