package dev.tocsin.cluster;

import java.util.function.Consumer;

/** The right to be the only writer, which one process of a cluster holds at a time. Closing gives it back. */
public interface Lease extends AutoCloseable {
    /**
     * Blocks until it is ours, and says in the log whom it waits for.
     *
     * @param lost told why, once, if it is lost later though it was not given back
     * @throws ClusterException when the service account may not use leases
     */
    void acquire(Consumer<String> lost) throws InterruptedException;

    @Override
    void close();
}
