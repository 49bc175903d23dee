package dev.tocsin.domain.scenario;

/** One thing done to the target. A new kind must be given a driver, an undo and a page in {@code docs/stimuli}. */
public sealed interface Stimulus
        permits SessionStimulus, TableStimulus, ServerStimulus, MonitoringStimulus, ClusterStimulus {

    /** The kind as a scenario writes it. */
    default String kind() {
        var name = getClass().getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /** Whether it works on the pod, and so needs a target that names one. */
    default boolean needsPod() {
        return false;
    }

    /** Whether it works on a standby, and so needs a target that names one. */
    default boolean needsStandby() {
        return false;
    }

    /** Whether it works on the exporter's role, and so needs a target that names one. */
    default boolean needsExporter() {
        return false;
    }

    /** Whether what it did goes on without Tocsin: a pod that was killed stays killed, a session ends with its client. */
    default boolean lasts() {
        return false;
    }

    /** Whether there are series only under it, as those of a table that it makes. */
    default boolean makesSeries() {
        return false;
    }

    /** This at half its size; itself when it has none. */
    default Stimulus halved() {
        return this;
    }

    /** Throws {@link IllegalArgumentException}, naming the key. */
    static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " is less than " + least);
        }
    }
}
