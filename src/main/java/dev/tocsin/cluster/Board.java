package dev.tocsin.cluster;

import java.util.Map;

/**
 * The one object through which restarts of nodes are asked for and answered, so that there is one at a time in a
 * cluster. All calls block and throw {@link ClusterException} when the API server refuses, is away, or has no such object.
 */
public interface Board {
    Posted read();

    /** Writes all of it anew; false when somebody else wrote since it was read, and then nothing was written. */
    boolean write(Posted before, Map<String, String> data);

    /** The namespace it is in. */
    String where();

    /** Whether the API server would let us write. */
    boolean mayWrite();

    /** What stands there. */
    record Posted(String version, Map<String, String> data) {
        public Posted {
            data = Map.copyOf(data);
        }
    }
}
