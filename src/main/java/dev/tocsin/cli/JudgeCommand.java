package dev.tocsin.cli;

import dev.tocsin.evidence.Evidence;
import dev.tocsin.journal.BrokenJournalException;
import dev.tocsin.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Judges evidence anew, offline. */
@Command(
        name = "judge",
        mixinStandardHelpOptions = true,
        description = "Check the hash chain of an evidence folder and recompute its verdict, offline.")
final class JudgeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "EVIDENCE", description = "A folder with journal.ndjson and verdict.json.")
    private Path evidence = Path.of("");

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table, json or yaml.")
    private Output output = Output.TABLE;

    @Override
    public Integer call() {
        try {
            var document = Evidence.judge(evidence);
            var json = Json.MAPPER.valueToTree(document);
            output.print(spec.commandLine().getOut(), json, RunTable.describe(flat(json)));
            spec.commandLine()
                    .getErr()
                    .println("the chain of " + document.journal().facts()
                            + " facts is whole, and the verdict follows from it");
            return ExitCode.of(document.verdict());
        } catch (BrokenJournalException e) {
            throw new UserException(ExitCode.ERROR, evidence + " is not evidence: " + e.getMessage());
        } catch (IOException e) {
            throw new UserException(ExitCode.USAGE, evidence + " cannot be read: " + e.getMessage());
        }
    }

    /** A verdict in the form in which the API shows a run. */
    private static JsonNode flat(JsonNode verdict) {
        var run = (ObjectNode) verdict.deepCopy();
        run.set("id", verdict.path("run").path("id"));
        run.set("scenario", verdict.path("run").path("scenario"));
        return run;
    }
}
