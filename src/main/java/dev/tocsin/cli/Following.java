package dev.tocsin.cli;

import dev.tocsin.domain.run.Conclusion;
import java.time.Duration;
import picocli.CommandLine;

/** What {@code run --wait} and {@code watch} share: follow, print the result, exit with the verdict. */
final class Following {
    private Following() {}

    static int toTheEnd(ApiClient api, String run, Duration patience, Output output, CommandLine command)
            throws InterruptedException {
        var conclusion = new RunFollower(api, command.getErr()).follow(run, patience);
        if (conclusion.isEmpty()) {
            command.getErr().println("tocsin: gave up waiting; the run goes on: tocsin watch " + run);
            return ExitCode.GAVE_UP;
        }
        var document = api.get("/api/v1/runs/" + run);
        output.print(command.getOut(), document, RunTable.describe(document));
        return ExitCode.of(Conclusion.valueOf(conclusion.get().name()));
    }
}
