package dev.tocsin.cli;

import dev.tocsin.scenarios.ScenarioSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a JSON Schema. */
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = "Print the JSON Schema (2020-12) of a scenario.")
final class SchemaCommand implements Callable<Integer> {
    enum Kind {
        SCENARIO
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "scenario", description = "Of what; a scenario is all there is.")
    private Kind kind = Kind.SCENARIO;

    @Override
    public Integer call() {
        switch (kind) {
            case SCENARIO -> spec.commandLine().getOut().print(ScenarioSchema.print());
        }
        spec.commandLine().getOut().flush();
        return ExitCode.PASSED;
    }
}
