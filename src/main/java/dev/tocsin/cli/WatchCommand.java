package dev.tocsin.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows a run that somebody started. */
@Command(name = "watch", mixinStandardHelpOptions = true, description = "Follow a run and exit with its verdict.")
final class WatchCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofDays(1);

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
    public Integer call() throws InterruptedException {
        try (var api = server.connect()) {
            return Following.toTheEnd(api, run, PATIENCE, output, spec.commandLine());
        }
    }
}
