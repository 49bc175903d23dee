package dev.tocsin.cli;

import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.yaml.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Starts a run on a server. */
@Command(name = "run", mixinStandardHelpOptions = true, description = "Start a run on a server.")
final class RunCommand extends ApiCommand {
    @Parameters(paramLabel = "SCENARIO", description = "A scenario that the server has loaded, or a file.")
    private String scenario = "";

    @Option(names = "--wait", description = "Follow it, and exit with its verdict.")
    private boolean wait;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A parameter of the scenario.")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stands in the evidence.")
    private @Nullable String reason;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "1h",
            description = "How long --wait waits before it exits with 124; the run goes on. Default: ${DEFAULT-VALUE}.")
    private String timeout = "1h";

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "The same key starts one run only, however often it is sent.")
    private @Nullable String idempotencyKey;

    @Override
    int call(ApiClient api) throws InterruptedException {
        var patience = patience();
        var order = new LinkedHashMap<String, Object>();
        order.put("scenario", scenarioOrFile());
        order.put("parameters", parameters);
        Optional.ofNullable(reason).ifPresent(text -> order.put("reason", text));
        Map<String, String> headers = idempotencyKey == null ? Map.of() : Map.of("Idempotency-Key", idempotencyKey);
        var document = api.post("/api/v1/runs", order, headers);
        var run = document.path("id").asString();
        if (wait) {
            return follow(api, run, patience);
        }
        print(document, run + "\n");
        return ExitCode.PASSED;
    }

    private Duration patience() {
        try {
            return Durations.parse(timeout);
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.USAGE, "--timeout: " + e.getMessage());
        }
    }

    private Object scenarioOrFile() {
        var file = Path.of(scenario);
        if (!Files.isRegularFile(file)) {
            return scenario;
        }
        try {
            var text = Files.readString(file);
            var _ = ScenarioReader.read(file.toString(), text, parameters); // its mistakes, at their place in the file
            return YAMLMapper.builder().build().readTree(text);
        } catch (InvalidFileException e) {
            throw new UserException(ExitCode.USAGE, "the scenario cannot be run\n" + e.getMessage());
        } catch (IOException e) {
            throw new UserException(ExitCode.USAGE, file + " cannot be read: " + e.getMessage());
        }
    }
}
