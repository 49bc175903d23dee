package dev.tocsin.domain.run;

/** How to take a stimulus back without the process that applied it; journalled before the stimulus starts. */
public sealed interface Undo {
    /** End every session of this name that the stress role holds on the target. */
    record TerminateSessions(String target, String applicationName) implements Undo {}

    /** Wait until a pod other than the killed one is ready. */
    record AwaitReadyPod(String target, String namespace, String selector, String killedUid) implements Undo {}
}
