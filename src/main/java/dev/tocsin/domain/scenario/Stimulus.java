package dev.tocsin.domain.scenario;

import java.time.Duration;

/** One thing done to the target. A new kind must be given a driver, an undo and a page in {@code docs/stimuli}. */
public sealed interface Stimulus {

    @Described("Open real connections until a share of max_connections is taken, and keep them open.")
    record ConnectionFlood(
            @Described(
                    value = "How full the server shall be, others' sessions counted: a number of connections or a"
                            + " percentage of max_connections.",
                    example = "96%")
            Size fill,

            @Described(
                    value = "Over what time to get there, evenly. 0s is as fast as the server takes them.",
                    ifAbsent = "0s")
            Duration ramp,

            @Described(
                    value = "Slots always left free; never fewer than the server reserves for superusers.",
                    ifAbsent = "3")
            int reserve)
            implements Stimulus {
        public ConnectionFlood {
            atLeast("reserve", reserve, 0);
        }
    }

    @Described("Keep sessions busy in pg_sleep, alone or inside an open transaction.")
    record SleepLoad(
            @Described(value = "How many sessions sleep: a number or a percentage of max_connections.", example = "10")
            Size sessions,

            @Described(value = "Whether each sleeps inside a transaction of its own.", ifAbsent = "false")
            boolean inTransaction,

            @Described(
                    value = "Slots always left free; never fewer than the server reserves for superusers.",
                    ifAbsent = "3")
            int reserve)
            implements Stimulus {
        public SleepLoad {
            atLeast("reserve", reserve, 0);
        }
    }

    @Described("Delete the target's pod and wait until its successor is ready.")
    record PodKill(
            @Described(
                    value =
                            "How long PostgreSQL may take to stop before it gets SIGKILL. 0s is the least that Kubernetes"
                                    + " can keep without ever running two servers on one volume, which is 1s.",
                    ifAbsent = "0s")
            Duration gracePeriod)
            implements Stimulus {
        public PodKill {
            if (gracePeriod.toMillis() % 1000 != 0) {
                throw new IllegalArgumentException(
                        "gracePeriod: Kubernetes counts in whole seconds, not " + Durations.print(gracePeriod));
            }
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
            implements Stimulus {
        public NodeRestart {
            if (timeout.isZero()) {
                throw new IllegalArgumentException("timeout: no node boots in 0s");
            }
        }
    }

    /** The kind as a scenario writes it. */
    default String kind() {
        return switch (this) {
            case ConnectionFlood _ -> "connectionFlood";
            case SleepLoad _ -> "sleepLoad";
            case PodKill _ -> "podKill";
            case NodeRestart _ -> "nodeRestart";
        };
    }

    /** Whether it works on the pod, and so needs a target that names one. */
    default boolean needsPod() {
        return switch (this) {
            case ConnectionFlood _, SleepLoad _ -> false;
            case PodKill _, NodeRestart _ -> true;
        };
    }

    /** Whether what it did goes on without Tocsin: a pod that was killed stays killed, a session ends with its client. */
    default boolean lasts() {
        return switch (this) {
            case ConnectionFlood _, SleepLoad _ -> false;
            case PodKill _, NodeRestart _ -> true;
        };
    }

    /** This at half its size; itself when it has none. */
    default Stimulus halved() {
        return switch (this) {
            case ConnectionFlood(Size fill, Duration ramp, int reserve) ->
                new ConnectionFlood(fill.halved(), ramp, reserve);
            case SleepLoad(Size sessions, boolean inTransaction, int reserve) ->
                new SleepLoad(sessions.halved(), inTransaction, reserve);
            case PodKill kill -> kill;
            case NodeRestart restart -> restart;
        };
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " is less than " + least);
        }
    }
}
