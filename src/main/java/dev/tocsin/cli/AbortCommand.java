package dev.tocsin.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops a run. */
@Command(name = "abort", mixinStandardHelpOptions = true, description = "Stop a run; everything it did is taken back.")
final class AbortCommand extends ApiCommand {
    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private String run = "";

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "no reason was given", description = "Why.")
    private String reason = "";

    @Override
    int call(ApiClient api) {
        var document = api.post("/api/v1/runs/" + run + "/abort", Map.of("reason", reason), Map.of());
        print(document, "run " + run + " is being stopped\n");
        return ExitCode.PASSED;
    }
}
