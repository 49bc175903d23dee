package dev.tocsin.cluster;

import java.util.Map;

/**
 * What Tocsin needs to know of a node.
 *
 * @param bootId another one after each start of its kernel
 * @param schedulable false while it is cordoned
 */
public record Node(String name, String bootId, boolean ready, boolean schedulable, Map<String, String> labels) {
    public Node {
        labels = Map.copyOf(labels);
    }
}
