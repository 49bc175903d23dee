package dev.tocsin.announce;

import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.Events;
import dev.tocsin.cluster.PodRef;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Events of the facts of runs: on Tocsin's own pod when one starts and ends, on the target's when a stimulus is applied
 * and taken back.
 *
 * <p>It is a courtesy. What cannot be told is logged once and forgotten; when too much waits for the API server, the
 * oldest is dropped.
 */
public final class Announcer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

    /** What the facts of a run that come later do not say. */
    private record Known(String scenario, String target) {}

    private record Waiting(Known run, Fact.OfRun fact, Instant at) {}

    private final Pods pods;
    private final Optional<PodRef> own;
    private final Map<String, PodSelector> targets;
    private final Events events;
    private final Map<RunId, Known> runs = new ConcurrentHashMap<>();
    private final Outbox<Waiting> outbox;
    private boolean failed;

    /**
     * Begins to tell.
     *
     * @param own Tocsin's pod; without one only stimuli are told of
     * @param targets the pods of those that have one, by the target's name
     */
    public Announcer(Pods pods, Optional<PodRef> own, Map<String, PodSelector> targets) {
        this.pods = pods;
        this.own = own;
        this.targets = Map.copyOf(targets);
        events = pods.events();
        outbox = new Outbox<>("announcer", this::tell, () -> {});
    }

    /** Takes in a fact of an earlier life, which was told of then. */
    public void remember(Recorded recorded) {
        switch (recorded.fact()) {
            case Fact.RunAdmitted admitted ->
                runs.put(admitted.run(), new Known(admitted.scenario().name(), admitted.target()));
            case Fact.VerdictReached reached -> runs.remove(reached.run());
            default -> {
                // of no run, or of its course
            }
        }
    }

    /** Hears a fact as it happens; returns at once. */
    public void heard(Recorded recorded) {
        if (recorded.fact() instanceof Fact.RunAdmitted) {
            remember(recorded);
        }
        if (recorded.fact() instanceof Fact.OfRun fact && tellable(fact)) {
            var run = runs.get(fact.run());
            if (run != null) {
                outbox.put(new Waiting(run, fact, recorded.at()));
            }
        }
        if (recorded.fact() instanceof Fact.VerdictReached) {
            remember(recorded);
        }
    }

    private static boolean tellable(Fact.OfRun fact) {
        return fact instanceof Fact.RunAdmitted
                || fact instanceof Fact.VerdictReached
                || fact instanceof Fact.StimulusApplied
                || fact instanceof Fact.StimulusReleased;
    }

    private void tell(Waiting waiting) {
        try {
            event(waiting).ifPresent(events::create);
        } catch (ClusterException e) {
            if (!failed) {
                failed = true;
                LOG.atWarn()
                        .log("an event could not be made, and of further ones nothing is said: " + e.getMessage()
                                + "; deploy/base has the Roles");
            }
        }
    }

    private Optional<Events.Event> event(Waiting waiting) {
        var what = "scenario " + waiting.run().scenario() + ", run "
                + waiting.fact().run();
        return switch (waiting.fact()) {
            case Fact.RunAdmitted admitted ->
                own.map(pod -> new Events.Event(
                        pod,
                        Events.Kind.NORMAL,
                        "RunStarted",
                        what + ": on target " + admitted.target() + ", asked for by " + admitted.requestedBy(),
                        waiting.at()));
            case Fact.VerdictReached reached ->
                own.map(pod -> new Events.Event(
                        pod,
                        reached.conclusion() == Conclusion.PASSED ? Events.Kind.NORMAL : Events.Kind.WARNING,
                        reached.conclusion() == Conclusion.PASSED ? "RunCompleted" : "RunFailed",
                        what + ": verdict " + reached.conclusion() + ", " + reached.passed() + " checks passed, "
                                + reached.notPassed() + " did not",
                        waiting.at()));
            case Fact.StimulusApplied applied ->
                stimulus(waiting, "StimulusInjected", what + ": " + applied.stimulus(), applied.effect());
            case Fact.StimulusReleased released ->
                stimulus(waiting, "StimulusReleased", what + ": " + released.stimulus(), released.effect());
            default -> Optional.empty();
        };
    }

    private Optional<Events.Event> stimulus(Waiting waiting, String reason, String what, Effect effect) {
        return pod(waiting.run().target(), effect)
                .map(pod -> new Events.Event(
                        pod, Events.Kind.NORMAL, reason, what + ": " + effect.summary(), waiting.at()));
    }

    /** A pod that was deleted may not be there any more to be asked for. */
    private Optional<PodRef> pod(String target, Effect effect) {
        return switch (effect) {
            case Effect.PodDeleted gone -> Optional.of(new PodRef(gone.namespace(), gone.pod(), gone.uid()));
            case Effect.PodEvicted gone -> Optional.of(new PodRef(gone.namespace(), gone.pod(), gone.uid()));
            case Effect.PodReplaced back -> Optional.of(new PodRef(back.namespace(), back.pod(), back.newUid()));
            case Effect.PodReady ready -> Optional.of(new PodRef(ready.namespace(), ready.pod(), ready.uid()));
            case Effect.NodeRestarted back -> Optional.of(new PodRef(back.namespace(), back.pod(), back.newUid()));
            case Effect.NodeReady ready -> Optional.of(new PodRef(ready.namespace(), ready.pod(), ready.uid()));
            case Effect.SessionsHeld _,
                    Effect.SessionsAsleep _,
                    Effect.Measured _,
                    Effect.Cleared _,
                    Effect.NodeRestartAsked _,
                    Effect.SessionsGone _ -> selected(target);
        };
    }

    private Optional<PodRef> selected(String target) {
        return Optional.ofNullable(targets.get(target))
                .flatMap(selector -> pods.select(selector).stream().findFirst())
                .map(pod -> pod.ref());
    }

    /** Tells what waits, as far as the API server answers soon. */
    @Override
    public void close() throws InterruptedException {
        outbox.close();
    }
}
