package dev.tocsin.cluster;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Pods through fabric8, with the rights of the service account (or of {@code KUBECONFIG}): get, list and delete.
 *
 * <p>It asks again instead of watching: an answer is one request, and a restarted API server costs one failed one.
 */
public final class KubernetesPods implements Pods {
    private final KubernetesClient client;

    public KubernetesPods(KubernetesClient client) {
        this.client = client;
    }

    /** Finds the cluster as every Kubernetes client does. */
    public static KubernetesPods fromEnvironment() {
        return new KubernetesPods(new KubernetesClientBuilder().build());
    }

    @Override
    public List<Pod> select(PodSelector selector) {
        return asking(
                "list pods " + selector.selector() + " in " + selector.namespace(),
                () -> client
                        .pods()
                        .inNamespace(selector.namespace())
                        .withLabelSelector(selector.selector())
                        .list()
                        .getItems()
                        .stream()
                        .map(KubernetesPods::pod)
                        .toList());
    }

    @Override
    public void delete(Pod pod, Duration gracePeriod) {
        var _ = asking(
                "delete pod " + pod.namespace() + "/" + pod.name(),
                () -> client.pods()
                        .inNamespace(pod.namespace())
                        .withName(pod.name())
                        .withGracePeriod(gracePeriod.toSeconds())
                        .delete());
    }

    @Override
    public void close() {
        client.close();
    }

    private static Pod pod(io.fabric8.kubernetes.api.model.Pod pod) {
        var metadata = pod.getMetadata();
        var status = Optional.ofNullable(pod.getStatus());
        return new Pod(
                metadata.getNamespace(),
                metadata.getName(),
                metadata.getUid(),
                status.stream()
                        .flatMap(known -> known.getContainerStatuses().stream())
                        .mapToInt(ContainerStatus::getRestartCount)
                        .sum(),
                metadata.getDeletionTimestamp() == null
                        && status.stream()
                                .flatMap(known -> known.getConditions().stream())
                                .anyMatch(condition ->
                                        "Ready".equals(condition.getType()) && "True".equals(condition.getStatus())));
    }

    private static <T> T asking(String what, Supplier<T> question) {
        try {
            return question.get();
        } catch (KubernetesClientException e) {
            throw new ClusterException("cannot " + what + ": " + e.getMessage(), e);
        }
    }
}
