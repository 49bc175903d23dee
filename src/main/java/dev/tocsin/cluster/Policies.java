package dev.tocsin.cluster;

import java.time.Instant;
import java.util.List;

/** NetworkPolicies. All calls block and throw {@link ClusterException} when the API server refuses or is away. */
public interface Policies {
    /** Those of a pod's namespace that select it and let somebody in; they only add up, so none can take back another's. */
    List<String> admitting(Pod pod);

    /** Shuts the pods of a selector to everybody but Tocsin's own namespace. */
    void isolate(Isolation isolation);

    boolean exists(String namespace, String name);

    /** Nothing to do when there is none. */
    void remove(String namespace, String name);

    /**
     * A policy of ours.
     *
     * @param labels of the pods
     * @param expires by when it must be gone, for people who find it
     */
    record Isolation(String namespace, String name, PodLabels labels, Instant expires) {}
}
