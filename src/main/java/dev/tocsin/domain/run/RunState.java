package dev.tocsin.domain.run;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.alert.Episodes;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.alert.Retellings;
import dev.tocsin.domain.chain.Chain;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.ledger.Ledger;
import dev.tocsin.domain.scenario.Scenario;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run, folded from the journal: the same facts give the same state live, after a crash and offline.
 *
 * <p>Total: a fact that does not fit is kept as an anomaly, and with an anomaly a run cannot pass.
 *
 * @param labels what alerts of the target carry; empty when that is not known
 * @param found how the labels were found, where the configuration names none
 * @param neighbours runs on other targets that were going on at the admission, and later ones once they stress
 * @param latecomers runs on other targets that were admitted later and have not stressed anything yet
 * @param lastHeard the time of the newest fact, where a blind window would begin
 * @param blind times in which Tocsin was not running
 * @param notifications how many notifications arrived, whatever they told
 * @param retellings those of them that told nothing new
 * @param truncated how many alerts Alertmanager cut off from them
 * @param refusals notifications that were turned away
 * @param chain what was seen of the chain from the metric to the webhook
 * @param ledger what is known of the commits that the run made
 */
public record RunState(
        RunId run,
        Scenario scenario,
        String target,
        Labels labels,
        Optional<Sight.TargetLabelled> found,
        List<Neighbour> neighbours,
        Map<RunId, Neighbour> latecomers,
        String requestedBy,
        Optional<String> reason,
        Instant admitted,
        Phase phase,
        Optional<Fact.BaselineTaken> baseline,
        Map<String, StimulusTrace> stimuli,
        Chain chain,
        Ledger ledger,
        Episodes episodes,
        Retellings retellings,
        int notifications,
        long truncated,
        List<Refusal> refusals,
        Optional<Fact.AbortRequested> abort,
        List<String> broke,
        List<BlindWindow> blind,
        List<String> anomalies,
        Instant lastHeard,
        Optional<Instant> ended) {

    /** A notification that was turned away, by us. */
    public record Refusal(Instant at, int status, String why) {}

    /** A time in which nothing was heard. */
    public record BlindWindow(Instant from, Instant until) {}

    public RunState {
        stimuli = Collections.unmodifiableMap(new LinkedHashMap<>(stimuli));
        refusals = List.copyOf(refusals);
        neighbours = List.copyOf(neighbours);
        latecomers = Map.copyOf(latecomers);
        broke = List.copyOf(broke);
        blind = List.copyOf(blind);
        anomalies = List.copyOf(anomalies);
    }

    /** The state of a run that was just admitted. */
    public static RunState admitted(Recorded recorded, Fact.RunAdmitted fact) {
        return new RunState(
                fact.run(),
                fact.scenario(),
                fact.target(),
                fact.labels(),
                Optional.empty(),
                fact.neighbours(),
                Map.of(),
                fact.requestedBy(),
                fact.reason(),
                recorded.at(),
                Phase.PREPARING,
                Optional.empty(),
                Map.of(),
                Chain.UNSEEN,
                Ledger.NONE,
                Episodes.NONE,
                Retellings.NONE,
                0,
                0,
                List.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                recorded.at(),
                Optional.empty());
    }

    /** Folds the facts from a run's admission on; empty when no run of that id was admitted in them. */
    public static Optional<RunState> fold(RunId run, Iterable<Recorded> journal) {
        Optional<RunState> state = Optional.empty();
        for (var recorded : journal) {
            state = next(run, state, recorded);
        }
        return state;
    }

    private static Optional<RunState> next(RunId run, Optional<RunState> state, Recorded recorded) {
        if (state.isPresent()) {
            return state.map(known -> known.after(recorded));
        }
        return recorded.fact() instanceof Fact.RunAdmitted fact && fact.run().equals(run)
                ? Optional.of(admitted(recorded, fact))
                : Optional.empty();
    }

    /** This run after one more fact of the journal; facts of other runs leave it as it is. */
    public RunState after(Recorded recorded) {
        if (recorded.fact() instanceof Fact.OfRun other && !other.run().equals(run)) {
            return ended.isEmpty() ? change().beside(other).build() : this;
        }
        if (ended.isPresent()) {
            return recorded.fact() instanceof Fact.OfRun fact && !(fact instanceof Fact.VerdictReached)
                    ? change().anomaly(recorded, "came after the end of the run")
                            .build()
                    : this;
        }
        return change().after(recorded).build();
    }

    /** How long a stimulus of this name has been known, and what became of it. */
    public Optional<StimulusTrace> stimulus(String name) {
        return Optional.ofNullable(stimuli.get(name));
    }

    /** What is known of every stimulus but the loads in the background, which are to cause nothing. */
    public Map<String, StimulusTrace> stressed() {
        return stressed(scenario, stimuli);
    }

    private static Map<String, StimulusTrace> stressed(Scenario scenario, Map<String, StimulusTrace> stimuli) {
        var stressed = new LinkedHashMap<>(stimuli);
        stressed.keySet().removeIf(scenario::inBackground);
        return Collections.unmodifiableMap(stressed);
    }

    /** Whether an alert belongs to another server, as far as its labels tell. */
    public boolean foreign(Labels alert) {
        return found.map(seen -> seen.others().contains(alert.get(seen.label())))
                .orElseGet(() -> labels.contradicts(alert));
    }

    /** Whether an alert may as well be a neighbour's: there is one, and its labels do not say that it is ours. */
    public boolean untold(Labels alert) {
        return !neighbours.isEmpty() && (labels.pairs().isEmpty() || !labels.allIn(alert));
    }

    /** Whether an alert that matches may as well be a neighbour's, because the matchers do not tell either. */
    public boolean untold(Matchers matchers, Labels alert) {
        return !matchers.tellServersApart() && untold(alert);
    }

    /** Runs on other targets that were going on when this one was admitted. */
    public List<Neighbour> before() {
        return neighbours.stream()
                .filter(neighbour -> neighbour.run().value().compareTo(run.value()) < 0)
                .toList();
    }

    /** Whether nothing was heard for a time between two moments. */
    public boolean blindBetween(Instant from, Instant until) {
        return blind.stream()
                .anyMatch(window ->
                        window.from().isBefore(until) && window.until().isAfter(from));
    }

    /** Whether a time in which nothing was heard began before the given moment and ended after this run was admitted. */
    public boolean blindBefore(Instant moment) {
        return blind.stream().anyMatch(window -> window.from().isBefore(moment));
    }

    private Change change() {
        return new Change(this);
    }

    /** The one place where a successor is put together. */
    private static final class Change {
        private final RunState before;
        private Phase phase;
        private Optional<Fact.BaselineTaken> baseline;
        private Map<String, StimulusTrace> stimuli;
        private Chain chain;
        private Ledger ledger;
        private Episodes episodes;
        private Retellings retellings;
        private int notifications;
        private long truncated;
        private Scenario scenario;
        private Labels labels;
        private Optional<Sight.TargetLabelled> found;
        private List<Neighbour> neighbours;
        private final Map<RunId, Neighbour> latecomers;
        private List<Refusal> refusals;
        private Optional<Fact.AbortRequested> abort;
        private List<String> broke;
        private List<BlindWindow> blind;
        private List<String> anomalies;
        private Instant lastHeard;
        private Optional<Instant> ended;

        Change(RunState before) {
            this.before = before;
            phase = before.phase;
            baseline = before.baseline;
            stimuli = before.stimuli;
            chain = before.chain;
            ledger = before.ledger;
            episodes = before.episodes;
            retellings = before.retellings;
            notifications = before.notifications;
            truncated = before.truncated;
            scenario = before.scenario;
            labels = before.labels;
            found = before.found;
            neighbours = before.neighbours;
            latecomers = new HashMap<>(before.latecomers);
            refusals = before.refusals;
            abort = before.abort;
            broke = before.broke;
            blind = before.blind;
            anomalies = before.anomalies;
            lastHeard = before.lastHeard;
            ended = before.ended;
        }

        Change after(Recorded recorded) {
            var at = recorded.at();
            var heardBefore = lastHeard;
            lastHeard = at.isAfter(lastHeard) ? at : lastHeard;
            switch (recorded.fact()) {
                case Fact.ServiceStarted _ -> {
                    blind = plus(blind, new BlindWindow(heardBefore, at));
                    stimuli = new LinkedHashMap<>(stimuli);
                    stimuli.replaceAll((_, trace) -> trace.broughtToAnEnd());
                    ledger = ledger.abandonedByItsProcess();
                }
                case Fact.ServiceStopped _ -> {}
                case Fact.JournalRepaired(String what) -> anomaly(recorded, "the journal was mended: " + what);
                case Fact.NotificationReceived(var notification) -> {
                    episodes = episodes.after(notification, new Episode.Sighting(recorded.seq(), at));
                    retellings = retellings.after(notification, at);
                    notifications++;
                    truncated += notification.truncatedAlerts();
                }
                case Fact.NotificationRefused refused ->
                    refusals = plus(refusals, new Refusal(at, refused.status(), refused.why()));
                case Fact.Observed(var _, var sight) -> {
                    chain = chain.after(at, sight);
                    if (sight instanceof Sight.TargetLabelled seen
                            && labels.pairs().isEmpty()) {
                        found = Optional.of(seen);
                        labels = seen.labels();
                        scenario = scenario.except(seen.label(), seen.others());
                    }
                }
                case Fact.Noted(var _, var note) -> ledger = ledger.after(at, note);
                case Fact.RunAdmitted _ -> anomaly(recorded, "the run was admitted twice");
                case Fact.BaselineTaken taken -> {
                    if (baseline.isPresent() || phase != Phase.PREPARING) {
                        anomaly(recorded, "a baseline taken when stress had begun proves nothing");
                    } else {
                        baseline = Optional.of(taken);
                    }
                }
                case Fact.BaselineAwaited _ -> {} // what came of it was seen
                case Fact.StimulusStarting starting -> {
                    if (stimuli.containsKey(starting.stimulus())) {
                        anomaly(recorded, starting.stimulus() + " started twice");
                    } else {
                        put(starting.stimulus(), StimulusTrace.started(at, starting.undo()));
                        phase = scenario.inBackground(starting.stimulus()) ? phase : Phase.STRESSING;
                    }
                }
                case Fact.StimulusProgressed progressed -> change(recorded, progressed.stimulus(), trace -> trace);
                case Fact.StimulusApplied applied ->
                    change(recorded, applied.stimulus(), trace -> trace.applied(at, applied.effect()));
                case Fact.StimulusRefused refused ->
                    change(recorded, refused.stimulus(), trace -> trace.refused(refused.why()));
                case Fact.StimulusFailed failed ->
                    change(recorded, failed.stimulus(), trace -> trace.failed(failed.why()));
                case Fact.StimulusReleased released ->
                    change(recorded, released.stimulus(), trace -> trace.released(at, released.effect()));
                case Fact.ReleaseFailed stuck -> change(recorded, stuck.stimulus(), trace -> trace.stuck(stuck.why()));
                case Fact.AbortRequested requested -> abort = abort.or(() -> Optional.of(requested));
                case Fact.RunBroke(var _, String why) -> broke = plus(broke, why);
                case Fact.RunEnded _ -> {
                    ended = Optional.of(at);
                    phase = Phase.ENDED;
                }
                case Fact.VerdictReached _ -> anomaly(recorded, "a verdict was reached before the run had ended");
            }
            if (phase == Phase.STRESSING && everythingReleased()) {
                phase = Phase.RECOVERING;
            }
            return this;
        }

        /** Of other runs only that counts by which their alerts are told from this one's. */
        Change beside(Fact.OfRun other) {
            switch (other) {
                case Fact.RunAdmitted(var id, var _, var target, var theirs, var _, var _, var _, var _) ->
                    latecomers.put(id, new Neighbour(id, target, theirs));
                case Fact.Observed(var id, Sight.TargetLabelled theirs) -> {
                    latecomers.computeIfPresent(id, (_, known) -> known.with(theirs.labels()));
                    neighbours = neighbours.stream()
                            .map(known -> known.run().equals(id) ? known.with(theirs.labels()) : known)
                            .toList();
                }
                case Fact.StimulusStarting starting ->
                    Optional.ofNullable(latecomers.remove(starting.run()))
                            .ifPresent(late -> neighbours = plus(neighbours, late));
                default -> {}
            }
            return this;
        }

        Change anomaly(Recorded recorded, String what) {
            anomalies = plus(anomalies, "fact " + recorded.seq() + ": " + what);
            return this;
        }

        private boolean everythingReleased() {
            var stressed = stressed(scenario, stimuli);
            return stressed.size() >= scenario.stress().size()
                    && stressed.values().stream().noneMatch(StimulusTrace::unreleased);
        }

        private void change(
                Recorded recorded, String stimulus, java.util.function.UnaryOperator<StimulusTrace> change) {
            var known = stimuli.get(stimulus);
            if (known == null) {
                anomaly(recorded, "nothing is known of a stimulus " + stimulus);
            } else {
                put(stimulus, change.apply(known));
            }
        }

        private void put(String stimulus, StimulusTrace trace) {
            var next = new LinkedHashMap<>(stimuli);
            next.put(stimulus, trace);
            stimuli = next;
        }

        private static <T> List<T> plus(List<T> all, T one) {
            var more = new ArrayList<>(all);
            more.add(one);
            return more;
        }

        RunState build() {
            return new RunState(
                    before.run,
                    scenario,
                    before.target,
                    labels,
                    found,
                    neighbours,
                    latecomers,
                    before.requestedBy,
                    before.reason,
                    before.admitted,
                    phase,
                    baseline,
                    stimuli,
                    chain,
                    ledger,
                    episodes,
                    retellings,
                    notifications,
                    truncated,
                    refusals,
                    abort,
                    broke,
                    blind,
                    anomalies,
                    lastHeard,
                    ended);
        }
    }
}
