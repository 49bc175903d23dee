package dev.tocsin.lab;

import dev.tocsin.cluster.KubernetesPods;
import dev.tocsin.node.NodeAgent;
import dev.tocsin.node.Permission;
import dev.tocsin.node.RestartRequest.Manner;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.PublicKey;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Kubernetes API with one StatefulSet of one PostgreSQL, so that a pod is killed on the way it is killed in production.
 *
 * <p>The API is fabric8's server; what keeps the StatefulSet's promise is the loop here: a deleted pod's processes are
 * killed (at once when the grace period is the shortest there is), and a pod with the same name, the same data and a new UID takes its
 * place after the time that a real cluster needs to schedule and start it.
 *
 * <p>There is one node, with the very agent that a real one has. What it does to the node is here: PostgreSQL is killed, and
 * after the time of a short boot the node has another boot, and the pod's container is started again.
 */
final class LabCluster implements AutoCloseable {
    static final String NAMESPACE = "lab";
    static final String SELECTOR = "app=postgresql";

    static final String NODE = "lab-node";

    private static final String POD = "postgresql-0";
    /** What a scheduler, a kubelet and a container need on a real node before a new pod runs; the outage must be as long. */
    private static final Duration SCHEDULING = Duration.ofSeconds(4);

    /** A machine of one's own needs longer; what matters is that it is long enough to be seen. */
    private static final Duration BOOT = Duration.ofSeconds(5);

    /** So that NodeRestarted does not ring when the lab is started. */
    private static final Duration UP_BEFORE = Duration.ofHours(1);

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
    private static final Duration SHORTEST_GRACE = Duration.ofSeconds(1);

    /** A controller looks again and again at what should be and at a process that may have died without a word. */
    private static final Duration POLL = Duration.ofMillis(50);

    /** As the kubelet tells it of a container that was gone when it came up itself. */
    private static final int EXIT_UNKNOWN = 255;

    private static final int EXIT_KILLED = 137;

    private static final Logger FABRIC8 = Logger.getLogger("io.fabric8.mockwebserver");

    private final PostgresServer postgres;
    private final GracePeriods graces;
    private final KubernetesMockServer api;
    private final KubernetesClient client;
    private final Thread controller;
    private final Thread agent;
    private final KubernetesPods agentsView;
    private volatile String bootId = UUID.randomUUID().toString();
    private volatile Instant booted;
    private volatile boolean powerCut;
    private volatile boolean closing;
    private volatile @Nullable String failure;

    private static final String MAY_DO_ANYTHING =
            "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SelfSubjectAccessReview\",\"status\":{\"allowed\":true}}";

    /** Remembers with what grace each pod was deleted, which the server itself forgets, and lets everybody do everything. */
    private static final class GracePeriods extends KubernetesMixedDispatcher {
        private static final JsonMapper JSON = JsonMapper.builder().build();
        private volatile Duration last = DEFAULT_GRACE;

        GracePeriods(Map<ServerRequest, Queue<ServerResponse>> responses) {
            super(responses);
        }

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if (request.getPath().endsWith("/selfsubjectaccessreviews")) {
                // The server would keep the review like any other object, and not answer it.
                return new MockResponse().setResponseCode(201).setBody(MAY_DO_ANYTHING);
            }
            if ("DELETE".equals(request.getMethod())) {
                var body = request.getUtf8Body();
                var options = body == null || body.isEmpty() ? JSON.createObjectNode() : JSON.readTree(body);
                last = Duration.ofSeconds(options.path("gracePeriodSeconds").asLong(DEFAULT_GRACE.toSeconds()));
            }
            return super.dispatch(request);
        }
    }

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
                    postgres.stop(DEFAULT_GRACE);
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
            postgres.kill();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** @param trusted the key that signs requests for restarts of the node */
    LabCluster(PostgresServer postgres, PublicKey trusted) throws LabException, InterruptedException {
        this.postgres = postgres;
        FABRIC8.setLevel(Level.WARNING);
        var responses = new ConcurrentHashMap<ServerRequest, Queue<ServerResponse>>();
        graces = new GracePeriods(responses);
        api = new KubernetesMockServer(new Context(), new MockWebServer(), responses, graces, false);
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
        runPod();
        agentsView = new KubernetesPods(connect());
        agent = Thread.ofPlatform().name("lab-node-agent").daemon().start(() -> serveAsAgent(trusted));
        controller = Thread.ofPlatform().name("lab-controller").daemon().start(this::reconcile);
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

    /** Throws when the controller could not keep the pod up. */
    void check() throws LabException {
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
        postgres.kill();
        client.close();
        api.destroy();
    }

    private void reconcile() {
        try {
            while (!closing) {
                var pod = client.pods().inNamespace(NAMESPACE).withName(POD).get();
                if (powerCut) {
                    boot(pod);
                } else if (pod == null) {
                    stopContainer();
                    if (schedulable()) {
                        Thread.sleep(SCHEDULING);
                        runPod();
                    }
                } else if (!postgres.alive()) {
                    restartContainer(pod, EXIT_KILLED);
                }
                Thread.sleep(POLL);
            }
        } catch (InterruptedException _) {
            // closing
        } catch (LabException | RuntimeException e) {
            failure = "the lab's StatefulSet could not be kept up: " + e.getMessage();
        }
    }

    /** The node comes up, and with it the pod that was on it: the same one, for the API server never lost it. */
    private void boot(@Nullable Pod pod) throws LabException, InterruptedException {
        var cordoned = !schedulable();
        publishNode(false, cordoned);
        Thread.sleep(BOOT);
        bootId = UUID.randomUUID().toString();
        booted = Instant.now();
        publishNode(true, cordoned);
        powerCut = false;
        if (pod != null) {
            restartContainer(pod, EXIT_UNKNOWN);
        }
    }

    private boolean schedulable() {
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

    private void stopContainer() throws InterruptedException, LabException {
        if (!postgres.alive()) {
            return;
        }
        if (graces.last.compareTo(SHORTEST_GRACE) <= 0) {
            postgres.kill();
        } else {
            postgres.stop(graces.last);
        }
    }

    private void runPod() throws LabException, InterruptedException {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName(POD)
                .withNamespace(NAMESPACE)
                .withUid(UUID.randomUUID().toString())
                .addToLabels("app", "postgresql")
                .endMetadata()
                .withNewSpec()
                .withNodeName(NODE)
                .addNewContainer()
                .withName("postgres")
                .withImage("postgres")
                .endContainer()
                .endSpec()
                .build();
        publish(pod, false, 0, Optional.empty());
        postgres.start();
        awaitAccepting();
        publish(pod, true, 0, Optional.empty());
    }

    /** A container that died by itself comes back in the same pod, one restart more. */
    private void restartContainer(Pod pod, int exitCode) throws LabException, InterruptedException {
        var restarts = pod.getStatus().getContainerStatuses().getFirst().getRestartCount() + 1;
        publish(pod, false, restarts, Optional.of(exitCode));
        postgres.start();
        awaitAccepting();
        publish(pod, true, restarts, Optional.of(exitCode));
    }

    private void publish(Pod pod, boolean ready, int restarts, Optional<Integer> exitCode) {
        var before = new ContainerStateBuilder();
        exitCode.ifPresent(code -> before.withNewTerminated().withExitCode(code).endTerminated());
        var status = new PodBuilder(pod)
                .withNewStatus()
                .withPhase("Running")
                .withConditions(new PodConditionBuilder()
                        .withType("Ready")
                        .withStatus(ready ? "True" : "False")
                        .build())
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withName("postgres")
                        .withReady(ready)
                        .withRestartCount(restarts)
                        .withLastState(before.build())
                        .build())
                .endStatus();
        status.editMetadata().withResourceVersion(null).endMetadata();
        var whole = status.build();
        if (client.resource(whole).get() == null) {
            client.resource(whole).create();
        } else {
            client.resource(whole).update();
        }
    }

    private void awaitAccepting() throws LabException, InterruptedException {
        var deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!accepting()) {
            if (!postgres.alive() || System.nanoTime() > deadline) {
                throw new LabException("PostgreSQL did not come up\n" + postgres.lastLines());
            }
            Thread.sleep(POLL);
        }
    }

    /** A server in recovery accepts the socket and refuses the session, so the port alone says little. */
    private boolean accepting() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), postgres.port()), 500);
            return Handshake.accepted(socket);
        } catch (IOException _) {
            return false;
        }
    }
}
