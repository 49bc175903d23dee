package dev.tocsin.cluster;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** NetworkPolicies through fabric8; what enforces them is the cluster's network. */
record KubernetesPolicies(KubernetesClient client) implements Policies {
    /** Set by Kubernetes on every namespace. */
    private static final String NAME_OF_NAMESPACE = "kubernetes.io/metadata.name";

    @Override
    public List<String> admitting(Pod pod) {
        return Access.asking(
                "list networkpolicies in " + pod.namespace(),
                () -> client.network().v1().networkPolicies().inNamespace(pod.namespace()).list().getItems().stream()
                        .filter(policy -> !policy.getSpec().getIngress().isEmpty())
                        .filter(policy -> selects(policy, pod))
                        .map(policy -> policy.getMetadata().getName())
                        .toList());
    }

    /** The API server knows best what a selector matches. */
    private boolean selects(NetworkPolicy policy, Pod pod) {
        return client
                .pods()
                .inNamespace(pod.namespace())
                .withLabelSelector(policy.getSpec().getPodSelector())
                .list()
                .getItems()
                .stream()
                .anyMatch(selected -> selected.getMetadata().getUid().equals(pod.uid()));
    }

    @Override
    public void isolate(Isolation isolation) {
        var policy = new NetworkPolicyBuilder()
                .withNewMetadata()
                .withNamespace(isolation.namespace())
                .withName(isolation.name())
                .addToLabels("app.kubernetes.io/managed-by", "tocsin")
                .addToAnnotations("tocsin.dev/expires", isolation.expires().toString())
                .endMetadata()
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(isolation.labels().pairs())
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .addNewFrom()
                .withNewNamespaceSelector()
                .addToMatchLabels(NAME_OF_NAMESPACE, client.getNamespace())
                .endNamespaceSelector()
                .endFrom()
                .endIngress()
                .endSpec()
                .build();
        var _ = Access.asking(
                "create networkpolicy " + isolation.namespace() + "/" + isolation.name(),
                () -> client.resource(policy).create());
    }

    @Override
    public boolean exists(String namespace, String name) {
        return Access.asking(
                "get networkpolicy " + namespace + "/" + name,
                () -> client.network()
                                .v1()
                                .networkPolicies()
                                .inNamespace(namespace)
                                .withName(name)
                                .get()
                        != null);
    }

    @Override
    public void remove(String namespace, String name) {
        var _ = Access.asking(
                "delete networkpolicy " + namespace + "/" + name,
                () -> client.network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(namespace)
                        .withName(name)
                        .delete());
    }
}
