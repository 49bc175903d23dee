package dev.tocsin.cli;

import dev.tocsin.domain.run.RunId;
import dev.tocsin.evidence.Evidence;
import dev.tocsin.evidence.Runbook;
import dev.tocsin.evidence.RunbookEntry;
import dev.tocsin.journal.BrokenJournalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Renders evidence again, and writes a run into a runbook. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Render evidence again from its journal, whose chain is checked first.",
            "The exit code is 0 when it was rendered, whatever the verdict; `tocsin judge` exits with the verdict."
        })
final class ReportCommand implements Callable<Integer> {
    /** The renderings there are. */
    enum Rendering {
        MD(Evidence.REPORT),
        HTML(Evidence.PAGE),
        JSON(Evidence.VERDICT),
        JUNIT(Evidence.JUNIT);

        private final String file;

        Rendering(String file) {
            this.file = file;
        }
    }

    /** Evidence that was rendered again, and the folder it came from. */
    private record Source(Evidence.Rendered rendered, Optional<Path> folder) {}

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "RUN", description = "A folder of evidence, or the id of a run on a server.")
    private String run = "";

    @Option(
            names = {"-o", "--output"},
            description = "md, html, json or junit. Default: md, or the row for a runbook where one is written.")
    private @Nullable Rendering output;

    @Option(
            names = "--runbook",
            paramLabel = "FILE",
            description = "Append one row to the table in this file, once for each run.")
    private @Nullable Path log;

    @Option(
            names = "--update-runbook",
            paramLabel = "FILE",
            description = "Write the result into this file, between <!-- tocsin:SCENARIO --> and <!-- /tocsin -->.")
    private @Nullable Path page;

    @Override
    public Integer call() {
        var source = source();
        if (log != null) {
            append(source, log);
        }
        if (page != null) {
            update(source, page);
        }
        print(source);
        return ExitCode.PASSED;
    }

    private Source source() {
        var folder = Path.of(run);
        try {
            if (Files.isDirectory(folder)) {
                return new Source(Evidence.again(folder), Optional.of(folder));
            }
            if (!isRunId(run)) {
                throw new UserException(
                        ExitCode.USAGE, run + " is neither a folder of evidence nor the id of a run on a server");
            }
            try (var api = server.connect()) {
                return new Source(
                        Evidence.again(api.bytes("/api/v1/runs/" + run + "/evidence/" + Evidence.JOURNAL)),
                        Optional.empty());
            }
        } catch (BrokenJournalException e) {
            throw new UserException(ExitCode.ERROR, run + " is not evidence: " + e.getMessage());
        } catch (IOException e) {
            throw new UserException(ExitCode.USAGE, run + " cannot be read: " + why(e));
        }
    }

    private static boolean isRunId(String text) {
        try {
            var _ = RunId.parse(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private void append(Source source, Path file) {
        write(file, () -> new Runbook(file).append(entry(source, file)), source);
    }

    private void update(Source source, Path file) {
        var entry = entry(source, file);
        if (write(file, () -> new Runbook(file).update(entry), source) == Runbook.Outcome.OLDER) {
            return; // the later run that stands there is what the runbook promises by
        }
        entry.silent().forEach(alert -> tell("warning: " + file + " promises " + alert + ", which did not ring"));
    }

    private interface Writing {
        Runbook.Outcome write() throws IOException;
    }

    private Runbook.Outcome write(Path file, Writing writing, Source source) {
        var of = source.rendered().document().run();
        try {
            var outcome = writing.write();
            switch (outcome) {
                case WRITTEN -> tell(file + ": run " + of.id() + " is written");
                case KNOWN -> tell(file + ": run " + of.id() + " stands there already");
                case OLDER -> tell(file + ": a later run stands there, so it is left as it is");
                case NO_BLOCK ->
                    throw new UserException(
                            ExitCode.USAGE,
                            file + " has no block for " + of.scenario()
                                    + "; put these two lines where it shall stand:\n" + Runbook.marker(of.scenario())
                                    + "\n<!-- /tocsin -->");
                case UNCLEAR_BLOCK ->
                    throw new UserException(
                            ExitCode.USAGE,
                            file + " must have " + Runbook.marker(of.scenario())
                                    + " once, on a line of its own, and <!-- /tocsin --> on one after it");
            }
            return outcome;
        } catch (IOException e) {
            throw new UserException(ExitCode.USAGE, file + " cannot be written: " + why(e));
        }
    }

    /** Evidence that lies below the runbook's own folder goes where the runbook goes, so a link will hold. */
    private static RunbookEntry entry(Source source, Path file) {
        var beside = file.toAbsolutePath().normalize().resolveSibling("");
        var link = source.folder()
                .map(folder -> folder.toAbsolutePath().normalize())
                .filter(folder -> folder.startsWith(beside))
                .map(folder -> beside.relativize(folder).resolve(Evidence.REPORT))
                .filter(report -> !report.toString().contains(" "))
                .map(Path::toString);
        return new RunbookEntry(source.rendered().document(), link);
    }

    private void print(Source source) {
        var out = spec.commandLine().getOut();
        var written = Optional.ofNullable(log).or(() -> Optional.ofNullable(page));
        if (output == null && written.isPresent()) {
            out.println(entry(source, written.get()).row());
        } else {
            var rendering = output == null ? Rendering.MD : output;
            out.println(new String(
                            source.rendered().files().getOrDefault(rendering.file, new byte[0]), StandardCharsets.UTF_8)
                    .stripTrailing());
        }
        out.flush();
    }

    private void tell(String line) {
        spec.commandLine().getErr().println(line);
    }

    private static String why(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no " + missing.getFile();
            case AccessDeniedException denied when denied.getReason() != null -> denied.getReason();
            case AccessDeniedException _ -> "access is denied";
            default -> String.valueOf(e.getMessage());
        };
    }
}
