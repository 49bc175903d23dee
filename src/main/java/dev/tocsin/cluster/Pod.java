package dev.tocsin.cluster;

import java.util.Optional;

/**
 * What Tocsin needs to know of a pod; {@code restarts} sums over its containers.
 *
 * @param exitCode of the container that ended last, while the pod is still listed
 * @param node where it runs
 */
public record Pod(
        String namespace,
        String name,
        String uid,
        int restarts,
        boolean ready,
        Optional<Integer> exitCode,
        Optional<String> node) {}
