package dev.tocsin.lab;

import dev.tocsin.app.Logging;
import dev.tocsin.cli.ApiClient;
import dev.tocsin.cli.ExitCode;
import dev.tocsin.cli.Output;
import dev.tocsin.cli.RunFollower;
import dev.tocsin.cli.RunTable;
import dev.tocsin.cli.UserException;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.evidence.Evidence;
import dev.tocsin.scenarios.ScenarioCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Boots the lab, runs scenarios in it, prints the verdicts, leaves evidence. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        description =
                "Boot a real PostgreSQL, postgres_exporter, Prometheus and Alertmanager on loopback, run scenarios"
                        + " in it, print the verdicts, leave evidence.")
final class LabCommand implements Callable<Integer> {
    private static final Duration SETTLE = Duration.ofSeconds(90);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(30);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "SCENARIO", description = "Which scenarios. Default: all.")
    private List<String> chosen = List.of();

    @Option(names = "--up", description = "Keep the lab running and print its URLs, until Ctrl-C.")
    private boolean up;

    @Option(names = "--list", description = "List the scenarios and do nothing else.")
    private boolean list;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "These alerting rules instead of the shipped ones; there is a standby then too.")
    private @Nullable Path rules;

    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description = "These exporter queries instead of the shipped ones.")
    private @Nullable Path queries;

    @Option(
            names = "--scenarios",
            paramLabel = "DIR",
            description = "The scenarios in this folder instead of the shipped.")
    private @Nullable Path scenarios;

    @Option(
            names = "--evidence",
            paramLabel = "DIR",
            defaultValue = "evidence",
            description = "Where evidence goes, a folder for each run. Default: ./${DEFAULT-VALUE}.")
    private Path evidence = Path.of("evidence");

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table, json or yaml.")
    private Output output = Output.TABLE;

    /** What became of one scenario. */
    private record Result(Conclusion conclusion, JsonNode run, double seconds) {}

    @Override
    public Integer call() throws InterruptedException, IOException {
        var catalog = new ScenarioCatalog(List.of(scenarioFolder()));
        var loaded = loaded(catalog);
        if (list) {
            spec.commandLine().getOut().print(Output.table(titles(loaded)));
            spec.commandLine().getOut().flush();
            return ExitCode.PASSED;
        }
        var scenarios = chosen(loaded);
        try {
            var home = Lab.newHome();
            System.setProperty(Logging.PROPERTY, home.resolve("tocsin.log").toString());
            var began = System.nanoTime();
            try (var lab = boot(home)) {
                progress("the lab is up after %.1f s".formatted((System.nanoTime() - began) / 1e9));
                if (up) {
                    return stayUp(lab);
                }
                return print(run(lab, scenarios));
            }
        } catch (LabException e) {
            throw new UserException(ExitCode.ERROR, "the lab: " + e.getMessage());
        }
    }

    private Lab boot(Path home) throws LabException, InterruptedException {
        var options = new LabOptions(
                rules == null ? shippedRules() : List.of(readable(rules)),
                queries == null ? alerts().resolve("queries.yaml") : readable(queries),
                List.of(scenarioFolder()),
                rules != null);
        var lab = new Lab(options, new Binaries(Binaries.defaultCache(), this::progress), home, this::progress);
        Runtime.getRuntime().addShutdownHook(new Thread(lab::close, "lab-cleanup"));
        return lab;
    }

    private int stayUp(Lab lab) throws InterruptedException {
        spec.commandLine().getOut().print(lab.urls());
        spec.commandLine()
                .getOut()
                .println("run one with: tocsin run --wait SCENARIO --server " + lab.tocsin() + " --token-file "
                        + lab.tokenFile());
        spec.commandLine()
                .getOut()
                .println("check it with: tocsin doctor --server " + lab.tocsin() + " --token-file " + lab.tokenFile());
        spec.commandLine().getOut().flush();
        progress("Ctrl-C ends it");
        new CountDownLatch(1).await();
        return ExitCode.INTERRUPTED;
    }

    private List<Result> run(Lab lab, List<Scenario> scenarios) throws InterruptedException, IOException, LabException {
        var results = new ArrayList<Result>();
        try (var api = new ApiClient(lab.tocsin(), Optional.of(lab.tokenFile()))) {
            for (var scenario : scenarios) {
                progress("");
                progress("scenario " + (results.size() + 1) + " of " + scenarios.size() + ": " + scenario.name() + ", "
                        + scenario.title());
                if (!lab.settle(scenario, SETTLE)) {
                    progress("alerts from before are still active, or cannot be asked for; the baseline tells which");
                }
                results.add(run(api, scenario.name()));
                lab.check();
            }
        }
        return results;
    }

    private Result run(ApiClient api, String name) throws InterruptedException, IOException {
        var began = System.nanoTime();
        var run = api.post("/api/v1/runs", Map.of("scenario", name, "reason", "tocsin lab"), Map.of())
                .path("id")
                .asString();
        var conclusion = new RunFollower(api, spec.commandLine().getErr())
                .follow(run, LONGEST_RUN)
                .orElseThrow(() -> new UserException(ExitCode.GAVE_UP, "gave up waiting for run " + run));
        var folder = Files.createDirectories(evidence.resolve(run));
        for (var file : Evidence.FILES.keySet()) {
            Files.write(folder.resolve(file), api.bytes("/api/v1/runs/" + run + "/evidence/" + file));
        }
        return new Result(conclusion, api.get("/api/v1/runs/" + run), (System.nanoTime() - began) / 1e9);
    }

    private int print(List<Result> results) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("SCENARIO", "VERDICT", "FIRES", "RESOLVES", "TOOK", "EVIDENCE"));
        for (var result : results) {
            var id = result.run().path("id").asString("");
            rows.add(List.of(
                    result.run().path("scenario").asString(""),
                    result.conclusion().name(),
                    RunTable.latency(result.run(), "fires"),
                    RunTable.latency(result.run(), "resolves"),
                    "%.0fs".formatted(result.seconds()),
                    evidence.resolve(id).toString()));
        }
        var text = new StringBuilder(Output.table(rows));
        for (var result : results) {
            lines(text, result, "reasons", "");
            text.append(RunTable.next(
                    result.run(), "  " + result.run().path("scenario").asString("") + ": "));
            lines(text, result, "warnings", "note: ");
        }
        progress("");
        output.print(
                spec.commandLine().getOut(), results.stream().map(Result::run).toList(), text.toString());
        return ExitCode.worst(results.stream().map(Result::conclusion).toList());
    }

    private static void lines(StringBuilder text, Result result, String key, String prefix) {
        result.run()
                .path(key)
                .forEach(line -> text.append("  ")
                        .append(result.run().path("scenario").asString(""))
                        .append(": ")
                        .append(prefix)
                        .append(line.asString())
                        .append('\n'));
    }

    private List<ScenarioCatalog.Loaded> loaded(ScenarioCatalog catalog) throws IOException {
        var loaded = catalog.all();
        var broken = loaded.stream().filter(one -> !one.mistakes().isEmpty()).toList();
        if (!broken.isEmpty()) {
            throw new UserException(
                    ExitCode.USAGE,
                    "these scenarios cannot be run\n"
                            + String.join(
                                    "\n",
                                    broken.stream()
                                            .flatMap(one ->
                                                    one.mistakes().stream().map(mistake -> one.file() + ":" + mistake))
                                            .toList()));
        }
        if (loaded.isEmpty()) {
            throw new UserException(ExitCode.USAGE, "there is no scenario in " + scenarioFolder());
        }
        return loaded;
    }

    private List<Scenario> chosen(List<ScenarioCatalog.Loaded> loaded) {
        var known = loaded.stream().flatMap(one -> one.scenario().stream()).toList();
        for (var name : chosen) {
            if (known.stream().noneMatch(scenario -> scenario.name().equals(name))) {
                throw new UserException(
                        ExitCode.USAGE,
                        "there is no scenario " + name + "; there are "
                                + String.join(
                                        ", ", known.stream().map(Scenario::name).toList()));
            }
        }
        return known.stream()
                .filter(scenario -> chosen.isEmpty() || chosen.contains(scenario.name()))
                .toList();
    }

    private static List<List<String>> titles(List<ScenarioCatalog.Loaded> loaded) {
        return Stream.concat(
                        Stream.of(List.of("NAME", "TITLE")),
                        loaded.stream()
                                .map(one -> List.of(
                                        one.name(),
                                        one.scenario()
                                                .map(scenario -> scenario.title())
                                                .orElse(""))))
                .toList();
    }

    private Path scenarioFolder() {
        return scenarios == null ? alerts() : readable(scenarios);
    }

    private List<Path> shippedRules() {
        try (var walk = Files.walk(alerts(), 2)) {
            return walk.filter(file -> file.getFileName().toString().equals("rule.yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UserException(ExitCode.ERROR, alerts() + " cannot be read: " + e.getMessage());
        }
    }

    private static Path readable(Path path) {
        if (!Files.isReadable(path)) {
            throw new UserException(ExitCode.USAGE, path + " cannot be read");
        }
        return path;
    }

    /** The shipped alerts, beside the launcher. */
    private static Path alerts() {
        var alerts = Path.of(System.getProperty("tocsin.home", ".")).resolve("alerts");
        if (!Files.isDirectory(alerts)) {
            throw new UserException(
                    ExitCode.USAGE, alerts.toAbsolutePath() + " is not there; start the lab with ./tocsin lab");
        }
        return alerts;
    }

    private void progress(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }
}
