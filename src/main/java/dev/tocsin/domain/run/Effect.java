package dev.tocsin.domain.run;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a stimulus was seen to do. */
public sealed interface Effect {
    /** Sessions held open; {@code taken} counts everybody's, ours included. */
    record SessionsHeld(int ours, int taken, int maxConnections) implements Effect {}

    /** Sessions seen asleep in {@code pg_sleep}. */
    record SessionsAsleep(int ours, int maxConnections) implements Effect {}

    /** What was measured on the server of a stimulus in effect. */
    record Measured(List<Figure> figures) implements Effect {
        public Measured {
            figures = List.copyOf(figures);
        }
    }

    /**
     * One figure of what a stimulus does.
     *
     * @param what in words, as they stand after the number: "dead tuples", "MB of WAL"
     */
    record Figure(String what, long value) {}

    /**
     * Nothing of ours is left, which was asked of the server.
     *
     * @param figures what the stimulus had done in all, measured just before
     * @param takenBack what was taken back beside the sessions
     */
    record Cleared(List<Figure> figures, int ended, int terminated, List<String> takenBack) implements Effect {
        public Cleared {
            figures = List.copyOf(figures);
            takenBack = List.copyOf(takenBack);
        }
    }

    /** The API server accepted the deletion of a pod. */
    record PodDeleted(String namespace, String pod, String uid, int restarts, Duration gracePeriod) implements Effect {}

    /** The API server accepted the eviction of a pod: no budget was against it. */
    record PodEvicted(String namespace, String pod, String uid, int restarts, Duration gracePeriod) implements Effect {}

    /**
     * A pod with another UID is ready; times count from the deletion.
     *
     * @param exitCode how the old one's container ended, where that was seen: 137 is SIGKILL
     * @param node where the new one runs, and that node's boot where we may ask for it
     */
    record PodReplaced(
            String namespace,
            String pod,
            String oldUid,
            String newUid,
            int oldRestarts,
            int newRestarts,
            Duration goneAfter,
            Duration readyAfter,
            Optional<Integer> exitCode,
            Optional<String> node,
            Optional<String> bootId)
            implements Effect {}

    /** A pod is ready, seen too late to say for how long there was none; it may be the one that was to be killed. */
    record PodReady(String namespace, String pod, String uid, String killedUid, int restarts) implements Effect {}

    /** Somebody was asked to restart a node; {@code by} is a person or the node's agent. */
    record NodeRestartAsked(String node, String bootId, String by, boolean drained) implements Effect {}

    /**
     * A node has another boot and the target's pod is ready.
     *
     * @param oldUid of the pod before; the same as the new one where the pod outlived the node, as it does in a power cut
     * @param exitCode how the pod's container ended, as the kubelet tells it afterwards
     * @param downFor from the last sight of the old boot to the pod's being ready; empty where Tocsin was away itself
     */
    record NodeRestarted(
            String node,
            String oldBootId,
            String newBootId,
            String namespace,
            String pod,
            String oldUid,
            String newUid,
            int oldRestarts,
            int newRestarts,
            Optional<Integer> exitCode,
            Optional<Duration> downFor)
            implements Effect {}

    /** A node and the target's pod are ready, and the node was not restarted. */
    record NodeReady(String node, String bootId, String namespace, String pod, String uid, int restarts)
            implements Effect {}

    /** No session of ours is left; counted on the server. */
    record SessionsGone(int ended, int terminated) implements Effect {}

    /**
     * Whether this, seen when a stimulus was taken back, proves that it had been applied: a crash of Tocsin may come
     * between the two.
     */
    default boolean provesApplied() {
        return switch (this) {
            case PodReplaced _, NodeRestarted _ -> true;
            case PodReady ready -> !ready.uid().equals(ready.killedUid());
            case SessionsHeld _,
                    SessionsAsleep _,
                    Measured _,
                    Cleared _,
                    PodDeleted _,
                    PodEvicted _,
                    NodeRestartAsked _,
                    NodeReady _,
                    SessionsGone _ -> false;
        };
    }

    /** One line for people. */
    default String summary() {
        return switch (this) {
            case SessionsHeld(int ours, int taken, int max) ->
                "%d of %d connections taken, %d of them ours".formatted(taken, max, ours);
            case SessionsAsleep(int ours, int max) ->
                "%d sessions asleep in pg_sleep (max_connections %d)".formatted(ours, max);
            case Measured(var figures) -> print(figures);
            case Cleared(var figures, int ended, int terminated, var takenBack) ->
                (figures.isEmpty() ? "" : print(figures) + " in all; ")
                        + new SessionsGone(ended, terminated).summary()
                        + (takenBack.isEmpty() ? "" : "; taken back: " + String.join(", ", takenBack));
            case PodDeleted(String namespace, String pod, String uid, int restarts, Duration grace) ->
                "pod %s/%s deleted, uid %s, restarts %d, grace %ds"
                        .formatted(namespace, pod, uid, restarts, grace.toSeconds());
            case PodEvicted(String namespace, String pod, String uid, int restarts, Duration grace) ->
                "pod %s/%s evicted, uid %s, restarts %d, grace %ds"
                        .formatted(namespace, pod, uid, restarts, grace.toSeconds());
            case PodReplaced replaced ->
                "pod %s/%s is back after %.1f s: uid %s replaced %s, restarts %d (were %d), old pod gone after %.1f s"
                                .formatted(
                                        replaced.namespace(),
                                        replaced.pod(),
                                        replaced.readyAfter().toMillis() / 1000.0,
                                        replaced.newUid(),
                                        replaced.oldUid(),
                                        replaced.newRestarts(),
                                        replaced.oldRestarts(),
                                        replaced.goneAfter().toMillis() / 1000.0)
                        + replaced.exitCode().map(code -> ", exit code " + code).orElse("")
                        + replaced.node().map(node -> ", on node " + node).orElse("")
                        + replaced.bootId().map(boot -> " booted as " + boot).orElse("");
            case PodReady(String namespace, String pod, String uid, String killedUid, int restarts) ->
                "pod %s/%s is ready, uid %s, restarts %d: %s"
                        .formatted(
                                namespace,
                                pod,
                                uid,
                                restarts,
                                uid.equals(killedUid)
                                        ? "the very pod that was to be killed"
                                        : "it took the place of " + killedUid);
            case NodeRestartAsked(String node, String bootId, String by, boolean drained) ->
                "restart of node %s asked of %s, boot %s%s".formatted(node, by, bootId, drained ? ", drained" : "");
            case NodeRestarted restarted ->
                "node %s booted as %s (was %s), pod %s/%s is ready, uid %s (was %s), restarts %d (were %d)"
                                .formatted(
                                        restarted.node(),
                                        restarted.newBootId(),
                                        restarted.oldBootId(),
                                        restarted.namespace(),
                                        restarted.pod(),
                                        restarted.newUid(),
                                        restarted.oldUid(),
                                        restarted.newRestarts(),
                                        restarted.oldRestarts())
                        + restarted
                                .exitCode()
                                .map(code -> ", exit code " + code)
                                .orElse("")
                        + restarted
                                .downFor()
                                .map(time -> ", down for %.1f s".formatted(time.toMillis() / 1000.0))
                                .orElse("");
            case NodeReady(String node, String bootId, String namespace, String pod, String uid, int restarts) ->
                "node %s was not restarted, boot %s; pod %s/%s is ready, uid %s, restarts %d"
                        .formatted(node, bootId, namespace, pod, uid, restarts);
            case SessionsGone(int ended, int terminated) ->
                "no session of ours is left: %d ended, %d of them terminated by the server"
                        .formatted(ended, terminated);
        };
    }

    private static String print(List<Figure> figures) {
        return figures.stream()
                .map(figure -> String.format(Locale.ROOT, "%,d %s", figure.value(), figure.what()))
                .collect(Collectors.joining(", "));
    }
}
