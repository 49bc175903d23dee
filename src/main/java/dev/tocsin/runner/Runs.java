package dev.tocsin.runner;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Neighbour;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.verdict.Verdict;
import dev.tocsin.evidence.Evidence;
import dev.tocsin.journal.Entry;
import dev.tocsin.journal.Journal;
import dev.tocsin.observe.Observers;
import dev.tocsin.stress.StressException;
import dev.tocsin.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is running: admits, one run for each target, follows to the verdict, and brings order after a crash. */
public final class Runs {
    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
    private static final Logger VERDICTS = LoggerFactory.getLogger("dev.tocsin.verdict");

    private static final Duration LEAVING = Duration.ofSeconds(5);
    /** As far as signals look back, where what is behind them is scraped once in two minutes or more often. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private static final Duration UNDO_PATIENCE = Duration.ofSeconds(15);

    private final Journal journal;
    private final Observers observers;
    private final Telemetry telemetry;
    private final InstantSource clock;
    private final Map<String, Target> targets;
    private final Path evidence;
    private final RunIndex index = new RunIndex();
    private final TrialIndex trials = new TrialIndex();
    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();
    private final ReentrantLock admission = new ReentrantLock();
    private final Map<String, Optional<RunId>> busy = new HashMap<>();
    private final Map<RunId, LiveRun> live = new ConcurrentHashMap<>();
    private final Map<RunId, Thread> conducting = new ConcurrentHashMap<>();

    public Runs(
            Journal journal,
            Observers observers,
            Telemetry telemetry,
            InstantSource clock,
            List<Target> targets,
            Path evidence) {
        this.journal = journal;
        this.observers = observers;
        this.telemetry = telemetry;
        this.clock = clock;
        this.evidence = evidence;
        this.targets = new HashMap<>();
        targets.forEach(target -> this.targets.put(target.name(), target));
        var _ = journal.follow(index::heard);
    }

    /** Takes in a fact of an earlier life; all of them come before anything is admitted. */
    public void remember(Recorded recorded) {
        index.heard(recorded);
        trials.remember(recorded);
        if (recorded.fact() instanceof Fact.VerdictReached reached) {
            index.find(reached.run())
                    .ifPresent(
                            run -> telemetry.verdict(run.scenario(), run.mode(), reached.conclusion(), recorded.at()));
        }
    }

    public RunIndex index() {
        return index;
    }

    /** What runs showed of the rules behind their alerts. */
    public TrialIndex trials() {
        return trials;
    }

    /** Where a run's evidence is written. */
    public Path evidenceOf(RunId run) {
        return evidence.resolve(run.toString());
    }

    /** Admits a run or says why not. Blocks until the admission is on disk. */
    public Admission admit(RunRequest request) {
        admission.lock();
        try {
            var before = request.idempotency().flatMap(key -> index.answered(key.key()));
            if (before.isPresent()) {
                return before.get()
                                .digest()
                                .equals(request.idempotency().orElseThrow().digest())
                        ? new Admission.Repeated(before.get().run())
                        : new Admission.KeyReused();
            }
            var target = target(request.scenario());
            if (target.isEmpty()) {
                return new Admission.Refused(whyNoTarget(request.scenario()));
            }
            var refusal = refusal(request.scenario(), target.get());
            if (refusal.isPresent()) {
                return new Admission.Refused(refusal.get());
            }
            if (busy.containsKey(target.get().name())) {
                return new Admission.Busy(
                        target.get().name(), busy.getOrDefault(target.get().name(), Optional.empty()));
            }
            return begin(request, target.get());
        } finally {
            admission.unlock();
        }
    }

    /** Stops a run; everything it did is taken back. Blocks until that is on disk; false when it does not go on. */
    public boolean abort(RunId run, String by, String why) {
        if (!live.containsKey(run)) {
            return false;
        }
        journal.append(new Fact.AbortRequested(run, by, why)).await();
        return true;
    }

    /** A run as it stands now, judged now. Blocks. */
    public Optional<Standing> standing(RunId run) {
        var going = Optional.ofNullable(live.get(run));
        return going.isPresent()
                ? going.map(known -> new Standing(known.state(), known.verdict()))
                : state(run)
                        .map(state -> new Standing(
                                state,
                                dev.tocsin.domain.verdict.Judge.judge(
                                        state, state.ended().orElse(clock.instant()))));
    }

    /** A run and what is known of it. */
    public record Standing(RunState state, Verdict verdict) {}

    /** The piece of the journal that belongs to a run, up to its end or to now. Blocks. */
    public List<Entry> entries(RunSummary run) {
        return journal.read(run.firstSeq(), run.lastSeq().orElse(Long.MAX_VALUE));
    }

    /**
     * Brings order after a crash: takes back what the interrupted runs had done to their targets and goes on with them as
     * far as they can be judged. Returns at once; the targets stay busy until it is done.
     */
    public void recover() {
        trials.remembered();
        for (var run : index.newestFirst()) {
            if (run.endedAt().isEmpty()) {
                busy.put(run.target(), Optional.of(run.id()));
                state(run.id()).ifPresent(state -> {
                    var following = LiveRun.follow(state, journal, clock);
                    live.put(run.id(), following);
                    start(run.id(), () -> takeUp(following));
                });
            } else if (run.verdict().isEmpty()) {
                start(run.id(), () -> conclude(run.id()));
            }
        }
    }

    /** Stops every run that goes on, waits until each was taken back, and gives up after the patience. */
    public void close(Duration patience) throws InterruptedException {
        for (var run : List.copyOf(live.keySet())) {
            abort(run, "shutdown", "the service stops");
        }
        var deadline = System.nanoTime() + patience.toNanos();
        for (var thread : List.copyOf(conducting.values())) {
            thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
    }

    /**
     * Leaves every run that goes on without another word in the journal, which somebody else may write by now. What the runs
     * did to their targets is taken back; whoever takes up the journal does so once more, as after a crash.
     */
    public void forsake(Duration patience) throws InterruptedException {
        var deadline = System.nanoTime() + patience.toNanos();
        var going = List.copyOf(live.values());
        var threads = new ArrayList<>(conducting.values());
        threads.forEach(Thread::interrupt);
        for (var thread : threads) {
            var _ = thread.join(LEAVING);
        }
        var releases = going.stream()
                .map(following -> Thread.ofVirtual()
                        .name("forsake-" + following.state().run())
                        .start(() -> takeBack(following)))
                .toList();
        for (var release : releases) {
            var _ = release.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
    }

    private void takeBack(LiveRun following) {
        var target = targets.get(following.state().target());
        if (target == null) {
            return;
        }
        for (var name : Conductor.unreleased(following)) {
            try {
                var undo = following.state().stimulus(name).orElseThrow().undo();
                var effect = target.stressor().undo(undo, UNDO_PATIENCE);
                LOG.atWarn()
                        .addKeyValue("run", following.state().run())
                        .addKeyValue("stimulus", name)
                        .log("taken back without a fact: " + effect.summary());
            } catch (StressException e) {
                LOG.atError()
                        .addKeyValue("run", following.state().run())
                        .addKeyValue("stimulus", name)
                        .log("not taken back, whoever takes up the run tries again: " + e.why());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Optional<Target> target(Scenario scenario) {
        return scenario.target()
                .map(name -> Optional.ofNullable(targets.get(name)))
                .orElseGet(() -> targets.size() == 1 ? targets.values().stream().findFirst() : Optional.empty());
    }

    private String whyNoTarget(Scenario scenario) {
        return scenario.target()
                .map(name -> "there is no target " + name + "; configured are " + targets.keySet())
                .orElse("the scenario names no target, and " + targets.keySet() + " are configured: set spec.target");
    }

    private static Optional<String> refusal(Scenario scenario, Target target) {
        if (!target.optedIn()) {
            return Optional.of("the target " + target.name()
                    + " has not opted in; set optedIn: true on it in the configuration once its owner agrees");
        }
        return scenario.steps().stream()
                .flatMap(step -> target.stressor().notConfigured(step.stimulus()).stream()
                        .map(missing -> step.name() + " " + missing))
                .findFirst();
    }

    private Admission begin(RunRequest request, Target target) {
        var run = new RunId(ids.generate());
        var fact = new Fact.RunAdmitted(
                run,
                request.scenario().on(target.labels()),
                target.name(),
                target.labels(),
                neighbours(),
                request.requestedBy(),
                request.reason(),
                request.idempotency());
        // Followed from the journal's own thread: a notification that comes right after must not be missed.
        var first = journal.follow(recorded -> {
            if (recorded.fact() == fact) {
                live.put(run, LiveRun.follow(RunState.admitted(recorded, fact), journal, clock));
            }
        });
        busy.put(target.name(), Optional.of(run));
        try {
            journal.append(fact).await();
        } catch (Exception e) { // Vert.x throws the future's own failure, checked or not
            busy.remove(target.name());
            return new Admission.NotStored(String.valueOf(e.getMessage()));
        } finally {
            first.close();
        }
        var following = live.get(run);
        if (following == null) {
            throw new IllegalStateException("the journal did not tell of run " + run);
        }
        telemetry.runBegan(request.scenario().name());
        request.scenario()
                .durability()
                .ifPresent(_ -> telemetry.ledgerBegan(request.scenario().name()));
        var earlier = index.stressed(target.name(), following.state().admitted().minus(REMEMBERED));
        start(run, () -> {
            try {
                new Conductor(journal, observers, clock, target, following, earlier).conduct();
                conclude(run);
            } finally {
                telemetry.runEnded(request.scenario().name());
            }
        });
        return new Admission.Admitted(run);
    }

    /** Every run that goes on; none of them is on the target that is about to be taken. */
    private List<Neighbour> neighbours() {
        return index.newestFirst().stream()
                .filter(run -> run.endedAt().isEmpty())
                .map(run -> new Neighbour(
                        run.id(),
                        run.target(),
                        Optional.ofNullable(live.get(run.id()))
                                .map(following -> following.state().labels())
                                .orElse(Labels.of(Map.of()))))
                .toList();
    }

    private void start(RunId run, Runnable story) {
        conducting.put(run, Thread.ofVirtual().name("run-" + run).start(() -> {
            try {
                story.run();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).addKeyValue("run", run).log("a run could not be concluded");
            } finally {
                free(run);
                conducting.remove(run);
            }
        }));
    }

    private void free(RunId run) {
        var following = live.remove(run);
        if (following != null) {
            following.close();
        }
        admission.lock();
        try {
            busy.values().removeIf(holder -> holder.equals(Optional.of(run)));
        } finally {
            admission.unlock();
        }
    }

    /** Goes on with a run that a crash interrupted, as far as something of it can still be judged. */
    private void takeUp(LiveRun following) {
        var state = following.state();
        var target = targets.get(state.target());
        if (target == null) {
            LOG.atWarn().addKeyValue("run", state.run()).log("a run was interrupted, and its target is not configured");
            Conductor.unreleased(following)
                    .forEach(name -> journal.append(new Fact.ReleaseFailed(
                                    state.run(), name, "the target " + state.target() + " is not configured any more"))
                            .await());
            journal.append(new Fact.RunEnded(state.run())).await();
        } else {
            LOG.atWarn().addKeyValue("run", state.run()).log("a run was interrupted; taking back what it did");
            new Conductor(journal, observers, clock, target, following, List.of()).resume();
        }
        conclude(state.run());
    }

    private void conclude(RunId run) {
        var summary = index.find(run).orElseThrow();
        var rendered = Evidence.render(run, entries(summary));
        try {
            rendered.write(evidenceOf(run));
        } catch (IOException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("run", run)
                    .log("the evidence could not be written; the journal holds it all");
        }
        var document = rendered.document();
        var passed = (int) document.checks().stream()
                .filter(check -> check.result().equals("passed"))
                .count();
        var standing = standing(run).orElseThrow();
        trials.ended(standing.state());
        telemetry.checks(
                summary.scenario(),
                standing.verdict(),
                Duration.between(summary.admittedAt(), summary.endedAt().orElseThrow()));
        document.durability()
                .ifPresent(durability -> telemetry.ledger(
                        summary.scenario(),
                        durability.acknowledged(),
                        durability.commits().map(commits -> commits.lost()).orElse(0L),
                        standing.state().ledger().outages().stream()
                                .map(outage -> outage.time())
                                .toList()));
        telemetry.verdict(summary.scenario(), summary.mode(), document.verdict(), clock.instant());
        log(document);
        free(run); // whoever hears of the verdict may start the next run at once
        journal.append(new Fact.VerdictReached(
                        run, document.verdict(), passed, document.checks().size() - passed))
                .await();
    }

    /** The one line that feeds the runbook and the log store. */
    private static void log(dev.tocsin.evidence.VerdictDocument document) {
        var run = document.run();
        VERDICTS.atInfo()
                .addKeyValue("event", "verdict")
                .addKeyValue("run", run.id())
                .addKeyValue("scenario", run.scenario())
                .addKeyValue("mode", run.mode())
                .addKeyValue("target", run.target())
                .addKeyValue("verdict", document.verdict())
                .addKeyValue("seconds", run.seconds())
                .addKeyValue("requestedBy", run.requestedBy())
                .addKeyValue("reasons", document.reasons())
                .log(
                        document.verdict() == Conclusion.PASSED
                                ? run.scenario() + " passed"
                                : run.scenario() + " did not pass");
    }

    private Optional<RunState> state(RunId run) {
        return index.find(run)
                .flatMap(summary -> RunState.fold(
                        run, entries(summary).stream().map(Entry::recorded).toList()));
    }
}
