package dev.tocsin.stress;

import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.doctor.TargetSeen;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.scenario.Stress;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;

/** Stresses one target: a driver for each kind of stimulus, and their undos. */
public final class Stressor {
    private final String name;
    private final Vertx vertx;
    private final PostgresTarget postgres;
    private final Optional<PodSelector> pod;
    private final Optional<Pods> pods;

    /**
     * Stresses a target through its PostgreSQL and, where one is given, its pod.
     *
     * @param vertx one of its own: password hashing of many connections blocks its event loops
     */
    public Stressor(String name, Vertx vertx, PostgresTarget postgres, Optional<PodSelector> pod, Optional<Pods> pods) {
        this.name = name;
        this.vertx = vertx;
        this.postgres = postgres;
        this.pod = pod;
        this.pods = pods;
    }

    /**
     * Readies a stimulus and names its undo: asks whether the target can take it, and does nothing to it.
     *
     * @param index the stimulus' place in the scenario, which makes its sessions' name unique
     * @param bound by then the stimulus must be over, whatever happens to Tocsin
     */
    public Prepared prepare(RunId run, int index, Stress step, Duration bound)
            throws StressException, InterruptedException {
        var sessions = new Undo.TerminateSessions(name, "tocsin:" + run + ":" + index);
        return switch (step.stimulus()) {
            case Stimulus.ConnectionFlood flood ->
                ConnectionFloodDriver.prepare(vertx, postgres, flood, sessions, bound);
            case Stimulus.SleepLoad load -> SleepLoadDriver.prepare(vertx, postgres, load, sessions, bound);
            case Stimulus.PodKill kill ->
                PodKillDriver.prepare(
                        cluster(),
                        pod.orElseThrow(() -> new StressException("the target " + name + " names no pod")),
                        kill,
                        name,
                        bound);
        };
    }

    /**
     * Takes back what a stimulus may have left behind, without knowing whether it did.
     *
     * @param patience how long to wait for a target that does not answer
     */
    public Effect undo(Undo undo, Duration patience) throws StressException, InterruptedException {
        return switch (undo) {
            case Undo.TerminateSessions(var _, String application) -> {
                try (var control = Server.connect(vertx, postgres, patience)) {
                    var left = control.sessionsOf(application);
                    yield new Effect.SessionsGone(left, Sessions.verifyGone(vertx, postgres, control, application));
                }
            }
            case Undo.AwaitReadyPod wait -> PodKillDriver.awaitReady(cluster(), wait, patience);
        };
    }

    /** Whether the target lets the stress role in, asked before anything is done to it. */
    public Sight.SourceSeen ask() throws InterruptedException {
        var source = Sight.TARGET + " " + postgres;
        try (var control = Server.connect(vertx, postgres, Duration.ZERO)) {
            var version = control.limits().version();
            return new Sight.SourceSeen(source, true, String.valueOf(version), Optional.empty(), Optional.empty());
        } catch (StressException e) {
            return new Sight.SourceSeen(source, false, e.why(), Optional.empty(), Optional.empty());
        }
    }

    /** Where it is, as an exporter names it. */
    public String address() {
        return postgres.host() + ":" + postgres.port();
    }

    /** Looks at the target without doing anything to it. */
    public TargetSeen examine(boolean optedIn) throws InterruptedException {
        Optional<TargetSeen.ServerSeen> server = Optional.empty();
        Optional<String> problem = Optional.empty();
        try (var control = Server.connect(vertx, postgres, Duration.ZERO)) {
            server = Optional.of(control.self());
        } catch (StressException e) {
            problem = Optional.of(e.why());
        }
        return new TargetSeen(
                name,
                optedIn,
                new TargetSeen.Address(
                        postgres.host(), postgres.port(), postgres.database(), postgres.user(), postgres.sslMode()),
                server,
                problem,
                pod.map(this::examine));
    }

    private TargetSeen.PodSeen examine(PodSelector selector) {
        var allowed = new TreeMap<String, Boolean>();
        var selected = new ArrayList<TargetSeen.SelectedPod>();
        Optional<String> problem = Optional.empty();
        try {
            for (var verb : PodKillDriver.VERBS) {
                allowed.put(verb, cluster().mayI(verb, selector.namespace()));
            }
            cluster()
                    .select(selector)
                    .forEach(one -> selected.add(new TargetSeen.SelectedPod(one.name(), one.ready())));
        } catch (StressException e) {
            problem = Optional.of(e.why());
        } catch (ClusterException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
        return new TargetSeen.PodSeen(selector.namespace(), selector.selector(), allowed, selected, problem);
    }

    private Pods cluster() throws StressException {
        return pods.orElseThrow(() -> new StressException("no Kubernetes API is configured for " + name));
    }
}
