package dev.tocsin.cluster;

import java.util.List;
import java.util.Map;
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
        List<Volume> volumes,
        Map<String, String> annotations) {
    public Pod {
        annotations = Map.copyOf(annotations);
        volumes = List.copyOf(volumes);
    }

    public PodRef ref() {
        return new PodRef(namespace, name, uid);
    }

    /** Whether its owner lets scenarios touch it. */
    public boolean optedIn() {
        return OptIn.ALLOWED.equals(annotations.get(OptIn.ANNOTATION));
    }

    /**
     * One of its volumes.
     *
     * @param kind as its key in the manifest
     * @param claim the PersistentVolumeClaim behind it
     */
    public record Volume(String name, String kind, Optional<String> claim) {}
}
