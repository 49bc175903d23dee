package dev.tocsin.domain.run;

import java.util.List;

/** How to take a stimulus back without the process that applied it; journalled before the stimulus starts. */
public sealed interface Undo {
    /** End every session of this name that the stress role holds on the target. */
    record TerminateSessions(String target, String applicationName) implements Undo {}

    /**
     * End every session of this name, and take back what they left, in order.
     *
     * @param leftovers what may be there, found out before anything was done
     */
    record Clear(String target, String applicationName, List<Leftover> leftovers) implements Undo {
        public Clear {
            leftovers = List.copyOf(leftovers);
        }
    }

    /**
     * Wait until a node and the pod on it are back, whether or not the node was restarted.
     *
     * @param bootId the boot before the restart
     * @param uncordon whether the node was made unschedulable by us, and so must be made schedulable again
     * @param podUid the pod before the restart
     * @param restarts of that pod's containers before the restart
     */
    record AwaitNode(
            String target,
            String node,
            String bootId,
            boolean uncordon,
            String namespace,
            String selector,
            String podUid,
            int restarts)
            implements Undo {}

    /** Whether the target cannot come back before this was done. */
    default boolean blocks() {
        return switch (this) {
            case AwaitNode wait -> wait.uncordon();
            case TerminateSessions _, Clear _, AwaitReadyPod _ -> false;
        };
    }

    /** Wait until a pod other than the killed one is ready. */
    record AwaitReadyPod(String target, String namespace, String selector, String killedUid) implements Undo {}
}
