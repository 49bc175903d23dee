package dev.tocsin.stress;

import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.Node;
import dev.tocsin.cluster.Pod;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.chain.Sight.Unmet;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.ClusterStimulus.NodeRestart;
import dev.tocsin.node.Answer;
import dev.tocsin.node.Permission;
import dev.tocsin.node.RestartRequest;
import dev.tocsin.node.Restarts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the node of the target's pod restarted, by its agent or by a person, and knows by the node's boot that it happened.
 *
 * <p>Tocsin may be on that node: then nothing here survives, and what was journalled before, the undo, finds out.
 */
record NodeRestartDriver(
        RunId run,
        Pods pods,
        Optional<Restarts> agents,
        PodSelector selector,
        NodeRestart restart,
        Pod pod,
        Node node,
        Undo.AwaitNode undo,
        Duration bound)
        implements Prepared {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRestartDriver.class);

    /** A node says what it is up to every ten seconds, so there is no hurry. */
    private static final Duration POLL = Duration.ofMillis(500);

    /** An agent asks every two seconds. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

    static final String MANIFESTS = "deploy/components/node-restart";

    static NodeRestartDriver prepare(
            RunId run,
            Pods pods,
            Optional<Restarts> agents,
            PodSelector selector,
            NodeRestart restart,
            String target,
            Duration bound)
            throws StressException {
        if (!restart.manual() && agents.isEmpty()) {
            throw new StressException("no node agent is configured: set nodeAgent in the configuration and apply "
                    + "deploy/components/node-agent, or write nodeRestart: { manual: true }");
        }
        var pod = PodKillDriver.victim(pods, selector);
        var name = pod.node().orElseThrow(() -> new StressException("pod " + pod.name() + " is on no node"));
        var node = node(pods, name);
        if (!node.ready()) {
            throw new StressException("node " + name + " is not ready, so it is not restarted as well");
        }
        var label = Optional.ofNullable(node.labels().get(Permission.LABEL));
        if (!restart.manual() && !label.equals(Optional.of(Permission.ALLOWED))) {
            throw new StressException("node " + name + " has not opted in: kubectl label node " + name + " "
                    + Permission.LABEL + "=" + Permission.ALLOWED);
        }
        if (restart.drain() && !PodKillDriver.asking(() -> pods.nodes().mayI("patch"))) {
            throw new StressException(
                    "the service account may not patch nodes, which a drain needs; apply " + MANIFESTS);
        }
        var undo = new Undo.AwaitNode(
                target,
                name,
                node.bootId(),
                restart.drain() && node.schedulable(),
                selector.namespace(),
                selector.selector(),
                pod.uid(),
                pod.restarts());
        return new NodeRestartDriver(run, pods, agents, selector, restart, pod, node, undo, bound);
    }

    /** What stands against it here and now. */
    static List<Unmet> unmet(Pods pods, Optional<Restarts> agents, PodSelector selector, NodeRestart restart) {
        var unmet = new ArrayList<Unmet>(Rights.missing(
                pods,
                selector.namespace(),
                List.of(new Rights.Rule("pods", restart.drain() ? PodKillDriver.VERBS : List.of("list"))),
                PodKillDriver.MANIFESTS));
        for (var verb : restart.drain() ? List.of("get", "patch") : List.of("get")) {
            if (!pods.nodes().mayI(verb)) {
                unmet.add(new Unmet(
                        "Tocsin may not " + verb + " nodes",
                        "apply " + MANIFESTS + ", whose ClusterRole has "
                                + Rights.rule("\"\"", "nodes", List.of("get", "patch"))));
            }
        }
        if (!restart.manual() && agents.isPresent() && !agents.get().mayAsk()) {
            unmet.add(new Unmet(
                    "Tocsin may not update the ConfigMap of the node agents in "
                            + agents.get().where(),
                    "apply deploy/components/node-agent"));
        }
        return unmet.isEmpty() ? PodKillDriver.notOptedIn(pods, selector) : unmet;
    }

    private static Node node(Pods pods, String name) throws StressException {
        try {
            return pods.nodes().find(name).orElseThrow(() -> new StressException("there is no node " + name));
        } catch (ClusterException e) {
            throw new StressException(e.getMessage() + "; apply " + MANIFESTS, e);
        }
    }

    /** Nothing is held open before the restart. */
    @Override
    public void close() {}

    @Override
    public Held apply(Progress progress) throws StressException, InterruptedException {
        var began = System.nanoTime();
        var timeout = restart.timeout().compareTo(bound) < 0 ? restart.timeout() : bound;
        if (restart.drain()) {
            drain(progress, began, timeout);
        }
        if (restart.manual()) {
            askAPerson(progress, timeout);
        } else {
            askTheAgent(progress);
        }
        var lastSeen = awaitBoot(progress, began, timeout);
        return new Restarted(lastSeen);
    }

    /** The pod is deleted and leaves in order; its successor cannot come back here before the node is uncordoned. */
    private void drain(Progress progress, long began, Duration timeout) throws StressException, InterruptedException {
        PodKillDriver.asking(() -> {
            pods.nodes().schedulable(node.name(), false);
            pods.stop(pod);
            return pod;
        });
        progress.report("node " + node.name() + " is cordoned, pod " + pod.name() + " is told to stop");
        while (there(pod)) {
            if (progress.stopped()) {
                return;
            }
            if (elapsed(began).compareTo(timeout) > 0) {
                throw new StressException("pod " + pod.name() + " did not stop within " + timeout.toSeconds() + " s");
            }
            Thread.sleep(POLL);
        }
    }

    private boolean there(Pod one) {
        var sight = PodKillDriver.look(pods, selector);
        return sight.blind().isPresent()
                || sight.pods().stream().anyMatch(each -> each.uid().equals(one.uid()));
    }

    private void askAPerson(Progress progress, Duration timeout) {
        var wanted = restart.drain()
                ? "restart it in order, as with `reboot`"
                : "cut its power, or `echo b > /proc/sysrq-trigger` on it; `reboot` would stop PostgreSQL in order, which"
                        + " proves less";
        var what = "PLEASE RESTART NODE " + node.name() + " now: " + wanted + ". Pod " + pod.namespace() + "/"
                + pod.name() + " is on it, and run " + run + " must see what survives. Tocsin waits "
                + timeout.toSeconds() + " s for another boot than " + node.bootId();
        LOG.atWarn()
                .addKeyValue("event", "node-restart-asked")
                .addKeyValue("run", run)
                .addKeyValue("node", node.name())
                .log(what);
        progress.report(what);
    }

    private void askTheAgent(Progress progress) throws StressException, InterruptedException {
        var asked = agents.orElseThrow();
        var manner = restart.drain() ? RestartRequest.Manner.ORDERLY : RestartRequest.Manner.CUT;
        var request = PodKillDriver.asking(() -> asked.ask(node.name(), node.bootId(), manner, run.toString()))
                .orElseThrow(() -> new StressException("another restart of a node is being asked for"));
        progress.report(
                "the agent on node " + node.name() + " is asked to restart it, " + manner + ", boot " + node.bootId());
        var began = System.nanoTime();
        while (!progress.stopped()) {
            // The node may go down between the answer and our hearing it; then its boot tells.
            var answer = answer(asked, request);
            if (answer.filter(given -> !given.accepted()).isPresent()) {
                throw new StressException("the agent on node " + node.name() + " refused: "
                        + answer.get().why());
            }
            if (answer.isPresent() || newBoot(seen()).isPresent()) {
                progress.report("node " + node.name() + " is being restarted");
                return;
            }
            if (elapsed(began).compareTo(ANSWER) > 0) {
                throw new StressException("no agent on node " + node.name() + " answered within " + ANSWER.toSeconds()
                        + " s; is there one? kubectl get pods -A -l app.kubernetes.io/name=tocsin-node-agent -o wide");
            }
            Thread.sleep(POLL);
        }
    }

    private static Optional<Answer> answer(Restarts asked, RestartRequest request) {
        try {
            return asked.answer(request);
        } catch (ClusterException _) {
            return Optional.empty(); // the API server may go down with the node
        }
    }

    private Optional<Node> seen() {
        return seen(pods, node.name());
    }

    private Optional<Node> newBoot(Optional<Node> seen) {
        return seen.filter(known -> !known.bootId().equals(node.bootId()));
    }

    /** Returns when the boot is another one, or when told to stop; with the last moment of the old one. */
    private long awaitBoot(Progress progress, long began, Duration timeout)
            throws StressException, InterruptedException {
        var lastSeen = System.nanoTime();
        var away = false;
        while (!progress.stopped()) {
            var seen = seen();
            var booted = newBoot(seen);
            if (booted.isPresent()) {
                progress.report(
                        "node " + node.name() + " booted as " + booted.get().bootId());
                return lastSeen;
            }
            var ready = seen.filter(Node::ready).isPresent();
            if (ready) {
                lastSeen = System.nanoTime();
            } else if (!away) {
                progress.report("node " + node.name() + " is down");
            }
            away = !ready;
            if (elapsed(began).compareTo(timeout) > 0) {
                throw new StressException("node " + node.name() + " was not restarted within " + timeout.toSeconds()
                        + " s: it is still boot " + node.bootId());
            }
            Thread.sleep(POLL);
        }
        return lastSeen;
    }

    private static Duration elapsed(long since) {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    private static Optional<Node> seen(Pods pods, String node) {
        try {
            return pods.nodes().find(node);
        } catch (ClusterException _) {
            return Optional.empty();
        }
    }

    private final class Restarted implements Held {
        private final long lastSeen;

        private Restarted(long lastSeen) {
            this.lastSeen = lastSeen;
        }

        @Override
        public Effect effect() {
            return new Effect.NodeRestartAsked(
                    node.name(), node.bootId(), restart.manual() ? "a person" : "its agent", restart.drain());
        }

        @Override
        public Effect release() throws StressException, InterruptedException {
            return new Return(pods, agents, undo, bound, Optional.of(lastSeen)).await();
        }
    }

    /** Waits for node and pod; also in another process than the one that asked. */
    static Effect awaitBack(Pods pods, Optional<Restarts> agents, Undo.AwaitNode undo, Duration patience)
            throws StressException, InterruptedException {
        return new Return(pods, agents, undo, patience, Optional.empty()).await();
    }

    /**
     * For so long the API server may tell of a node and its pods what was true before the power went: it takes 40 to 50 s to
     * notice that a node is gone, and a node that boots sooner says what is true only when its kubelet is there.
     */
    private static final Duration STALE = Duration.ofSeconds(60);

    /** The way back, which is the same whether the node was restarted or not. */
    private static final class Return {
        private final Pods pods;
        private final Optional<Restarts> agents;
        private final Undo.AwaitNode undo;
        private final Duration patience;
        private final Duration stale;
        private final Optional<Long> lastSeen;
        private boolean withdrawn;
        private boolean uncordoned;

        Return(Pods pods, Optional<Restarts> agents, Undo.AwaitNode undo, Duration patience, Optional<Long> lastSeen) {
            this.pods = pods;
            this.agents = agents;
            this.undo = undo;
            this.patience = patience;
            this.lastSeen = lastSeen;
            var half = patience.dividedBy(2);
            stale = half.compareTo(STALE) < 0 ? half : STALE;
        }

        Effect await() throws StressException, InterruptedException {
            var selector = new PodSelector(undo.namespace(), undo.selector());
            var began = System.nanoTime();
            var steadySince = began;
            while (true) {
                withdraw();
                var node = seen(pods, undo.node()).filter(Node::ready);
                var booted = node.filter(known -> !known.bootId().equals(undo.bootId()));
                if (node.isPresent()) {
                    uncordon();
                }
                var sight = PodKillDriver.look(pods, selector);
                var ready = sight.pods().stream().filter(Pod::ready).findFirst();
                if (node.isEmpty() || ready.isEmpty()) {
                    steadySince = System.nanoTime();
                } else if (booted.isPresent() && ready.filter(begunAnew()).isPresent()) {
                    return restarted(booted.get(), ready.get());
                } else if (uncordoned && isTrueNow(booted.isPresent(), elapsed(steadySince))) {
                    return booted.isPresent() ? restarted(booted.get(), ready.get()) : same(ready.get());
                }
                if (elapsed(began).compareTo(patience) > 0) {
                    throw new StressException(stuck(node, ready, sight));
                }
                Thread.sleep(POLL);
            }
        }

        /**
         * Who has looked all the time knows that a node of the same boot was never away. Of another boot the node tells
         * sooner than its kubelet does of the pods, whoever looks.
         */
        private boolean isTrueNow(boolean booted, Duration steady) {
            var longEnough = steady.compareTo(stale) >= 0;
            return booted ? longEnough : withdrawn && (longEnough || lastSeen.isPresent());
        }

        /** A request that nobody acts on must not be acted on after this. */
        private void withdraw() {
            if (!withdrawn) {
                try {
                    withdrawn = agents.map(known -> known.withdraw(undo.node(), undo.bootId()))
                            .orElse(true);
                } catch (ClusterException _) {
                    // asked again
                }
            }
        }

        private void uncordon() {
            if (!uncordoned) {
                try {
                    if (undo.uncordon()) {
                        pods.nodes().schedulable(undo.node(), true);
                    }
                    uncordoned = true;
                } catch (ClusterException _) {
                    // asked again
                }
            }
        }

        /** Ready as it was before the node went down is what the API server says until the kubelet is back. */
        private Predicate<Pod> begunAnew() {
            return pod -> !pod.uid().equals(undo.podUid()) || pod.restarts() > undo.restarts();
        }

        private Effect restarted(Node node, Pod pod) {
            return new Effect.NodeRestarted(
                    undo.node(),
                    undo.bootId(),
                    node.bootId(),
                    pod.namespace(),
                    pod.name(),
                    undo.podUid(),
                    pod.uid(),
                    undo.restarts(),
                    pod.restarts(),
                    pod.exitCode(),
                    lastSeen.map(NodeRestartDriver::elapsed));
        }

        private Effect same(Pod pod) {
            return new Effect.NodeReady(
                    undo.node(), undo.bootId(), pod.namespace(), pod.name(), pod.uid(), pod.restarts());
        }

        private String stuck(Optional<Node> node, Optional<Pod> ready, PodKillDriver.Sight sight) {
            var missing = new ArrayList<String>();
            if (node.isEmpty()) {
                missing.add("node " + undo.node() + " is not ready");
            }
            if (ready.isEmpty()) {
                missing.add("no pod " + undo.selector() + " in " + undo.namespace() + " is ready" + sight.why());
            }
            if (undo.uncordon() && !uncordoned) {
                missing.add("the node is still cordoned: kubectl uncordon " + undo.node());
            }
            if (missing.isEmpty()) {
                missing.add(
                        "node " + undo.node() + " is still boot " + undo.bootId() + ", though its agent restarts it");
            }
            return "after " + patience.toSeconds() + " s: " + String.join("; ", missing);
        }
    }
}
