package dev.tocsin.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows all of one run. */
@Command(name = "describe", mixinStandardHelpOptions = true, description = "Show one run with all its checks.")
final class DescribeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private String run = "";

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table, json or yaml.")
    private Output output = Output.TABLE;

    @Override
    public Integer call() {
        try (var api = server.connect()) {
            var document = api.get("/api/v1/runs/" + run);
            output.print(spec.commandLine().getOut(), document, RunTable.describe(document));
            return ExitCode.PASSED;
        }
    }
}
