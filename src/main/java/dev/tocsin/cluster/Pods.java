package dev.tocsin.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The pods of a cluster. All calls block and throw {@link ClusterException} when the API server refuses or is away. */
public interface Pods extends AutoCloseable {
    /** The namespace of what belongs to none. */
    String CLUSTER = "";

    List<Pod> select(PodSelector selector);

    /**
     * Whether the API server would let Tocsin do that with something of a namespace: {@code list} {@code pods}.
     *
     * @param resource as kubectl writes it: {@code pods/eviction}, {@code networkpolicies.networking.k8s.io}
     */
    boolean mayI(String verb, String resource, String namespace);

    /**
     * Asks for the deletion of this very pod: throws when it is gone already or another one has its name by now.
     *
     * @param gracePeriod zero frees the pod's name before its processes are dead
     */
    void delete(Pod pod, Duration gracePeriod);

    /**
     * The same through the Eviction API, which asks the PodDisruptionBudgets first.
     *
     * @throws BudgetException when one of them says no; then nothing was done
     */
    void evict(Pod pod, Duration gracePeriod);

    /** Asks for the deletion of this very pod, and leaves it the time to stop that it has of its own. */
    void stop(Pod pod);

    /**
     * What is known of the storage behind a pod, a line for each volume. Never throws for a refusal: the line says what could
     * not be asked.
     */
    List<String> storage(Pod pod);

    /** The boot of a node; empty when we may not ask, or the node is unknown. Never throws for a refusal. */
    Optional<String> bootId(String node);

    /** The nodes of the same cluster; they live as long as this. */
    Nodes nodes();

    /** The NetworkPolicies of the same cluster; they live as long as this. */
    Policies policies();

    /** What the node agents of the same cluster read, in a namespace of theirs; it lives as long as this. */
    Board board(String namespace);

    /** What the API server of the same cluster knows of tokens; it lives as long as this. */
    Reviews reviews();

    /** Events about pods of the same cluster; it lives as long as this. */
    Events events();

    /** A lease of the same cluster, which must be closed before this is. */
    Lease lease(String namespace, String name, String identity);

    @Override
    void close();
}
