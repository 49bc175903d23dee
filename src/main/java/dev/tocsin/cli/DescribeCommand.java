package dev.tocsin.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows all of one run. */
@Command(name = "describe", mixinStandardHelpOptions = true, description = "Show one run with all its checks.")
final class DescribeCommand extends ApiCommand {
    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private String run = "";

    @Override
    int call(ApiClient api) {
        var document = api.get("/api/v1/runs/" + run);
        print(document, RunTable.describe(document));
        return ExitCode.PASSED;
    }
}
