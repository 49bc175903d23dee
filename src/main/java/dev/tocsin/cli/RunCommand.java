package dev.tocsin.cli;

import dev.tocsin.domain.scenario.Bracket;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.yaml.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
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

    @Option(
            names = "--control",
            description = "Run it below the threshold: the same alerts must stay silent. What is lower stands in"
                    + " spec.control; without it every size is halved.")
    private boolean control;

    @Option(
            names = "--bracket",
            arity = "0..1",
            paramLabel = "NAME=A,B,C",
            fallbackValue = "",
            description = "Run it once for each value of a parameter, from low to high, and tell between which of them"
                    + " its alerts begin to ring. Without steps those of spec.bracket. Waits for all of them.")
    private @Nullable String bracket;

    @Override
    int call(ApiClient api) throws InterruptedException {
        var patience = patience();
        if (bracket != null) {
            if (control || idempotencyKey != null) {
                throw new UserException(
                        ExitCode.USAGE, "--bracket is many runs, so it goes with neither --control nor a key");
            }
            return bracket(api, patience);
        }
        var document = start(api, parameters, control ? Mode.CONTROL : Mode.PROOF);
        var run = document.path("id").asString();
        if (wait) {
            return follow(api, run, patience);
        }
        print(document, run + "\n");
        return ExitCode.PASSED;
    }

    private int bracket(ApiClient api, Duration patience) throws InterruptedException {
        var steps = steps(api);
        var deadline = Instant.now().plus(patience);
        var probes = new ArrayList<BracketTable.Probe>();
        for (var value : steps.steps()) {
            var given = new LinkedHashMap<>(parameters);
            given.put(steps.parameter(), value);
            tell("step " + (probes.size() + 1) + " of " + steps.steps().size() + ": " + steps.parameter() + "="
                    + value);
            var run = start(api, given, Mode.PROBE).path("id").asString();
            if (await(api, run, Duration.between(Instant.now(), deadline)).isEmpty()) {
                return gaveUp(run);
            }
            probes.add(new BracketTable.Probe(value, api.get("/api/v1/runs/" + run)));
        }
        var table = new BracketTable(steps.parameter(), probes);
        print(probes.stream().map(BracketTable.Probe::run).toList(), table.text());
        return table.exitCode();
    }

    private Bracket steps(ApiClient api) {
        try {
            if (bracket != null && !bracket.isEmpty()) {
                return Bracket.parse(bracket);
            }
            var order = scenarioOrFile(Mode.PROBE);
            var written = order instanceof JsonNode file
                    ? file.path("spec").path("bracket")
                    : api.get("/api/v1/scenarios/" + order).path("bracket");
            if (!written.isString()) {
                throw new UserException(
                        ExitCode.USAGE, scenario + " has no spec.bracket; give the steps, like fill=79%,81%,96%");
            }
            return Bracket.parse(written.asString());
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.USAGE, "--bracket: " + e.getMessage());
        }
    }

    private JsonNode start(ApiClient api, Map<String, String> given, Mode mode) {
        var order = new LinkedHashMap<String, Object>();
        order.put("scenario", scenarioOrFile(mode));
        order.put("parameters", given);
        order.put("mode", mode);
        Optional.ofNullable(reason).ifPresent(text -> order.put("reason", text));
        Map<String, String> headers = idempotencyKey == null ? Map.of() : Map.of("Idempotency-Key", idempotencyKey);
        return api.post("/api/v1/runs", order, headers);
    }

    private Duration patience() {
        try {
            return Durations.parse(timeout);
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.USAGE, "--timeout: " + e.getMessage());
        }
    }

    private Object scenarioOrFile(Mode mode) {
        var file = Path.of(scenario);
        if (!Files.isRegularFile(file)) {
            return scenario;
        }
        try {
            var text = Files.readString(file);
            var _ = ScenarioReader.read(
                    file.toString(), text, parameters, mode); // its mistakes, at their place in the file
            return YAMLMapper.builder().build().readTree(text);
        } catch (InvalidFileException e) {
            throw new UserException(ExitCode.USAGE, "the scenario cannot be run\n" + e.getMessage());
        } catch (IOException e) {
            throw new UserException(ExitCode.USAGE, file + " cannot be read: " + e.getMessage());
        }
    }
}
