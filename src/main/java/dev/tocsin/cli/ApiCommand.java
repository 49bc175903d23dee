package dev.tocsin.cli;

import dev.tocsin.domain.run.Conclusion;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks a server and prints what it answers. */
abstract sealed class ApiCommand implements Callable<Integer>
        permits AbortCommand, DescribeCommand, DoctorCommand, GetCommand, RunCommand, WatchCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table, json or yaml.")
    private Output output = Output.TABLE;

    /** Does the command's work and returns the exit code. */
    abstract int call(ApiClient api) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        try (var api = server.connect()) {
            return call(api);
        }
    }

    /** Prints data. */
    final void print(Object document, String table) {
        output.print(spec.commandLine().getOut(), document, table);
    }

    /** Tells a person something that is no data. */
    final void tell(String line) {
        spec.commandLine().getErr().println(line);
    }

    /** Follows a run to its verdict; nothing when the patience ended first. */
    final Optional<Conclusion> await(ApiClient api, String run, Duration patience) throws InterruptedException {
        return new RunFollower(api, spec.commandLine().getErr()).follow(run, patience);
    }

    final int gaveUp(String run) {
        tell("tocsin: gave up waiting; the run goes on: tocsin watch " + run);
        return ExitCode.GAVE_UP;
    }

    /** Follows a run to its verdict, prints it, and returns the exit code that it means. */
    final int follow(ApiClient api, String run, Duration patience) throws InterruptedException {
        var conclusion = await(api, run, patience);
        if (conclusion.isEmpty()) {
            return gaveUp(run);
        }
        var document = api.get("/api/v1/runs/" + run);
        print(document, RunTable.describe(document));
        return ExitCode.of(conclusion.get());
    }
}
