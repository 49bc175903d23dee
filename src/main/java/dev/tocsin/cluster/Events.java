package dev.tocsin.cluster;

import java.time.Instant;

/** Events about pods. All calls block and throw {@link ClusterException} when the API server refuses or is away. */
public interface Events {
    void create(Event event);

    /**
     * What happened, for those who describe the pod.
     *
     * @param reason one word in CamelCase
     */
    record Event(PodRef about, Kind kind, String reason, String message, Instant at) {}

    /** As Kubernetes spells it, in other letters. */
    enum Kind {
        NORMAL,
        WARNING
    }
}
