package dev.tocsin.cli;

import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.scenarios.ScenarioCatalog;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.yaml.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds every mistake in scenario files. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = "Name every mistake in scenario files, each with its line and column.")
final class LintCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Scenario files, or folders that hold some.")
    private List<Path> files = List.of();

    @Override
    public Integer call() throws IOException {
        var mistakes = 0;
        var checked = expand();
        for (var file : checked) {
            try {
                var scenario = ScenarioReader.read(file, Map.of(), Mode.PROOF);
                spec.commandLine().getErr().println(file + ": " + scenario.name() + " is fine");
            } catch (InvalidFileException e) {
                mistakes += e.mistakes().size();
                spec.commandLine().getOut().println(e.getMessage());
            }
        }
        spec.commandLine().getErr().println(counted(checked.size(), "file") + ", " + counted(mistakes, "mistake"));
        return mistakes == 0 ? ExitCode.PASSED : ExitCode.USAGE;
    }

    private List<Path> expand() throws IOException {
        var all = new ArrayList<Path>();
        for (var file : files) {
            if (Files.isDirectory(file)) {
                all.addAll(new ScenarioCatalog(List.of(file)).files());
            } else if (Files.isReadable(file)) {
                all.add(file);
            } else {
                throw new UserException(ExitCode.USAGE, file + " cannot be read");
            }
        }
        if (all.isEmpty()) {
            throw new UserException(ExitCode.USAGE, "there is no scenario.yaml and no *.scenario.yaml in " + files);
        }
        return all;
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
