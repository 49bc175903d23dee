package dev.tocsin.runner;

import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Background;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.domain.scenario.Hold;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.domain.verdict.Check;
import dev.tocsin.domain.verdict.History;
import dev.tocsin.domain.verdict.Judge;
import dev.tocsin.domain.verdict.Preflight;
import dev.tocsin.domain.verdict.Verdict;
import dev.tocsin.domain.verdict.Wait;
import dev.tocsin.journal.Journal;
import dev.tocsin.observe.Lookout;
import dev.tocsin.observe.Observers;
import dev.tocsin.observe.SignalProbe;
import dev.tocsin.stress.Prepared;
import dev.tocsin.stress.StressException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Conducts one run on a thread of its own: baseline, stress, release, recovery. Every step is a fact first. */
final class Conductor {
    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
    private static final Duration UNDO_PATIENCE = Duration.ofSeconds(15);

    /** A release does not wait longer for sources that do not answer; slow ones may need as much for two looks. */
    private static final Duration BEFORE_RELEASE = Duration.ofSeconds(15);

    /** The target may be on its way back from the same crash. */
    private static final Duration AFTER_A_CRASH = Duration.ofMinutes(2);

    private final Journal journal;
    private final Observers observers;
    private final InstantSource clock;
    private final Target target;
    private final LiveRun live;
    private final RunId run;
    private final Scenario scenario;
    private final Instant latest;
    private final List<Sight.StressedBefore.Time> earlier;

    /** With what is known of earlier runs on the target, where that matters. */
    Conductor(
            Journal journal,
            Observers observers,
            InstantSource clock,
            Target target,
            LiveRun live,
            List<Sight.StressedBefore.Time> earlier) {
        this.earlier = List.copyOf(earlier);
        this.journal = journal;
        this.observers = observers;
        this.clock = clock;
        this.target = target;
        this.live = live;
        run = live.state().run();
        scenario = live.state().scenario();
        latest = live.state().admitted().plus(scenario.maxDuration());
    }

    /** Returns when the run has ended and that is on disk. */
    void conduct() {
        guarded(() -> {
            label();
            tellOfEarlierRuns();
            conduct(lookout(observers, live, clock));
        });
    }

    /**
     * Goes on with a run whose process died. What it did is taken back, for nobody knows what became of it; but what
     * lasts without Tocsin, such as a killed pod, may still be judged, and so may alerts that were delivered. No further
     * stimulus is started. Returns when the run has ended and that is on disk.
     */
    void resume() {
        guarded(() -> resume(lookout(observers, live, clock)));
    }

    /** A part of a run. */
    private interface Part {
        void perform() throws InterruptedException;
    }

    private void guarded(Part part) {
        var guard = Thread.ofVirtual().name("guard-" + run).unstarted(this::stopAtLatest);
        if (clock.instant().isBefore(latest)) {
            guard.start(); // a run that is over its time already because Tocsin was away ends by itself
        }
        try {
            part.perform();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            broke("the service stopped");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("run", run).log("a run broke");
            broke("a defect of Tocsin: " + e);
        } finally {
            guard.interrupt();
            append(new Fact.RunEnded(run));
        }
    }

    private void conduct(Lookout lookout) throws InterruptedException {
        try (var background = new BackgroundLoads(journal, observers, clock, target, live);
                var watch = new ChainWatch(journal, run, lookout);
                var proof = new DurabilityProof(journal, clock, target, live)) {
            var reached = reachesTarget();
            askForNeeds();
            var ready = reached && Preflight.mayStress(live.state()) && load(background);
            takeBaseline();
            watch.look();
            if (ready && Preflight.clear(live.state())) {
                awaitBaseline(watch);
            }
            if (ready && Preflight.clear(live.state()) && proof.begin()) {
                watch.start();
                stress(background, watch);
                proof.finish();
                restartOnceMore(proof, background, watch);
                recover(watch);
            }
            if (History.wanted(live.state(), live.verdict())) {
                lookBack(journal, lookout, live);
            }
        }
    }

    /** What rings on an idle server can be proved only once the load has made it resolve. */
    private boolean load(BackgroundLoads background) throws InterruptedException {
        if (!background.wanted()) {
            return true;
        }
        var begun = background.begin(Duration.between(clock.instant(), latest));
        if (begun) {
            background.awaitQuiet();
        }
        return begun;
    }

    private void resume(Lookout lookout) throws InterruptedException {
        try (var watch = new ChainWatch(journal, run, lookout);
                var proof = new DurabilityProof(journal, clock, target, live)) {
            watch.start();
            for (var name : unreleased(live)) {
                if (live.state().stimulus(name).orElseThrow().undo().blocks()) {
                    takeBack(name);
                }
            }
            proof.takeUp(patience());
            for (var name : unreleased(live)) {
                takeBack(name);
            }
            proof.finish();
            proof.takeStock(UNDO_PATIENCE);
            recover(watch);
            lookBack(journal, lookout, live);
        }
    }

    /** A whole node may have to boot before its pods are there; else a target that is away is not waited for that long. */
    private Duration patience() {
        var lasts = scenario.stress().stream()
                .anyMatch(step -> step.stimulus().lasts()
                        && live.state().stimulus(step.name()).isPresent());
        var left = Duration.between(clock.instant(), latest);
        return lasts && left.compareTo(AFTER_A_CRASH) > 0 ? left : AFTER_A_CRASH;
    }

    /** Of a stimulus that the crash of Tocsin left behind. */
    private void takeBack(String stimulus) throws InterruptedException {
        var trace = live.state().stimulus(stimulus).orElseThrow();
        try {
            var effect = target.stressor().undo(trace.undo(), patience());
            if (trace.applied().isEmpty() && effect.provesApplied()) {
                append(new Fact.StimulusApplied(run, stimulus, effect));
            }
            append(new Fact.StimulusReleased(run, stimulus, effect));
        } catch (StressException e) {
            append(new Fact.ReleaseFailed(run, stimulus, e.why()));
        }
    }

    /** Where nobody said what tells the target's alerts from others', its exporter may. */
    private void label() throws InterruptedException {
        if (live.state().labels().pairs().isEmpty()) {
            var labels = observers.labelsOf(target.stressor().address());
            if (labels.isPresent()) {
                append(new Fact.Observed(run, labels.get()));
            }
        }
    }

    /** What Prometheus remembers of them is not how the target is when it is left alone. */
    private void tellOfEarlierRuns() {
        if (!earlier.isEmpty()) {
            append(new Fact.Observed(run, new Sight.StressedBefore(earlier)));
        }
    }

    private void takeBaseline() throws InterruptedException {
        var sight = observers.activeAlerts();
        append(new Fact.BaselineTaken(run, sight.alerts(), sight.blind()));
    }

    /**
     * Until enough is known of every series to tell what it does from noise. Mostly that is so at once, because Prometheus
     * remembers; not where it has just begun to scrape, where an earlier run has just ended, or a scrape failed.
     */
    private void awaitBaseline(ChainWatch watch) throws InterruptedException {
        for (var waits = waits(); !waits.isEmpty() && !live.aborted(); waits = waits()) {
            var latest = waits.stream().map(Wait::until).max(Comparator.naturalOrder());
            append(new Fact.BaselineAwaited(
                    run,
                    "waiting until " + latest.orElseThrow().truncatedTo(ChronoUnit.SECONDS)
                            + " at most for a baseline; "
                            + waits.stream().map(Wait::missing).collect(Collectors.joining("; "))));
            var pace = waits.stream().map(Wait::pace).min(Comparator.naturalOrder());
            live.await(_ -> false, clock.instant().plus(pace.orElseThrow()));
            watch.look();
        }
    }

    private List<Wait> waits() {
        var now = clock.instant();
        return Judge.untilBaseline(live.state()).stream()
                .filter(wait -> now.isBefore(wait.until()))
                .toList();
    }

    /** A target that is needed only later may come back until then, so it is asked when its stimulus is due. */
    private boolean reachesTarget() throws InterruptedException {
        var first = Stream.concat(
                        scenario.background().stream().map(Background::name),
                        scenario.stress().stream()
                                .filter(step -> step.at().isZero())
                                .map(Stress::name))
                .findFirst();
        if (first.isEmpty()) {
            return true;
        }
        var seen = target.stressor().ask();
        append(new Fact.Observed(run, seen));
        if (!seen.answers()) {
            broke(first.get() + " could not be prepared: " + seen.detail());
        }
        return seen.answers();
    }

    /** Before anything is stressed; where the server cannot be asked yet, a stimulus finds out when it is due. */
    private void askForNeeds() throws InterruptedException {
        for (var needs : target.stressor().needs(scenario.stimuli(), scenario.maxDuration())) {
            append(new Fact.Observed(run, needs));
        }
    }

    static Lookout lookout(Observers observers, LiveRun live, InstantSource clock) {
        var scenario = live.state().scenario();
        var signals = scenario.signals().stream()
                .map(signal -> new SignalProbe(
                        signal.name(), signal.promql(), live.state().admitted()))
                .toList();
        return observers.lookout(
                scenario.alerts().stream().map(AlertExpectation::matchers).toList(),
                scenario.never(),
                scenario.mode() == Mode.PROOF ? signals : List.of(),
                clock);
    }

    /** What Prometheus remembers tells more of an alert that did not come than what was seen once a second. */
    static void lookBack(Journal journal, Lookout lookout, LiveRun live) throws InterruptedException {
        for (var sight : lookout.lookBack(live.state().admitted())) {
            journal.append(new Fact.Observed(live.state().run(), sight)).await();
        }
    }

    /** Starts every stimulus at its time, each on a thread of its own, and returns when the last one was released. */
    private void stress(BackgroundLoads background, ChainWatch watch) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var began = clock.instant();
            var steps = new ArrayList<Future<?>>();
            for (var step : scenario.stress()) {
                steps.add(threads.submit(() -> {
                    perform(step, began.plus(step.at()), background, watch);
                    return step;
                }));
            }
            for (var step : steps) {
                finish(step);
            }
        }
    }

    /** What survived a crash must survive the next restart too, which alerts that are still judged may notice. */
    private void restartOnceMore(DurabilityProof proof, BackgroundLoads background, ChainWatch watch)
            throws InterruptedException {
        var restart = scenario.secondRestart();
        if (restart.isPresent() && proof.mayLookAgain()) {
            perform(restart.get(), clock.instant(), background, watch);
            proof.lookAgain();
        }
    }

    private void finish(Future<?> step) throws InterruptedException {
        try {
            step.get();
        } catch (ExecutionException e) {
            LOG.atError().setCause(e).addKeyValue("run", run).log("a stimulus broke");
            broke("a defect of Tocsin: " + e.getCause());
        }
    }

    private void perform(Stress step, Instant at, BackgroundLoads background, ChainWatch watch)
            throws InterruptedException {
        live.await(_ -> false, at);
        if (live.aborted()) {
            return;
        }
        var bound = Duration.between(clock.instant(), latest);
        try (var prepared = prepare(step, background, bound)) {
            var performance = new Performance(journal, target, live, step.name(), prepared);
            if (performance.begin()) {
                hold(step, watch);
                var _ = performance.end();
            }
        } catch (StressException e) {
            broke(step.name() + " could not be prepared: " + e.why());
        }
    }

    private Prepared prepare(Stress step, BackgroundLoads background, Duration bound)
            throws StressException, InterruptedException {
        return step.stimulus() instanceof SessionStimulus.Lull(String of)
                ? background.lull(of)
                : target.stressor().prepare(run, scenario.stress().indexOf(step), step, bound);
    }

    private void hold(Stress step, ChainWatch watch) throws InterruptedException {
        switch (step.hold()) {
            case Hold.Fixed(Duration time) ->
                live.await(_ -> false, clock.instant().plus(time));
            case Hold.UntilDelivered _ -> {
                live.await(verdict -> decided(verdict, step), latest);
                if (!live.aborted()) {
                    // Since when its expression is true is told only while an alert is on, which the release ends.
                    watch.lookNow(BEFORE_RELEASE);
                    // That look may have been the first at Prometheus since it came.
                    live.await(verdict -> decided(verdict, step), latest);
                }
            }
        }
    }

    /** Whether each alert and signal that the stimulus must cause was seen or has missed its deadline. */
    private boolean decided(Verdict verdict, Stress step) {
        var waitedFor = Judge.awaited(scenario, step.name());
        return verdict.checks().stream()
                .filter(check -> waitedFor.contains(check.name()))
                .noneMatch(Check::open);
    }

    /** Waits for the end of every alert. Another may have come to light in the last look, or beside it. */
    private void recover(ChainWatch watch) throws InterruptedException {
        live.await(Verdict::settled, latest);
        watch.lookOnceMore();
        while (!live.verdict().settled() && !live.aborted() && clock.instant().isBefore(latest)) {
            watch.start();
            live.await(Verdict::settled, latest);
            watch.lookOnceMore();
        }
    }

    private void stopAtLatest() {
        try {
            live.await(_ -> false, latest);
            if (!live.aborted()) {
                append(new Fact.AbortRequested(
                        run, "guard maxDuration", "it took longer than " + Durations.print(scenario.maxDuration())));
            }
        } catch (InterruptedException _) {
            // the run has ended
        }
    }

    private void broke(String why) {
        append(new Fact.RunBroke(run, why));
    }

    /** On disk, and in {@link #live}, before anything is done because of it. */
    private void append(Fact fact) {
        journal.append(fact).await();
    }

    /** The stimuli that a crash left unreleased, last first. */
    static List<String> unreleased(LiveRun live) {
        return live.state().stimuli().entrySet().stream()
                .filter(entry -> entry.getValue().unreleased())
                .map(java.util.Map.Entry::getKey)
                .toList()
                .reversed();
    }
}
