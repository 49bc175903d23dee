package dev.tocsin.domain.scenario;

import java.time.Duration;
import java.util.Optional;

/** What is done to the pod or the node behind a target, and goes on without Tocsin. */
public sealed interface ClusterStimulus extends Stimulus {

    @Described("Delete the target's pod and wait until its successor is ready.")
    record PodKill(
            @Described(
                    value =
                            "How long PostgreSQL may take to stop before it gets SIGKILL. 0s is the least that Kubernetes"
                                    + " can keep without ever running two servers on one volume, which is 1s.",
                    ifAbsent = "0s")
            Duration gracePeriod,

            @Described(
                    "Whether the pod is evicted, which PodDisruptionBudgets may refuse, and not just deleted. Default: false.")
            Optional<Boolean> evict)
            implements ClusterStimulus {
        public PodKill {
            if (gracePeriod.toMillis() % 1000 != 0) {
                throw new IllegalArgumentException(
                        "gracePeriod: Kubernetes counts in whole seconds, not " + Durations.print(gracePeriod));
            }
        }

        /** Whether budgets are asked. */
        public boolean evicts() {
            return evict.orElse(false);
        }
    }

    @Described("Restart the node that the target's pod runs on, and wait until both are back.")
    record NodeRestart(
            @Described(
                    value = "Whether a person restarts it, whom Tocsin asks. Otherwise the agent on the node does.",
                    ifAbsent = "false")
            boolean manual,

            @Described(
                    value =
                            "Whether the pod is stopped in order first, and kept away until the node is back. Without it"
                                    + " the restart is a power cut.",
                    ifAbsent = "false")
            boolean drain,

            @Described(value = "How long to wait, from the asking, until the node has booted.", ifAbsent = "10m")
            Duration timeout)
            implements ClusterStimulus {
        public NodeRestart {
            if (timeout.isZero()) {
                throw new IllegalArgumentException("timeout: no node boots in 0s");
            }
        }
    }

    @Override
    default boolean needsPod() {
        return true;
    }

    @Override
    default boolean lasts() {
        return true;
    }
}
