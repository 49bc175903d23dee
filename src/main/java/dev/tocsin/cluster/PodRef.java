package dev.tocsin.cluster;

import java.util.Map;
import java.util.Optional;

/** This very pod, and not another one that has its name by then. */
public record PodRef(String namespace, String name, String uid) {
    /** Tocsin's own, as the downward API tells it in the environment; empty outside of a cluster. */
    public static Optional<PodRef> own(Map<String, String> environment) {
        var namespace = environment.getOrDefault("POD_NAMESPACE", "");
        var name = environment.getOrDefault("POD_NAME", "");
        return namespace.isEmpty() || name.isEmpty()
                ? Optional.empty()
                : Optional.of(new PodRef(namespace, name, environment.getOrDefault("POD_UID", "")));
    }
}
