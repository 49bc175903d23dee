package dev.tocsin.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Stops a run. */
@Command(name = "abort", mixinStandardHelpOptions = true, description = "Stop a run; everything it did is taken back.")
final class AbortCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private String run = "";

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "no reason was given", description = "Why.")
    private String reason = "";

    @Override
    public Integer call() {
        try (var api = server.connect()) {
            var _ = api.post("/api/v1/runs/" + run + "/abort", Map.of("reason", reason), Map.of());
            spec.commandLine().getErr().println("run " + run + " is being stopped");
            return ExitCode.PASSED;
        }
    }
}
