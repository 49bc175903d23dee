package dev.tocsin.cli;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Follows a run that somebody started. */
@Command(name = "watch", mixinStandardHelpOptions = true, description = "Follow a run and exit with its verdict.")
final class WatchCommand extends ApiCommand {
    private static final Duration PATIENCE = Duration.ofDays(1);

    @Parameters(paramLabel = "RUN", description = "The run's id.")
    private String run = "";

    @Override
    int call(ApiClient api) throws InterruptedException {
        return follow(api, run, PATIENCE);
    }
}
