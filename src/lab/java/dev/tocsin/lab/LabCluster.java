package dev.tocsin.lab;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
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
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
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
 */
final class LabCluster implements AutoCloseable {
    static final String NAMESPACE = "lab";
    static final String SELECTOR = "app=postgresql";

    private static final String POD = "postgresql-0";
    /** What a scheduler, a kubelet and a container need on a real node before a new pod runs; the outage must be as long. */
    private static final Duration SCHEDULING = Duration.ofSeconds(4);

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
    private static final Duration SHORTEST_GRACE = Duration.ofSeconds(1);

    /** A controller looks again and again at what should be and at a process that may have died without a word. */
    private static final Duration POLL = Duration.ofMillis(50);

    private static final Logger FABRIC8 = Logger.getLogger("io.fabric8.mockwebserver");

    private final PostgresServer postgres;
    private final GracePeriods graces;
    private final KubernetesMockServer api;
    private final KubernetesClient client;
    private final Thread controller;
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

    LabCluster(PostgresServer postgres) throws LabException, InterruptedException {
        this.postgres = postgres;
        FABRIC8.setLevel(Level.WARNING);
        var responses = new ConcurrentHashMap<ServerRequest, Queue<ServerResponse>>();
        graces = new GracePeriods(responses);
        api = new KubernetesMockServer(new Context(), new MockWebServer(), responses, graces, false);
        api.init(InetAddress.getLoopbackAddress(), 0);
        client = api.createClient();
        runPod();
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

    /** Throws when the controller could not keep the pod up. */
    void check() throws LabException {
        if (failure != null) {
            throw new LabException(failure + "\n" + postgres.lastLines());
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
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
                if (pod == null) {
                    stopContainer();
                    Thread.sleep(SCHEDULING);
                    runPod();
                } else if (!postgres.alive()) {
                    restartContainer(pod);
                }
                Thread.sleep(POLL);
            }
        } catch (InterruptedException _) {
            // closing
        } catch (LabException | RuntimeException e) {
            failure = "the lab's StatefulSet could not be kept up: " + e.getMessage();
        }
    }

    private void stopContainer() throws InterruptedException, LabException {
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
                .addNewContainer()
                .withName("postgres")
                .withImage("postgres")
                .endContainer()
                .endSpec()
                .build();
        publish(pod, false, 0);
        postgres.start();
        awaitAccepting();
        publish(pod, true, 0);
    }

    /** A container that died by itself comes back in the same pod, one restart more. */
    private void restartContainer(Pod pod) throws LabException, InterruptedException {
        var restarts = pod.getStatus().getContainerStatuses().getFirst().getRestartCount() + 1;
        publish(pod, false, restarts);
        postgres.start();
        awaitAccepting();
        publish(pod, true, restarts);
    }

    private void publish(Pod pod, boolean ready, int restarts) {
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
