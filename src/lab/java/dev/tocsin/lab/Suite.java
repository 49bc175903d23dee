package dev.tocsin.lab;

import dev.tocsin.cli.ApiClient;
import dev.tocsin.cli.ExitCode;
import dev.tocsin.cli.UserException;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.scenario.Deadline;
import dev.tocsin.domain.scenario.Disturbance;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.evidence.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/** Many scenarios in several labs side by side; those that would disturb one another wait for each other. */
final class Suite {
    private static final Duration SETTLE = Duration.ofSeconds(90);

    /**
     * One run of the suite.
     *
     * @param scenario as it is read
     * @param document what is posted: the name of a loaded scenario, or a whole one
     */
    record Job(Scenario scenario, Object document) {}

    /** What became of one run. */
    record Result(Job job, Conclusion conclusion, JsonNode run, double seconds) {}

    /** Hears how the suite goes on, from several threads. */
    interface Listener {
        void starts(int number, int of, Job job, int lab);

        /** How a run is followed until its verdict. */
        Optional<Conclusion> follow(ApiClient api, String run) throws InterruptedException;

        void ended(int number, int of, Result result);

        void remark(String line);
    }

    private final List<Lab> labs;
    private final Path evidence;
    private final Listener listener;
    private final List<Job> waiting;
    private final List<Job> going = new ArrayList<>();
    private final List<Result> results = new ArrayList<>();
    private final int all;

    Suite(List<Lab> labs, Path evidence, List<Job> jobs, Listener listener) {
        this.labs = labs;
        this.evidence = evidence;
        this.listener = listener;
        // Heavy ones wait for each other, and long ones alone at the end would keep only one lab busy.
        waiting = new ArrayList<>(
                labs.size() == 1
                        ? jobs
                        : jobs.stream()
                                .sorted(Comparator.<Job, Boolean>comparing(job -> Disturbance.isHeavy(job.scenario()))
                                        .thenComparing(job -> patience(job.scenario()))
                                        .reversed())
                                .toList());
        all = jobs.size();
    }

    /** The longest time that any of its alerts is given to resolve, where that is written: a window of its rule, mostly. */
    private static Duration patience(Scenario scenario) {
        return scenario.alerts().stream()
                .map(alert -> alert.resolves() instanceof Deadline.Within(Duration within) ? within : Duration.ZERO)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Runs everything and returns what became of it, in the order in which it ended. */
    List<Result> run() throws InterruptedException, IOException, LabException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var lanes = new ArrayList<Future<?>>();
            for (var i = 0; i < labs.size(); i++) {
                var lab = i;
                lanes.add(threads.submit(() -> {
                    runIn(lab);
                    return lab;
                }));
            }
            try {
                for (var lane : lanes) {
                    lane.get();
                }
            } catch (ExecutionException e) {
                lanes.forEach(lane -> lane.cancel(true));
                throw cause(e);
            }
        }
        synchronized (this) {
            return List.copyOf(results);
        }
    }

    private static LabException cause(ExecutionException e) throws IOException, InterruptedException {
        switch (e.getCause()) {
            case IOException io -> throw io;
            case InterruptedException interrupted -> throw interrupted;
            case RuntimeException runtime -> throw runtime;
            case LabException lab -> {
                return lab;
            }
            case null, default -> throw new IllegalStateException(e.getCause());
        }
    }

    private void runIn(int index) throws InterruptedException, IOException, LabException {
        var lab = labs.get(index);
        try (var api = new ApiClient(lab.tocsin(), Optional.of(lab.tokenFile()))) {
            for (var next = take(); next.isPresent(); next = take()) {
                var job = next.get();
                try {
                    var number = started();
                    listener.starts(number, all, job, index);
                    if (!lab.settle(job.scenario(), SETTLE)) {
                        listener.remark(
                                "alerts from before are still active, or cannot be asked for; the baseline tells which");
                    }
                    var result = run(api, job);
                    lab.check();
                    end(job, Optional.of(result));
                    listener.ended(number, all, result);
                } finally {
                    end(job, Optional.empty());
                }
            }
        }
    }

    /** The next run that disturbs none of those that go on; waits for one, and is empty when nothing is left. */
    private synchronized Optional<Job> take() throws InterruptedException {
        while (!waiting.isEmpty()) {
            var next = waiting.stream()
                    .filter(job ->
                            going.stream().noneMatch(other -> Disturbance.between(job.scenario(), other.scenario())))
                    .findFirst();
            if (next.isPresent()) {
                waiting.remove(next.get());
                going.add(next.get());
                return next;
            }
            wait();
        }
        return Optional.empty();
    }

    private synchronized int started() {
        return all - waiting.size();
    }

    private synchronized void end(Job job, Optional<Result> result) {
        result.ifPresent(results::add);
        going.remove(job);
        notifyAll();
    }

    private Result run(ApiClient api, Job job) throws InterruptedException, IOException {
        var began = System.nanoTime();
        var run = api.post("/api/v1/runs", Map.of("scenario", job.document(), "reason", "tocsin lab"), Map.of())
                .path("id")
                .asString();
        var conclusion = listener.follow(api, run)
                .orElseThrow(() -> new UserException(ExitCode.GAVE_UP, "gave up waiting for run " + run));
        var folder = Files.createDirectories(evidence.resolve(run));
        for (var file : Evidence.FILES.keySet()) {
            Files.write(folder.resolve(file), api.bytes("/api/v1/runs/" + run + "/evidence/" + file));
        }
        return new Result(job, conclusion, api.get("/api/v1/runs/" + run), (System.nanoTime() - began) / 1e9);
    }
}
