package dev.tocsin.cluster;

import java.util.List;
import java.util.Optional;

/**
 * What Tocsin needs to know of a pod; {@code restarts} sums over its containers.
 *
 * @param exitCode of the container that ended last, while the pod is still listed
 * @param node where it runs
 * @param volumes those that data can be kept on
 */
public record Pod(
        String namespace,
        String name,
        String uid,
        int restarts,
        boolean ready,
        Optional<Integer> exitCode,
        Optional<String> node,
        List<Volume> volumes) {
    public Pod {
        volumes = List.copyOf(volumes);
    }

    /**
     * One of its volumes.
     *
     * @param kind as its key in the manifest
     * @param claim the PersistentVolumeClaim behind it
     */
    public record Volume(String name, String kind, Optional<String> claim) {}
}
