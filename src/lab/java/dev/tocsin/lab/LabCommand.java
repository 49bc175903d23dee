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
import dev.tocsin.draft.Drafted;
import dev.tocsin.draft.Drafts;
import dev.tocsin.draft.QueriesFile;
import dev.tocsin.draft.RuleFile;
import dev.tocsin.lab.Suite.Result;
import dev.tocsin.rules.RuleFinding;
import dev.tocsin.rules.Series;
import dev.tocsin.scenarios.ScenarioCatalog;
import dev.tocsin.yaml.InvalidFileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Boots the lab, runs scenarios in it, prints the verdicts, leaves evidence. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        description =
                "Boot a real PostgreSQL, postgres_exporter, Prometheus and Alertmanager on loopback, run scenarios"
                        + " in it, print the verdicts, leave evidence.")
final class LabCommand implements Callable<Integer> {
    private static final int MOST_CHAINS = 16;
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

    @Option(names = "--draft", description = "Draft a scenario for every rule of --rules, and run them all.")
    private boolean draft;

    @Option(
            names = "--chains",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many labs to run the scenarios in, side by side. Default: ${DEFAULT-VALUE}.")
    private int chains = 1;

    @Option(
            names = "--stack",
            paramLabel = "NAME",
            defaultValue = "${sys:" + Stack.PROPERTY + ":-system}",
            converter = StackNames.class,
            completionCandidates = StackNames.class,
            description = "The versions to run: ${COMPLETION-CANDIDATES}. Default: system, what this machine has.")
    private Stack stack = Stack.SYSTEM;

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

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (draft) {
            return draftAndRun();
        }
        var loaded = loaded(new ScenarioCatalog(List.of(scenarioFolder())));
        if (list) {
            spec.commandLine().getOut().print(Output.table(titles(loaded)));
            spec.commandLine().getOut().flush();
            return ExitCode.PASSED;
        }
        var scenarios = chosen(loaded);
        if (up || scenarios.size() == 1) {
            chains = 1;
        }
        return inLabs(List.of(scenarioFolder()), labs -> up ? stayUp(labs.getFirst()) : print(run(labs, scenarios)));
    }

    /** Stacks as people name them; of an enum picocli would also offer the constants. */
    private static final class StackNames implements ITypeConverter<Stack>, Iterable<String> {
        @Override
        public Stack convert(String name) {
            try {
                return Stack.of(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }

        @Override
        public Iterator<String> iterator() {
            return Stream.of(Stack.values()).map(Stack::toString).iterator();
        }
    }

    /** What is done in labs that are up. */
    private interface Work {
        int in(List<Lab> labs) throws LabException, InterruptedException, IOException;
    }

    private int inLabs(List<Path> folders, Work work) throws InterruptedException, IOException {
        if (chains < 1 || chains > MOST_CHAINS) {
            throw new UserException(ExitCode.USAGE, "--chains takes 1 to " + MOST_CHAINS + ", not " + chains);
        }
        if (!up) {
            checkEvidence();
        }
        var labs = new ArrayList<Lab>();
        try {
            boot(labs, folders);
            return work.in(labs);
        } catch (LabException e) {
            throw new UserException(ExitCode.ERROR, "the lab: " + e.getMessage());
        } finally {
            labs.forEach(Lab::close);
        }
    }

    /** Before anything is started, and not after the first run. */
    private void checkEvidence() {
        try {
            Files.delete(Files.createTempFile(Files.createDirectories(evidence), ".writable-", ""));
        } catch (IOException e) {
            throw new UserException(
                    ExitCode.ERROR,
                    "evidence cannot be written to " + evidence.toAbsolutePath() + " (" + e
                            + "); name a folder that can be written with --evidence DIR");
        }
    }

    private int draftAndRun() throws InterruptedException, IOException {
        if (rules == null || scenarios != null || up || list || !chosen.isEmpty()) {
            throw new UserException(
                    ExitCode.USAGE,
                    "--draft drafts a scenario for every rule of --rules FILE and runs them all; it goes with --queries,"
                            + " --chains and --evidence only");
        }
        RuleFile ruleFile;
        QueriesFile queriesFile;
        try {
            ruleFile = RuleFile.read(rules.toString(), Files.readString(readable(rules)));
            queriesFile = QueriesFile.read(queries().toString(), Files.readString(queries()));
        } catch (InvalidFileException e) {
            throw new UserException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        return inLabs(List.of(), labs -> {
            progress("drafting");
            var drafts = drafts(ruleFile, queriesFile, labs.getFirst().series());
            var folder = Files.createDirectories(evidence.resolve("drafts"));
            for (var draft : drafts) {
                if (draft.scenario().isPresent()) {
                    Files.writeString(
                            folder.resolve(draft.scenario().get().name() + ".scenario.yaml"),
                            draft.scenario().get().text());
                }
            }
            var together = DraftedRuns.of(drafts);
            progress("%d of %d rules drafted into %s, to be tried in %d runs"
                    .formatted(
                            drafts.stream()
                                    .filter(draft -> draft.scenario().isPresent())
                                    .count(),
                            drafts.size(),
                            folder,
                            together.size()));
            var results =
                    suite(labs, together.stream().map(DraftedRuns.Together::job).toList());
            return print(drafts, together, results);
        });
    }

    /**
     * Drafts on what the lab's Prometheus holds. That lab was started a moment ago, which hides what some stimuli do: a server
     * is young already, a rate has no past. Where nothing was found for that, the model of a server alone is asked; not where
     * the rule wants labels that are not there, of which that model would take any for given.
     */
    private static List<Drafted> drafts(RuleFile rules, QueriesFile queries, Series series)
            throws IOException, InterruptedException {
        var database = Optional.of(PostgresServer.DATABASE);
        var seen = Drafts.of(List.of(rules), List.of(queries), Optional.of(series), true, database);
        if (seen.stream().allMatch(LabCommand::settled)) {
            return seen;
        }
        var alone = Drafts.of(List.of(rules), List.of(queries), Optional.empty(), true, database);
        return IntStream.range(0, seen.size())
                .mapToObj(i -> settled(seen.get(i)) || alone.get(i).scenario().isEmpty() ? seen.get(i) : alone.get(i))
                .toList();
    }

    private static boolean settled(Drafted draft) {
        return draft.scenario().isPresent()
                || draft.neverFires()
                || draft.findings().stream()
                        .anyMatch(finding -> finding.kind() == RuleFinding.Kind.ABSENT_LABEL
                                || finding.kind() == RuleFinding.Kind.ABSENT_LABEL_VALUE);
    }

    private int print(List<Drafted> drafts, List<DraftedRuns.Together> together, List<Result> results) {
        var rows = drafts.stream()
                .map(draft -> new DraftTable.Row(
                        draft,
                        IntStream.range(0, together.size())
                                .filter(i -> together.get(i).drafts().contains(draft))
                                .mapToObj(results::get)
                                .findFirst()))
                .toList();
        progress("");
        output.print(spec.commandLine().getOut(), DraftTable.document(rows), DraftTable.text(rows));
        var verdicts = rows.stream()
                .map(row -> row.verdict().orElse(Conclusion.INCONCLUSIVE))
                .toList();
        return ExitCode.worst(verdicts);
    }

    /** Boots every lab at once; those that came up are in the list even when one did not. */
    private void boot(List<Lab> labs, List<Path> folders) throws LabException, InterruptedException {
        var began = System.nanoTime();
        var binaries = new Binaries(Binaries.defaultCache(), stack, this::progress);
        progress(binaries.prepare());
        var options =
                new LabOptions(rules == null ? shippedRules() : List.of(readable(rules)), queries(), folders, true);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var booting = new ArrayList<Future<Lab>>();
            for (var i = 0; i < chains; i++) {
                var home = Lab.newHome();
                if (i == 0) {
                    System.setProperty(
                            Logging.PROPERTY, home.resolve("tocsin.log").toString());
                }
                var which = chains == 1 ? "" : "lab " + (i + 1) + ": ";
                booting.add(threads.submit(() -> new Lab(options, binaries, home, line -> progress(which + line))));
            }
            Optional<ExecutionException> failure = Optional.empty();
            for (var lab : booting) {
                try {
                    labs.add(lab.get());
                    Runtime.getRuntime().addShutdownHook(new Thread(lab.get()::close, "lab-cleanup"));
                } catch (ExecutionException e) {
                    failure = Optional.of(e);
                }
            }
            if (failure.isPresent()) {
                if (failure.get().getCause() instanceof LabException why) {
                    throw why;
                }
                throw new IllegalStateException(failure.get());
            }
        }
        progress("%s up after %.1f s"
                .formatted(chains == 1 ? "the lab is" : chains + " labs are", (System.nanoTime() - began) / 1e9));
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

    private Path queries() {
        return queries == null ? alerts().resolve("queries.yaml") : readable(queries);
    }

    private List<Result> run(List<Lab> labs, List<Scenario> scenarios)
            throws InterruptedException, IOException, LabException {
        return suite(
                labs,
                scenarios.stream()
                        .map(scenario -> new Suite.Job(scenario, scenario.name()))
                        .toList());
    }

    /** Runs all of them and returns what became of each, in the order of the jobs. */
    private List<Result> suite(List<Lab> labs, List<Suite.Job> jobs)
            throws InterruptedException, IOException, LabException {
        try (var inspection = new Inspection(labs)) {
            var began = System.nanoTime();
            var results = new Suite(labs, evidence, jobs, new Progress()).run();
            tellTimes(results, (System.nanoTime() - began) / 1e9);
            tellLeftovers(inspection);
            return results.stream()
                    .sorted(Comparator.comparing(result -> jobs.indexOf(result.job())))
                    .toList();
        }
    }

    private void tellTimes(List<Result> results, double took) {
        if (results.size() > 1) {
            progress("");
            progress(
                    "%d runs in %d lab%s took %.0f s; one after another they would have taken %.0f s, the longest took %.0f s"
                            .formatted(
                                    results.size(),
                                    chains,
                                    chains == 1 ? "" : "s",
                                    took,
                                    results.stream()
                                            .mapToDouble(Result::seconds)
                                            .sum(),
                                    results.stream()
                                            .mapToDouble(Result::seconds)
                                            .max()
                                            .orElseThrow()));
        }
    }

    private void tellLeftovers(Inspection inspection) throws LabException {
        var findings = inspection.findings();
        if (findings.isEmpty()) {
            progress(
                    inspection.servers()
                            + " servers looked at: nothing of Tocsin's is left, settings are as before, amcheck and checksums clean");
            return;
        }
        findings.forEach(this::progress);
        throw new LabException("the servers are not as they were before: " + findings.size() + " findings, see above");
    }

    /** Tells how a suite goes on: everything of a run when there is one lab, else when each begins and ends. */
    private final class Progress implements Suite.Listener {
        @Override
        public void starts(int number, int of, Suite.Job job, int lab) {
            if (chains == 1) {
                progress("");
            }
            progress("scenario %d of %d: %s, %s%s"
                    .formatted(
                            number,
                            of,
                            job.scenario().name(),
                            job.scenario().title(),
                            chains == 1 ? "" : " (lab " + (lab + 1) + ")"));
        }

        @Override
        public Optional<Conclusion> follow(ApiClient api, String run) throws InterruptedException {
            var out = chains == 1 ? spec.commandLine().getErr() : new PrintWriter(Writer.nullWriter());
            return new RunFollower(api, out).follow(run, LONGEST_RUN);
        }

        @Override
        public void ended(int number, int of, Result result) {
            if (chains > 1) {
                progress("%s %s: fires %s, resolves %s, %.0f s"
                        .formatted(
                                result.conclusion(),
                                result.job().scenario().name(),
                                RunTable.latency(result.run(), "fires"),
                                RunTable.latency(result.run(), "resolves"),
                                result.seconds()));
            }
        }

        @Override
        public void remark(String line) {
            progress(line);
        }
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
