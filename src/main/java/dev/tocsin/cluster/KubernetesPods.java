package dev.tocsin.cluster;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Pods through fabric8, with the rights of the service account (or of {@code KUBECONFIG}): list, delete, evict.
 *
 * <p>It asks again instead of watching: an answer is one request, and a restarted API server costs one failed one. Only
 * the caller asks again: the client's own retries would delay every answer, and send a deletion twice.
 */
public final class KubernetesPods implements Pods {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int TOO_MANY_REQUESTS = 429;

    private final KubernetesClient client;

    public KubernetesPods(KubernetesClient client) {
        this.client = client;
    }

    /** Finds the cluster as every Kubernetes client does. */
    public static KubernetesPods fromEnvironment() {
        var config = new ConfigBuilder(Config.autoConfigure(null))
                .withRequestRetryBackoffLimit(0)
                .withConnectionTimeout((int) ANSWER.toMillis())
                .withRequestTimeout((int) ANSWER.toMillis())
                .build();
        return new KubernetesPods(
                new KubernetesClientBuilder().withConfig(config).build());
    }

    @Override
    public List<Pod> select(PodSelector selector) {
        return Access.asking(
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
    public boolean mayI(String verb, String resource, String namespace) {
        return Access.allowed(client, verb, resource, namespace);
    }

    @Override
    public void delete(Pod pod, Duration gracePeriod) {
        delete(pod, new DeleteOptionsBuilder().withGracePeriodSeconds(gracePeriod.toSeconds()));
    }

    @Override
    public void stop(Pod pod) {
        delete(pod, new DeleteOptionsBuilder());
    }

    /** Raw, because the client's delete() can demand neither a UID nor that there was anything to delete. */
    private void delete(Pod pod, DeleteOptionsBuilder wishes) {
        var options = wishes.withNewPreconditions()
                .withUid(pod.uid())
                .endPreconditions()
                .build();
        var _ = Access.asking(
                "delete pod " + pod.namespace() + "/" + pod.name(),
                () -> client.raw("/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name(), "DELETE", options));
    }

    @Override
    public void evict(Pod pod, Duration gracePeriod) {
        var _ = Access.asking("evict pod " + pod.namespace() + "/" + pod.name(), () -> {
            try {
                evict(pod, gracePeriod, "policy/v1");
            } catch (KubernetesClientException e) {
                if (!unknown(e)) {
                    throw e;
                }
                evict(pod, gracePeriod, "policy/v1beta1");
            }
            return pod;
        });
    }

    /** Raw, because the client's evict() keeps to itself which budget refused. */
    private void evict(Pod pod, Duration gracePeriod, String version) {
        var eviction = Map.of(
                "apiVersion",
                version,
                "kind",
                "Eviction",
                "metadata",
                Map.of("namespace", pod.namespace(), "name", pod.name()),
                "deleteOptions",
                Map.of("gracePeriodSeconds", gracePeriod.toSeconds(), "preconditions", Map.of("uid", pod.uid())));
        try {
            var _ = client.raw(
                    "/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name() + "/eviction", "POST", eviction);
        } catch (KubernetesClientException e) {
            if (e.getCode() == TOO_MANY_REQUESTS) {
                throw new BudgetException(
                        "pod " + pod.namespace() + "/" + pod.name() + " may not be evicted now: " + budget(e), e);
            }
            throw e;
        }
    }

    /** Before 1.22 there was v1beta1 only, since 1.25 there is v1 only. That there is no such pod is another 404. */
    private static boolean unknown(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST
                || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                        && !Optional.ofNullable(e.getStatus())
                                .flatMap(status -> Optional.ofNullable(status.getDetails()))
                                .map(details -> "pods".equals(details.getKind()))
                                .orElse(false);
    }

    /** The cause names the budget and its numbers. */
    private static String budget(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus())
                .flatMap(status -> Optional.ofNullable(status.getDetails()))
                .flatMap(details -> details.getCauses().stream()
                        .flatMap(cause -> Optional.ofNullable(cause.getMessage()).stream())
                        .findFirst())
                .or(() ->
                        Optional.ofNullable(e.getStatus()).flatMap(status -> Optional.ofNullable(status.getMessage())))
                .orElseGet(() -> String.valueOf(e.getMessage()));
    }

    @Override
    public List<String> storage(Pod pod) {
        return new Storage(client, pod).lines();
    }

    @Override
    public Nodes nodes() {
        return new KubernetesNodes(client);
    }

    @Override
    public Policies policies() {
        return new KubernetesPolicies(client);
    }

    @Override
    public Board board(String namespace) {
        return new KubernetesBoard(client, namespace);
    }

    @Override
    public Reviews reviews() {
        return new KubernetesReviews(client);
    }

    @Override
    public Events events() {
        return new KubernetesEvents(client);
    }

    @Override
    public Lease lease(String namespace, String name, String identity) {
        return new KubernetesLease(client, namespace, name, identity);
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
                                        "Ready".equals(condition.getType()) && "True".equals(condition.getStatus())),
                status.stream()
                        .flatMap(known -> known.getContainerStatuses().stream())
                        .flatMap(KubernetesPods::exitCodes)
                        .findFirst(),
                Optional.ofNullable(pod.getSpec()).flatMap(spec -> Optional.ofNullable(spec.getNodeName())),
                Storage.volumes(pod),
                Optional.ofNullable(metadata.getAnnotations()).orElse(Map.of()));
    }

    /** Of the container as it is, then of the one before it. */
    private static Stream<Integer> exitCodes(ContainerStatus container) {
        return Stream.of(Optional.ofNullable(container.getState()), Optional.ofNullable(container.getLastState()))
                .flatMap(Optional::stream)
                .flatMap(state -> Optional.ofNullable(state.getTerminated()).stream())
                .flatMap(ended -> Optional.ofNullable(ended.getExitCode()).stream());
    }

    /** Nodes belong to no namespace, so a role that may only see pods is refused here; then nothing is known. */
    @Override
    public Optional<String> bootId(String node) {
        try {
            if (!mayI("get", "nodes", CLUSTER)) { // a refusal would stand in the API server's audit log as an attempt
                return Optional.empty();
            }
            return Optional.ofNullable(client.nodes().withName(node).get())
                    .flatMap(known -> Optional.ofNullable(known.getStatus()))
                    .flatMap(status -> Optional.ofNullable(status.getNodeInfo()))
                    .flatMap(info -> Optional.ofNullable(info.getBootID()));
        } catch (KubernetesClientException | ClusterException _) {
            return Optional.empty();
        }
    }
}
