package dev.tocsin.stress;

import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.doctor.TargetSeen;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.ClusterStimulus;
import dev.tocsin.domain.scenario.MonitoringStimulus;
import dev.tocsin.domain.scenario.ServerStimulus;
import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.domain.scenario.TableStimulus;
import dev.tocsin.node.Restarts;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Stresses one target: a driver for each kind of stimulus, and their undos. */
public final class Stressor {
    private final String name;
    private final Vertx vertx;
    private final PostgresTarget postgres;
    private final Surroundings around;
    private final Optional<PodSelector> pod;
    private final Optional<Pods> pods;
    private final Optional<Restarts> agents;

    /**
     * Stresses a target through its PostgreSQL and what is around it.
     *
     * @param vertx one of its own: password hashing of many connections blocks its event loops
     */
    public Stressor(String name, Vertx vertx, PostgresTarget postgres, Surroundings around) {
        this.name = name;
        this.vertx = vertx;
        this.postgres = postgres;
        this.around = around;
        pod = around.pod();
        pods = around.pods();
        agents = around.agents();
    }

    /** Readies a stimulus as it is scheduled. */
    public Prepared prepare(RunId run, int index, Stress step, Duration bound)
            throws StressException, InterruptedException {
        return prepare(run, index, step.stimulus(), bound);
    }

    /**
     * Readies a stimulus and names its undo: asks whether the target can take it, and does nothing to it. A lull is
     * readied by its {@link BackgroundLoad}.
     *
     * @param index the stimulus' place in the scenario, which makes its sessions' name unique
     * @param bound by then the stimulus must be over, whatever happens to Tocsin
     */
    public Prepared prepare(RunId run, int index, Stimulus stimulus, Duration bound)
            throws StressException, InterruptedException {
        var sessions = new Undo.TerminateSessions(name, "tocsin:" + run + ":" + index);
        return switch (stimulus) {
            case SessionStimulus.ConnectionFlood flood ->
                ConnectionFloodDriver.prepare(vertx, postgres, flood, sessions, bound);
            case SessionStimulus.SleepLoad load -> SleepLoadDriver.prepare(vertx, postgres, load, sessions, bound);
            case ClusterStimulus.PodKill kill -> PodKillDriver.prepare(cluster(), selector(), kill, name, bound);
            case ClusterStimulus.NodeRestart restart ->
                NodeRestartDriver.prepare(run, cluster(), agents, selector(), restart, name, bound);
            case SessionStimulus _, TableStimulus _, ServerStimulus _, MonitoringStimulus _ ->
                RecipeDriver.prepare(
                        vertx, postgres, around, recipe(stimulus), name, sessions.applicationName(), bound);
        };
    }

    private static Recipe recipe(Stimulus stimulus) throws StressException {
        return switch (stimulus) {
            case SessionStimulus session -> SessionRecipes.of(session);
            case TableStimulus table -> TableRecipes.of(table);
            case ServerStimulus server -> ServerRecipes.of(server);
            case MonitoringStimulus monitoring -> MonitoringRecipes.of(monitoring);
            case ClusterStimulus cluster -> throw new StressException(cluster.kind() + " does not work through SQL");
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
            case Undo.Clear clear -> new Clearing(vertx, postgres, around).clear(clear, patience);
            case Undo.AwaitReadyPod wait -> PodKillDriver.awaitReady(cluster(), wait, patience);
            case Undo.AwaitNode wait -> NodeRestartDriver.awaitBack(cluster(), agents, wait, patience);
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

    /** What is known of the machine and the storage behind the pod, one line each; nothing without a pod. */
    public List<String> storage() {
        if (pod.isEmpty() || pods.isEmpty()) {
            return List.of();
        }
        try {
            var lines = new ArrayList<String>();
            for (var one : pods.get().select(pod.get())) {
                one.node()
                        .map(node -> "pod " + one.name() + " on node " + node
                                + pods.get()
                                        .bootId(node)
                                        .map(boot -> ", boot " + boot)
                                        .orElse(", whose boot may not be asked (deploy/components/facts)"))
                        .ifPresent(lines::add);
                lines.addAll(pods.get().storage(one));
            }
            return lines;
        } catch (ClusterException e) {
            return List.of("not known: " + e.getMessage());
        }
    }

    /**
     * Whether the target has what each of these needs that works through SQL or on the cluster, by name; nothing where that
     * cannot be asked.
     *
     * @param bound by then they must be over
     */
    public List<Sight.NeedsSeen> needs(Map<String, Stimulus> steps, Duration bound) throws InterruptedException {
        var needs = new ArrayList<Sight.NeedsSeen>();
        steps.forEach((step, stimulus) -> {
            if (stimulus instanceof ClusterStimulus onCluster) {
                unmet(onCluster).ifPresent(unmet -> needs.add(new Sight.NeedsSeen(step, unmet)));
            }
        });
        needs.addAll(needsOfServer(steps, bound));
        return needs;
    }

    private Optional<List<Sight.Unmet>> unmet(ClusterStimulus stimulus) {
        if (pod.isEmpty() || pods.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    switch (stimulus) {
                        case ClusterStimulus.PodKill kill -> PodKillDriver.unmet(pods.get(), pod.get(), kill);
                        case ClusterStimulus.NodeRestart restart ->
                            NodeRestartDriver.unmet(pods.get(), agents, pod.get(), restart);
                    });
        } catch (ClusterException _) {
            return Optional.empty(); // whoever starts the stimulus is told why
        }
    }

    private List<Sight.NeedsSeen> needsOfServer(Map<String, Stimulus> steps, Duration bound)
            throws InterruptedException {
        var throughSql = steps.entrySet().stream()
                .filter(step -> throughRecipe(step.getValue()))
                .toList();
        if (throughSql.isEmpty()) {
            return List.of();
        }
        try (var place = RecipeDriver.place(vertx, postgres, around, "tocsin:needs", bound)) {
            return throughSql.stream()
                    .map(step -> new Sight.NeedsSeen(step.getKey(), unmet(place, step.getValue())))
                    .toList();
        } catch (StressException _) {
            return List.of(); // whoever starts the stimulus is told why
        }
    }

    private List<Sight.Unmet> unmet(Workplace place, Stimulus stimulus) {
        try {
            return RecipeDriver.unmet(place, postgres, recipe(stimulus));
        } catch (StressException e) {
            return List.of(new Sight.Unmet(e.why(), "leave this stimulus out"));
        }
    }

    private static boolean throughRecipe(Stimulus stimulus) {
        return switch (stimulus) {
            case SessionStimulus.ConnectionFlood _,
                    SessionStimulus.SleepLoad _,
                    SessionStimulus.Lull _,
                    ClusterStimulus _ -> false;
            case SessionStimulus _, TableStimulus _, ServerStimulus _, MonitoringStimulus _ -> true;
        };
    }

    /** What a stimulus works on that the configuration does not name for this target, and what to set. */
    public Optional<String> notConfigured(Stimulus stimulus) {
        if (stimulus.needsPod() && pod.isEmpty()) {
            return Optional.of(
                    "needs a pod, and the target " + name + " names none; set pod: {namespace, selector}" + " on it");
        }
        if (stimulus.needsStandby() && around.standby().isEmpty()) {
            return Optional.of("needs a standby, and the target " + name + " names none; set standby: {host} on it");
        }
        if (stimulus.needsExporter() && around.exporterRole().isEmpty()) {
            return Optional.of(
                    "needs the exporter's role, and the target " + name + " names none; set exporter: {role} on it");
        }
        return Optional.empty();
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
        var others = new ArrayList<TargetSeen.Right>();
        var selected = new ArrayList<TargetSeen.SelectedPod>();
        Optional<String> problem = Optional.empty();
        try {
            for (var verb : PodKillDriver.VERBS) {
                allowed.put(verb, cluster().mayI(verb, "pods", selector.namespace()));
            }
            others.addAll(rights(cluster(), selector.namespace()));
            cluster()
                    .select(selector)
                    .forEach(one -> selected.add(new TargetSeen.SelectedPod(one.name(), one.ready(), one.optedIn())));
        } catch (StressException e) {
            problem = Optional.of(e.why());
        } catch (ClusterException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
        return new TargetSeen.PodSeen(selector.namespace(), selector.selector(), allowed, others, selected, problem);
    }

    /** What a configured agent needs, and what only makes the evidence say more. */
    private List<TargetSeen.Right> rights(Pods cluster, String namespace) {
        var rights = new ArrayList<TargetSeen.Right>();
        var facts = "deploy/components/facts";
        var restarts = agents.isPresent();
        rights.add(new TargetSeen.Right(
                "get",
                "nodes",
                "the cluster",
                cluster.nodes().mayI("get"),
                restarts,
                restarts ? NodeRestartDriver.MANIFESTS : facts));
        agents.ifPresent(known -> rights.add(new TargetSeen.Right(
                "update", "configmaps", known.where(), known.mayAsk(), true, "deploy/components/node-agent")));
        rights.add(new TargetSeen.Right(
                "get",
                "persistentvolumeclaims",
                namespace,
                cluster.mayI("get", "persistentvolumeclaims", namespace),
                false,
                facts));
        rights.add(new TargetSeen.Right(
                "get",
                "persistentvolumes",
                "the cluster",
                cluster.mayI("get", "persistentvolumes", Pods.CLUSTER),
                false,
                facts));
        return rights;
    }

    private PodSelector selector() throws StressException {
        return pod.orElseThrow(() -> new StressException("the target " + name + " names no pod"));
    }

    private Pods cluster() throws StressException {
        return pods.orElseThrow(() -> new StressException("no Kubernetes API is configured for " + name));
    }
}
