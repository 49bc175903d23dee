package dev.tocsin.cli;

import dev.tocsin.draft.Drafted;
import dev.tocsin.draft.Drafts;
import dev.tocsin.draft.QueriesFile;
import dev.tocsin.draft.RuleFile;
import dev.tocsin.observe.HttpSource;
import dev.tocsin.observe.LiveSeries;
import dev.tocsin.rules.Series;
import dev.tocsin.yaml.InvalidFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a scenario for each alerting rule of a rule file, or says why not. */
@Command(
        name = "draft",
        mixinStandardHelpOptions = true,
        description = "Write a scenario for each alerting rule of a rule file, or say why there can be none.")
final class DraftCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..*",
            paramLabel = "RULES",
            description = "Prometheus rule files, or files of PrometheusRule objects.")
    private List<Path> rules = List.of();

    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description = "Custom queries of the exporter, in which the meaning of their metrics is looked up.")
    private List<Path> queries = List.of();

    @Option(
            names = "--prometheus",
            paramLabel = "URL",
            description = "The Prometheus that evaluates the rules: its series, settings and values are looked at.")
    private @Nullable URI prometheus;

    @Option(names = "--prometheus-token-file", paramLabel = "FILE", description = "A bearer token for it.")
    private @Nullable Path tokenFile;

    @Option(names = "--standby", description = "The target has a standby that may be stressed.")
    private boolean standby;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "In which database Tocsin works. Default: the first that fits.")
    private @Nullable String database;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "Where the scenarios are written, a file for each.")
    private Path output = Path.of("");

    @Option(names = "--force", description = "Write over scenarios that are there and say something else.")
    private boolean force;

    @Override
    public Integer call() throws InterruptedException {
        List<Drafted> drafts;
        try {
            var ruleFiles = new ArrayList<RuleFile>();
            for (var file : rules) {
                ruleFiles.add(RuleFile.read(file.toString(), text(file)));
            }
            var queryFiles = new ArrayList<QueriesFile>();
            for (var file : queries) {
                queryFiles.add(QueriesFile.read(file.toString(), text(file)));
            }
            drafts = Drafts.of(ruleFiles, queryFiles, live(), standby, Optional.ofNullable(database));
        } catch (InvalidFileException e) {
            throw new UserException(ExitCode.USAGE, "these files cannot be used:\n" + e.getMessage());
        } catch (IOException e) {
            throw new UserException(ExitCode.USAGE, "Prometheus cannot be asked: " + e.getMessage());
        }
        write(drafts);
        spec.commandLine().getOut().print(DraftTable.of(drafts));
        spec.commandLine().getOut().flush();
        spec.commandLine().getErr().println(DraftTable.summary(drafts));
        return ExitCode.PASSED;
    }

    private Optional<Series> live() throws IOException {
        return prometheus == null
                ? Optional.empty()
                : Optional.of(
                        new LiveSeries(new HttpSource(prometheus, Optional.ofNullable(tokenFile), Optional.empty())));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UserException(ExitCode.USAGE, file + " cannot be read: " + e.getMessage());
        }
    }

    private void write(List<Drafted> drafts) {
        try {
            Files.createDirectories(output);
            for (var drafted : drafts) {
                if (drafted.scenario().isPresent()) {
                    var scenario = drafted.scenario().get();
                    var file = output.resolve(scenario.name() + ".scenario.yaml");
                    if (!force && Files.exists(file) && !Files.readString(file).equals(scenario.text())) {
                        throw new UserException(
                                ExitCode.USAGE, file + " is there and says something else; --force writes over it");
                    }
                    Files.writeString(file, scenario.text());
                }
            }
        } catch (IOException e) {
            throw new UserException(ExitCode.USAGE, output + " cannot be written: " + e.getMessage());
        }
    }
}
