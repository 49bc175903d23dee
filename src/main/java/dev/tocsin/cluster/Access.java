package dev.tocsin.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What all questions to the API server have in common. */
final class Access {
    /** Not one object by name. */
    private static final String EVERY = "";

    /** As kubectl writes it. */
    private static final Pattern PARTS =
            Pattern.compile("(?<resource>[a-z]+)(?:\\.(?<group>[a-z0-9.]+))?(?:/(?<sub>[a-z]+))?");

    private Access() {}

    static <T> T asking(String what, Supplier<T> question) {
        try {
            return question.get();
        } catch (KubernetesClientException e) {
            throw new ClusterException("cannot " + what + ": " + reason(e), e);
        }
    }

    /** What the API server said, where it said anything; the client wraps that in a page of its own. */
    private static String reason(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus())
                .flatMap(status -> Optional.ofNullable(status.getMessage()))
                .orElseGet(() -> String.valueOf(e.getMessage()));
    }

    /** Asks the API server itself, which is the only one who knows; raw, for the review's model is in a module of its own. */
    static boolean allowed(KubernetesClient client, String verb, String resource, String namespace) {
        return allowed(client, verb, resource, namespace, EVERY);
    }

    /** The same for one object, for a role may allow no others. */
    static boolean allowed(KubernetesClient client, String verb, String resource, String namespace, String name) {
        var attributes = new HashMap<>(Map.of("verb", verb));
        var parts = PARTS.matcher(resource);
        if (!parts.matches()) {
            throw new IllegalArgumentException(resource);
        }
        attributes.put("resource", parts.group("resource"));
        Optional.ofNullable(parts.group("group")).ifPresent(group -> attributes.put("group", group));
        Optional.ofNullable(parts.group("sub")).ifPresent(sub -> attributes.put("subresource", sub));
        if (!name.equals(EVERY)) {
            attributes.put("name", name);
        }
        if (!namespace.equals(Pods.CLUSTER)) {
            attributes.put("namespace", namespace);
        }
        var review = Map.of(
                "apiVersion",
                "authorization.k8s.io/v1",
                "kind",
                "SelfSubjectAccessReview",
                "spec",
                Map.of("resourceAttributes", attributes));
        var answer = asking(
                "ask whether it may " + verb + " " + resource
                        + (namespace.equals(Pods.CLUSTER) ? "" : " in " + namespace),
                () -> client.raw("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "POST", review));
        return Boolean.TRUE.equals(client.getKubernetesSerialization()
                .unmarshal(answer, GenericKubernetesResource.class)
                .<Object>get("status", "allowed"));
    }
}
