package dev.tocsin.lab;

import dev.tocsin.cluster.KubernetesPods;
import dev.tocsin.node.NodeAgent;
import dev.tocsin.node.Permission;
import dev.tocsin.node.RestartRequest.Manner;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.security.PublicKey;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes API with pods behind it, so that a pod is killed on the way it is killed in production.
 *
 * <p>The API is fabric8's server; what keeps a pod up is {@link LabPod}.
 *
 * <p>There is one node, with the very agent that a real one has. What it does to the node is here: every container is killed,
 * and after the time of a short boot the node has another boot, and the pods' containers are started again. There is a network
 * too: a pod that a NetworkPolicy selects cannot be reached through its gate.
 */
final class LabCluster implements LabPod.Node, AutoCloseable {
    static final String NAMESPACE = "lab";
    static final String SELECTOR = "app=postgresql";
    static final String STANDBY_SELECTOR = "app=postgresql-standby";
    static final String EXPORTER_SELECTOR = "app=postgres-exporter";
    static final String STANDBY = "postgres-standby-0";

    static final String NODE = "lab-node";

    /** A machine of one's own needs longer; what matters is that it is long enough to be seen. */
    private static final Duration BOOT = Duration.ofSeconds(5);

    /** So that NodeRestarted does not ring when the lab is started. */
    private static final Duration UP_BEFORE = Duration.ofHours(1);

    private static final Logger FABRIC8 = Logger.getLogger("io.fabric8.mockwebserver");

    private final PostgresServer postgres;
    private final LabApi requests;
    private final KubernetesMockServer api;
    private final KubernetesClient client;
    private final List<LabPod> pods = new CopyOnWriteArrayList<>();
    private final List<Guarded> guarded = new CopyOnWriteArrayList<>();
    private final Thread controller;
    private final Thread agent;
    private final KubernetesPods agentsView;
    private volatile String bootId = UUID.randomUUID().toString();
    private volatile Instant booted;
    private volatile boolean powerCut;
    private volatile boolean closing;
    private volatile @Nullable String failure;

    /** A pod's labels, and the way to it. */
    private record Guarded(Map<String, String> labels, Gate gate) {}

    /** What the agent sees of the lab's node. */
    private final class LabNode implements NodeAgent.Machine {
        @Override
        public String bootId() {
            return bootId;
        }

        @Override
        public Duration up() {
            return Duration.between(booted, Instant.now());
        }

        @Override
        public void restart(Manner manner) throws IOException, InterruptedException {
            if (manner == Manner.ORDERLY) {
                try {
                    for (var pod : pods.reversed()) {
                        pod.container().stop(LabApi.DEFAULT_GRACE);
                    }
                } catch (LabException e) {
                    throw new IOException(e);
                }
            }
            cutPower();
        }
    }

    /** Somebody pulls the plug of the node; it boots by itself. */
    void cutPower() {
        powerCut = true;
        try {
            for (var pod : pods) {
                pod.container().kill();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param trusted the key that signs requests for restarts of the node */
    LabCluster(PostgresServer postgres, PublicKey trusted) throws LabException, InterruptedException {
        this.postgres = postgres;
        FABRIC8.setLevel(Level.WARNING);
        var responses = new ConcurrentHashMap<ServerRequest, Queue<ServerResponse>>();
        requests = new LabApi(responses);
        api = new KubernetesMockServer(new Context(), new MockWebServer(), responses, requests, false);
        api.init(InetAddress.getLoopbackAddress(), 0);
        client = api.createClient();
        booted = Instant.now().minus(UP_BEFORE);
        publishNode(true, false);
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("node-restart")
                        .endMetadata()
                        .build())
                .create();
        pods.add(new LabPod(client, this, "postgresql-0", "postgresql", postgres));
        agentsView = new KubernetesPods(connect());
        agent = Thread.ofPlatform().name("lab-node-agent").daemon().start(() -> serveAsAgent(trusted));
        controller = Thread.ofPlatform().name("lab-node").daemon().start(this::watch);
    }

    /** Runs the standby in a pod of its own. */
    void run(Standby standby) throws LabException, InterruptedException {
        pods.add(new LabPod(client, this, STANDBY, "postgresql-standby", standby));
    }

    /** A ready pod whose process somebody else runs. */
    void describe(String name, String app) {
        client.resource(new PodBuilder(LabPod.described(name, app))
                        .withNewStatus()
                        .withPhase("Running")
                        .withConditions(new PodConditionBuilder()
                                .withType("Ready")
                                .withStatus("True")
                                .build())
                        .endStatus()
                        .build())
                .create();
    }

    /** The way to the pods of an app, for everybody but Tocsin. */
    void guard(String app, Gate gate) {
        guarded.add(new Guarded(Map.of("app", app), gate));
    }

    /** A client of this API, to be closed by whoever asked for it. */
    KubernetesClient connect() {
        return api.createClient();
    }

    /** Where this API listens. */
    String url() {
        return client.getMasterUrl().toString();
    }

    /** When the lab's node was booted, in seconds, as node_exporter tells it. */
    String bootTime() {
        return "# TYPE node_boot_time_seconds gauge\nnode_boot_time_seconds " + booted.getEpochSecond() + "\n";
    }

    private void serveAsAgent(PublicKey trusted) {
        var always = new Permission(
                Set.of(DayOfWeek.values()), LocalTime.MIDNIGHT, LocalTime.MIDNIGHT, ZoneOffset.UTC, Duration.ZERO);
        try {
            new NodeAgent(
                            NODE,
                            agentsView.board(NAMESPACE),
                            agentsView.nodes(),
                            trusted,
                            always,
                            new LabNode(),
                            InstantSource.system())
                    .run();
        } catch (InterruptedException _) {
            // closing
        }
    }

    /** Throws when the pods could not be kept up. */
    void check() throws LabException {
        for (var pod : pods) {
            pod.check();
        }
        if (failure != null) {
            throw new LabException(failure + "\n" + postgres.lastLines());
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        agent.interrupt();
        agent.join();
        agentsView.close();
        controller.interrupt();
        controller.join();
        for (var pod : pods.reversed()) {
            pod.close();
        }
        client.close();
        api.destroy();
    }

    /** The node and the network. */
    private void watch() {
        try {
            while (!closing) {
                if (powerCut) {
                    boot();
                }
                if (!guarded.isEmpty()) {
                    enforcePolicies();
                }
                Thread.sleep(LabPod.POLL); // as a kubelet looks again and again
            }
        } catch (InterruptedException _) {
            // closing
        } catch (IOException | RuntimeException e) {
            failure = "the lab's node failed: " + e.getMessage();
        }
    }

    /** The node comes up, and with it the pods that were on it: the same ones, for the API server never lost them. */
    private void boot() throws InterruptedException {
        var cordoned = !schedulable();
        publishNode(false, cordoned);
        Thread.sleep(BOOT); // what a boot takes: nothing is waited for
        bootId = UUID.randomUUID().toString();
        booted = Instant.now();
        publishNode(true, cordoned);
        powerCut = false;
    }

    /** The names of the NetworkPolicies that there are. */
    List<String> policies() {
        return client.network().v1().networkPolicies().inNamespace(NAMESPACE).list().getItems().stream()
                .map(policy -> policy.getMetadata().getName())
                .toList();
    }

    /** Whom such a policy lets in is not looked at: Tocsin goes past the gates, and nobody else is let in. */
    private void enforcePolicies() throws IOException {
        var policies = client.network()
                .v1()
                .networkPolicies()
                .inNamespace(NAMESPACE)
                .list()
                .getItems();
        for (var one : guarded) {
            var selected = policies.stream()
                    .map(policy -> policy.getSpec().getPodSelector().getMatchLabels())
                    .anyMatch(labels -> one.labels().entrySet().containsAll(labels.entrySet()));
            if (selected) {
                one.gate().shut();
            } else {
                one.gate().open();
            }
        }
    }

    @Override
    public boolean down() {
        return powerCut;
    }

    @Override
    public Duration grace(String pod) {
        return requests.grace(pod);
    }

    @Override
    public boolean schedulable() {
        var node = client.nodes().withName(NODE).get();
        return node.getSpec() == null || !Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    private void publishNode(boolean ready, boolean cordoned) {
        var node = new NodeBuilder()
                .withNewMetadata()
                .withName(NODE)
                .addToLabels(Permission.LABEL, Permission.ALLOWED)
                .endMetadata()
                .withNewSpec()
                .withUnschedulable(cordoned)
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .endCondition()
                .withNewNodeInfo()
                .withBootID(bootId)
                .endNodeInfo()
                .endStatus()
                .build();
        if (client.resource(node).get() == null) {
            client.resource(node).create();
        } else {
            client.resource(node).update();
        }
    }
}
