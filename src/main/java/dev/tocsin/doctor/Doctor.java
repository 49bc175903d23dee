package dev.tocsin.doctor;

import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.doctor.AlertmanagerWiring;
import dev.tocsin.domain.doctor.Diagnosis;
import dev.tocsin.domain.doctor.Finding;
import dev.tocsin.domain.doctor.OwnSeen;
import dev.tocsin.domain.doctor.OwnWiring;
import dev.tocsin.domain.doctor.PrometheusSeen;
import dev.tocsin.domain.doctor.PrometheusWiring;
import dev.tocsin.domain.doctor.ScenarioWiring;
import dev.tocsin.domain.doctor.TargetSeen;
import dev.tocsin.domain.doctor.TargetWiring;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.observe.Observers;
import dev.tocsin.runner.Target;
import dev.tocsin.scenarios.ScenarioCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks about every wire and changes nothing. Calls block, at most for as long as the slowest of those who are asked. */
public final class Doctor {
    private static final int PROBE_BYTES = 4096;

    private final Observers observers;
    private final List<Target> targets;
    private final ScenarioCatalog scenarios;
    private final Hearing hearing;
    private final Path data;
    private final boolean webhookGuarded;
    private final InstantSource clock;

    /**
     * Makes a doctor.
     *
     * @param data the journal's folder
     * @param webhookGuarded whether the webhook asks for credentials
     */
    public Doctor(
            Observers observers,
            List<Target> targets,
            ScenarioCatalog scenarios,
            Hearing hearing,
            Path data,
            boolean webhookGuarded,
            InstantSource clock) {
        this.observers = observers;
        this.targets = List.copyOf(targets);
        this.scenarios = scenarios;
        this.hearing = hearing;
        this.data = data;
        this.webhookGuarded = webhookGuarded;
        this.clock = clock;
    }

    /** Everything, in the order of the chain. One at a time: whoever comes meanwhile waits. */
    public synchronized Diagnosis examine() throws IOException, InterruptedException {
        var loaded =
                scenarios.all().stream().flatMap(one -> one.scenario().stream()).toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var wires = observers.wires(clock);
            var prometheus = threads.submit(wires::prometheus);
            var alertmanagers = threads.submit(wires::alertmanagers);
            var sights = threads.submit(() -> look(loaded));
            var needs = threads.submit(() -> needs(loaded));
            var seen = targetsSeen(threads);
            var findings = new ArrayList<Finding>();
            findings.addAll(TargetWiring.judge(seen));
            findings.addAll(PrometheusWiring.judge(got(prometheus)));
            findings.addAll(AlertmanagerWiring.judge(got(alertmanagers), clock.instant()));
            findings.addAll(ScenarioWiring.judge(loaded, got(sights), clock.instant()));
            findings.addAll(got(needs));
            findings.addAll(OwnWiring.judge(own(got(prometheus)), clock.instant()));
            return new Diagnosis(clock.instant(), findings);
        }
    }

    private List<TargetSeen> targetsSeen(ExecutorService threads) throws InterruptedException {
        var asked = targets.stream()
                .map(target -> threads.submit(
                        (Callable<TargetSeen>) () -> target.stressor().examine(target.optedIn())))
                .toList();
        var seen = new ArrayList<TargetSeen>();
        for (var one : asked) {
            seen.add(got(one));
        }
        return seen;
    }

    /** Nothing of a target that is away or not opted in: another check says so. */
    private List<Finding> needs(List<Scenario> loaded) throws InterruptedException {
        var findings = new ArrayList<Finding>();
        for (var scenario : loaded) {
            for (var target : targets) {
                var meant = scenario.target().map(target.name()::equals).orElse(targets.size() == 1);
                var needs = meant && target.optedIn()
                        ? target.stressor().needs(scenario.stimuli(), scenario.maxDuration())
                        : List.<Sight.NeedsSeen>of();
                if (!needs.isEmpty()) {
                    findings.add(ScenarioWiring.judge(scenario, needs));
                }
            }
        }
        return findings;
    }

    private List<Sight> look(List<Scenario> loaded) throws InterruptedException {
        List<Matchers> expected = loaded.stream()
                .flatMap(scenario -> scenario.alerts().stream())
                .map(expectation -> expectation.matchers())
                .distinct()
                .toList();
        return expected.isEmpty()
                ? List.of()
                : observers.lookout(expected, List.of(), List.of(), clock).look();
    }

    private static <T> T got(Future<T> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a check broke", e.getCause());
        }
    }

    private OwnSeen own(Optional<PrometheusSeen> prometheus) {
        Optional<String> problem = Optional.empty();
        var fsync = Duration.ZERO;
        var free = 0L;
        try {
            fsync = probe();
            free = Files.getFileStore(data).getUsableSpace();
        } catch (IOException e) {
            problem = Optional.of(e.toString());
        }
        return new OwnSeen(
                data.toString(),
                problem,
                fsync,
                free,
                webhookGuarded,
                prometheus.stream()
                        .flatMap(seen -> seen.rules().stream())
                        .anyMatch(rule -> OwnWiring.HEARTBEATS.contains(rule.name())),
                hearing.heartbeat(),
                hearing.refused());
    }

    /** How long it takes until a page is on the disk that the journal is on. */
    private Duration probe() throws IOException {
        var file = Files.createTempFile(data, ".doctor-", ".probe");
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var began = System.nanoTime();
            channel.write(ByteBuffer.allocate(PROBE_BYTES));
            channel.force(true);
            return Duration.ofNanos(System.nanoTime() - began);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
