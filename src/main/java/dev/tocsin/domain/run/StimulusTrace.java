package dev.tocsin.domain.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one stimulus of a run.
 *
 * @param starting when its undo was journalled, just before anything was done
 * @param released when it was shown to be gone
 * @param failure why it could not be applied
 * @param refused whether that is what somebody who may say no said, and nothing broke
 * @param interrupted whether Tocsin died while it was on, so that it lasted for as long as nobody knows
 * @param stuck why it could not be shown to be gone
 */
public record StimulusTrace(
        Instant starting,
        Undo undo,
        Optional<Instant> applied,
        Optional<Instant> released,
        Optional<String> failure,
        boolean refused,
        Optional<String> stuck,
        boolean interrupted,
        List<Effect> effects) {

    public StimulusTrace {
        effects = List.copyOf(effects);
    }

    static StimulusTrace started(Instant at, Undo undo) {
        return new StimulusTrace(
                at,
                undo,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                false,
                List.of());
    }

    StimulusTrace applied(Instant at, Effect effect) {
        return new StimulusTrace(
                starting, undo, Optional.of(at), released, failure, refused, stuck, interrupted, with(effect));
    }

    StimulusTrace failed(String why) {
        return new StimulusTrace(
                starting, undo, applied, released, Optional.of(why), false, stuck, interrupted, effects);
    }

    StimulusTrace refused(String why) {
        return new StimulusTrace(
                starting, undo, applied, released, Optional.of(why), true, stuck, interrupted, effects);
    }

    StimulusTrace released(Instant at, Effect effect) {
        return new StimulusTrace(
                starting,
                undo,
                applied,
                Optional.of(at),
                failure,
                refused,
                Optional.empty(),
                interrupted,
                with(effect));
    }

    StimulusTrace stuck(String why) {
        return new StimulusTrace(
                starting, undo, applied, released, failure, refused, Optional.of(why), interrupted, effects);
    }

    /** Tocsin died; what was on then is only taken back. */
    StimulusTrace broughtToAnEnd() {
        return unreleased()
                ? new StimulusTrace(starting, undo, applied, released, failure, refused, stuck, true, effects)
                : this;
    }

    /** Whether its undo is still owed. */
    public boolean unreleased() {
        return released.isEmpty();
    }

    private List<Effect> with(Effect effect) {
        var all = new ArrayList<>(effects);
        all.add(effect);
        return all;
    }
}
