package dev.tocsin.cluster;

import java.time.Duration;
import java.util.List;

/** The pods of a cluster. All calls block and throw {@link ClusterException} when the API server refuses or is away. */
public interface Pods extends AutoCloseable {
    List<Pod> select(PodSelector selector);

    /** Asks for the deletion; a grace period of zero is SIGKILL at once. */
    void delete(Pod pod, Duration gracePeriod);

    @Override
    void close();
}
