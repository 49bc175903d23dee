package dev.tocsin.lab;

import dev.tocsin.cluster.OptIn;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One pod of the lab, and the loop that keeps its StatefulSet's promise: a deleted pod's processes are killed (at once when
 * the grace period is the shortest there is), and a pod with the same name, the same data and a new UID takes its place after
 * the time that a real cluster needs to schedule and start it.
 */
final class LabPod implements AutoCloseable {
    /** A controller looks again and again at what should be and at a process that may have died without a word. */
    static final Duration POLL = Duration.ofMillis(50);

    /** What a scheduler, a kubelet and a container need on a real node before a new pod runs; the outage must be as long. */
    private static final Duration SCHEDULING = Duration.ofSeconds(4);

    private static final Duration SHORTEST_GRACE = Duration.ofSeconds(1);
    private static final Duration UP = Duration.ofSeconds(60);

    /** As the kubelet tells it of a container that was gone when it came up itself. */
    private static final int EXIT_UNKNOWN = 255;

    private static final int EXIT_KILLED = 137;

    /** The node that it is on, and what was asked of the API. */
    interface Node {
        boolean down();

        boolean schedulable();

        /** With what grace a pod was deleted last. */
        Duration grace(String pod);
    }

    private final KubernetesClient client;
    private final Node node;
    private final String name;
    private final String app;
    private final Container container;
    private final Thread controller;
    private volatile boolean closing;
    private volatile @Nullable String failure;

    /** Runs it; blocks until it is ready. */
    LabPod(KubernetesClient client, Node node, String name, String app, Container container)
            throws LabException, InterruptedException {
        this.client = client;
        this.node = node;
        this.name = name;
        this.app = app;
        this.container = container;
        run();
        controller = Thread.ofPlatform().name("lab-controller").daemon().start(this::reconcile);
    }

    /** Only the object, for what runs elsewhere. */
    static Pod described(String name, String app) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(LabCluster.NAMESPACE)
                .withUid(UUID.randomUUID().toString())
                .addToLabels("app", app)
                .addToAnnotations(OptIn.ANNOTATION, OptIn.ALLOWED)
                .endMetadata()
                .withNewSpec()
                .withNodeName(LabCluster.NODE)
                .addNewContainer()
                .withName("main")
                .withImage(app)
                .endContainer()
                .endSpec()
                .build();
    }

    Container container() {
        return container;
    }

    /** Throws when the pod could not be kept up. */
    void check() throws LabException {
        if (failure != null) {
            throw new LabException(failure + "\n" + container.lastLines());
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        controller.interrupt();
        controller.join();
        container.kill();
    }

    private void reconcile() {
        var cut = false;
        try {
            while (!closing) {
                var pod = client.pods()
                        .inNamespace(LabCluster.NAMESPACE)
                        .withName(name)
                        .get();
                if (node.down()) {
                    cut = true;
                } else if (pod == null) {
                    stopContainer();
                    if (node.schedulable()) {
                        Thread.sleep(SCHEDULING); // what a scheduler takes: nothing is waited for
                        run();
                    }
                } else if (!container.alive()) {
                    restartContainer(pod, cut ? EXIT_UNKNOWN : EXIT_KILLED);
                    cut = false;
                }
                Thread.sleep(POLL);
            }
        } catch (InterruptedException _) {
            // closing
        } catch (LabException | RuntimeException e) {
            failure = "the lab's pod " + name + " could not be kept up: " + e.getMessage();
        }
    }

    private void stopContainer() throws InterruptedException, LabException {
        if (!container.alive()) {
            return;
        }
        var grace = node.grace(name);
        if (grace.compareTo(SHORTEST_GRACE) <= 0) {
            container.kill();
        } else {
            container.stop(grace);
        }
    }

    private void run() throws LabException, InterruptedException {
        var pod = described(name, app);
        publish(pod, false, 0, Optional.empty());
        container.start();
        publish(pod, awaitReady(), 0, Optional.empty());
    }

    /** A container that died by itself comes back in the same pod, one restart more. */
    private void restartContainer(Pod pod, int exitCode) throws LabException, InterruptedException {
        var restarts = pod.getStatus().getContainerStatuses().getFirst().getRestartCount() + 1;
        publish(pod, false, restarts, Optional.of(exitCode));
        container.start();
        publish(pod, awaitReady(), restarts, Optional.of(exitCode));
    }

    private void publish(Pod pod, boolean ready, int restarts, Optional<Integer> exitCode) {
        var before = new ContainerStateBuilder();
        exitCode.ifPresent(code -> before.withNewTerminated().withExitCode(code).endTerminated());
        publish(
                client,
                new PodBuilder(pod)
                        .withNewStatus()
                        .withPhase("Running")
                        .withConditions(new PodConditionBuilder()
                                .withType("Ready")
                                .withStatus(ready ? "True" : "False")
                                .build())
                        .withContainerStatuses(new ContainerStatusBuilder()
                                .withName("main")
                                .withReady(ready)
                                .withRestartCount(restarts)
                                .withLastState(before.build())
                                .build())
                        .endStatus());
    }

    private static void publish(KubernetesClient client, PodBuilder status) {
        status.editMetadata().withResourceVersion(null).endMetadata();
        var whole = status.build();
        if (client.resource(whole).get() == null) {
            client.resource(whole).create();
        } else {
            client.resource(whole).update();
        }
    }

    /** False when the power was cut meanwhile. */
    private boolean awaitReady() throws LabException, InterruptedException {
        var deadline = System.nanoTime() + UP.toNanos();
        while (!container.ready()) {
            if (node.down()) {
                return false;
            }
            if (!container.alive() || System.nanoTime() > deadline) {
                throw new LabException("the container of " + name + " did not come up\n" + container.lastLines());
            }
            Thread.sleep(POLL);
        }
        return true;
    }
}
