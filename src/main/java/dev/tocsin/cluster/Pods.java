package dev.tocsin.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The pods of a cluster. All calls block and throw {@link ClusterException} when the API server refuses or is away. */
public interface Pods extends AutoCloseable {
    List<Pod> select(PodSelector selector);

    /** Whether the API server would let Tocsin do that with pods of a namespace: {@code list}, {@code delete}. */
    boolean mayI(String verb, String namespace);

    /**
     * Asks for the deletion of this very pod: throws when it is gone already or another one has its name by now.
     *
     * @param gracePeriod zero frees the pod's name before its processes are dead
     */
    void delete(Pod pod, Duration gracePeriod);

    /** The boot of a node; empty when we may not ask, or the node is unknown. Never throws for a refusal. */
    Optional<String> bootId(String node);

    @Override
    void close();
}
