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
 * @param stuck why it could not be shown to be gone
 */
public record StimulusTrace(
        Instant starting,
        Undo undo,
        Optional<Instant> applied,
        Optional<Instant> released,
        Optional<String> failure,
        Optional<String> stuck,
        List<Effect> effects) {

    public StimulusTrace {
        effects = List.copyOf(effects);
    }

    static StimulusTrace started(Instant at, Undo undo) {
        return new StimulusTrace(
                at, undo, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    StimulusTrace applied(Instant at, Effect effect) {
        return new StimulusTrace(starting, undo, Optional.of(at), released, failure, stuck, with(effect));
    }

    StimulusTrace failed(String why) {
        return new StimulusTrace(starting, undo, applied, released, Optional.of(why), stuck, effects);
    }

    StimulusTrace released(Instant at, Effect effect) {
        return new StimulusTrace(starting, undo, applied, Optional.of(at), failure, Optional.empty(), with(effect));
    }

    StimulusTrace stuck(String why) {
        return new StimulusTrace(starting, undo, applied, released, failure, Optional.of(why), effects);
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
