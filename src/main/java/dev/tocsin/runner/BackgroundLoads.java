package dev.tocsin.runner;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.run.ActiveAlert;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.scenario.Background;
import dev.tocsin.domain.verdict.Preflight;
import dev.tocsin.journal.Journal;
import dev.tocsin.observe.Observers;
import dev.tocsin.stress.BackgroundLoad;
import dev.tocsin.stress.Prepared;
import dev.tocsin.stress.StressException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The loads that are on from before the baseline until the end of a run. */
final class BackgroundLoads implements AutoCloseable {
    /** An alert that rings on an idle server must resolve under them within this; else the run is refused as usual. */
    private static final Duration UNTIL_QUIET = Duration.ofMinutes(2);

    private static final Duration POLL = Duration.ofSeconds(1);

    private final Journal journal;
    private final Observers observers;
    private final InstantSource clock;
    private final Target target;
    private final LiveRun live;
    private final List<Background> asked;
    private final Map<String, BackgroundLoad> loads = new HashMap<>();
    private final Deque<Going> going = new ArrayDeque<>();

    /** Alerts that Alertmanager held and of whose end it has not told yet. */
    private final Set<Labels> owed = new HashSet<>();

    private record Going(String name, BackgroundLoad load, Performance performance) {}

    BackgroundLoads(Journal journal, Observers observers, InstantSource clock, Target target, LiveRun live) {
        this.journal = journal;
        this.observers = observers;
        this.clock = clock;
        this.target = target;
        this.live = live;
        asked = live.state().scenario().background();
    }

    boolean wanted() {
        return !asked.isEmpty();
    }

    /**
     * Brings all of them into full effect; false when one could not be.
     *
     * @param bound by then they must be over
     */
    boolean begin(Duration bound) throws InterruptedException {
        var _ = active();
        for (var load : asked) {
            if (!begin(load, bound)) {
                return false;
            }
        }
        return true;
    }

    private boolean begin(Background asked, Duration bound) throws InterruptedException {
        var state = live.state();
        var index = state.scenario().stress().size() + this.asked.indexOf(asked);
        try {
            var load = new BackgroundLoad(target.stressor().prepare(state.run(), index, asked.stimulus(), bound));
            var performance = new Performance(journal, target, live, asked.name(), load);
            if (!performance.begin()) {
                load.close();
                return false;
            }
            loads.put(asked.name(), load);
            going.push(new Going(asked.name(), load, performance));
            return true;
        } catch (StressException e) {
            broke(asked.name() + " could not be prepared: " + e.why());
            return false;
        }
    }

    /**
     * Waits until none of the expected alerts is active any more and each that was delivered was told to have resolved:
     * before that Alertmanager would take the next one for a repeat.
     */
    void awaitQuiet() throws InterruptedException {
        var latest = clock.instant().plus(UNTIL_QUIET);
        while (!live.aborted() && clock.instant().isBefore(latest)) {
            var active = active();
            owed.removeAll(toldResolved());
            if (active.isEmpty() && owed.isEmpty()) {
                return;
            }
            tell(active, latest);
            live.await(_ -> false, clock.instant().plus(POLL));
        }
    }

    private List<ActiveAlert> active() throws InterruptedException {
        var active = Preflight.active(live.state(), observers.activeAlerts().alerts());
        active.stream()
                .filter(alert -> alert.state().equals("active")) // what is suppressed is told to nobody
                .map(ActiveAlert::labels)
                .forEach(owed::add);
        return active;
    }

    private List<Labels> toldResolved() {
        return live.state().episodes().all().stream()
                .filter(episode -> episode.resolved().isPresent())
                .map(episode -> episode.labels())
                .toList();
    }

    private void tell(List<ActiveAlert> active, Instant latest) {
        var waiting = active.isEmpty()
                ? owed.size() + " alerts to be told as resolved"
                : active.getFirst().labels().alertname() + " to resolve, which is "
                        + active.getFirst().state();
        var _ = journal.append(new Fact.StimulusProgressed(
                live.state().run(), asked.getFirst().name(), "waiting until " + latest + " at most for " + waiting));
    }

    /** Readies a lull of one of them. */
    Prepared lull(String of) throws StressException {
        var load = loads.get(of);
        if (load == null) {
            throw new StressException("there is no background load " + of);
        }
        return load.lull();
    }

    /** Takes them back, last first. */
    @Override
    public void close() throws InterruptedException {
        while (!going.isEmpty()) {
            var one = going.pop();
            try (var _ = one.load()) {
                one.performance().end().ifPresent(why -> broke(one.name() + " was not on until the end: " + why));
            }
        }
    }

    private void broke(String why) {
        journal.append(new Fact.RunBroke(live.state().run(), why)).await();
    }
}
