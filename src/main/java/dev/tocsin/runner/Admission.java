package dev.tocsin.runner;

import dev.tocsin.domain.run.RunId;
import java.util.Optional;

/** What becomes of a request for a run. */
public sealed interface Admission {
    /** It begins. */
    record Admitted(RunId run) implements Admission {}

    /** The same request was admitted before, and this is its run. */
    record Repeated(RunId run) implements Admission {}

    /** The key was used for another request. */
    record KeyReused() implements Admission {}

    /** Another run, or the aftermath of a crash, has the target. */
    record Busy(String target, Optional<RunId> by) implements Admission {}

    /** Its admission is not on disk, so it does not begin. */
    record NotStored(String why) implements Admission {}

    /** It can never be run here. */
    record Refused(String why) implements Admission {}
}
