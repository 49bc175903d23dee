package dev.tocsin.cluster;

import java.util.Optional;

/** The nodes of a cluster. All calls block and throw {@link ClusterException} when the API server refuses or is away. */
public interface Nodes {
    /** A node by name; empty when there is none of that name. */
    Optional<Node> find(String name);

    /** Lets new pods come to a node, or keeps them away. What runs there goes on. */
    void schedulable(String name, boolean schedulable);

    /** Whether the API server would let Tocsin do that with nodes: {@code get}, {@code patch}. */
    boolean mayI(String verb);
}
