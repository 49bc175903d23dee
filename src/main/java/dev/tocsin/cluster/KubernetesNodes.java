package dev.tocsin.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.Optional;

/** Nodes through fabric8: get, and patch to cordon. */
record KubernetesNodes(KubernetesClient client) implements Nodes {
    @Override
    public Optional<Node> find(String name) {
        return Access.asking(
                "get node " + name,
                () -> Optional.ofNullable(client.nodes().withName(name).get()).map(KubernetesNodes::node));
    }

    private static Node node(io.fabric8.kubernetes.api.model.Node node) {
        var status = Optional.ofNullable(node.getStatus());
        return new Node(
                node.getMetadata().getName(),
                status.flatMap(known -> Optional.ofNullable(known.getNodeInfo()))
                        .flatMap(info -> Optional.ofNullable(info.getBootID()))
                        .orElse(""),
                status.stream()
                        .flatMap(known -> known.getConditions().stream())
                        .anyMatch(condition ->
                                "Ready".equals(condition.getType()) && "True".equals(condition.getStatus())),
                !Optional.ofNullable(node.getSpec())
                        .map(spec -> Boolean.TRUE.equals(spec.getUnschedulable()))
                        .orElse(false),
                Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of()));
    }

    @Override
    public void schedulable(String name, boolean schedulable) {
        var _ = Access.asking(
                (schedulable ? "uncordon" : "cordon") + " node " + name,
                () -> client.nodes()
                        .withName(name)
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                "{\"spec\":{\"unschedulable\":" + (schedulable ? "null" : "true") + "}}"));
    }

    @Override
    public boolean mayI(String verb) {
        return Access.allowed(client, verb, "nodes", Pods.CLUSTER);
    }
}
