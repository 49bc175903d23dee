package dev.tocsin.lab;

import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.stress.Prepared;
import java.util.Optional;

/**
 * A stimulus, and how it is known to be in effect.
 *
 * @param readied how it is readied
 * @param measured a figure of its own effect, of which there are at least so many
 * @param seen what somebody else sees of it
 * @param right without which it is refused, where the role has it from the beginning
 * @param again whether another case has the same undo, so that a crash in this one shows nothing new
 */
record StimulusCase(
        Stimulus stimulus,
        Readied readied,
        Optional<Figure> measured,
        Seen seen,
        Optional<String> right,
        boolean again) {
    /** What a stimulus says of itself. */
    record Figure(String what, long least) {}

    /**
     * What is seen from outside.
     *
     * @param rise by how much it is at least higher while the stimulus is in effect
     * @param goesOn whether it rises so much again and again until the release
     */
    record Seen(Gauge gauge, long rise, boolean goesOn) {}

    /** A number that is seen from outside. */
    interface Gauge {
        long read(StressedBed bed) throws Exception;
    }

    /** Makes a stimulus ready on a bed. */
    interface Readied {
        Prepared on(StressedBed bed) throws Exception;
    }

    private static StimulusCase of(Stimulus stimulus, Seen seen) {
        return new StimulusCase(
                stimulus,
                bed -> bed.prepare(bed.stressor(), stimulus),
                Optional.empty(),
                seen,
                Optional.empty(),
                false);
    }

    /** One whose effect is a state: a number that is higher until the release. */
    static StimulusCase raises(Stimulus stimulus, Gauge gauge, long rise) {
        return of(stimulus, new Seen(gauge, rise, false));
    }

    static StimulusCase raises(Stimulus stimulus, String sql, long rise) {
        return raises(stimulus, bed -> bed.number(sql), rise);
    }

    /** One whose effect is that something is so until the release. */
    static StimulusCase makesTrue(Stimulus stimulus, String sql) {
        return raises(stimulus, sql, 1);
    }

    /** One whose effect goes on: a number rises until the release. */
    static StimulusCase keepsRaising(Stimulus stimulus, String sql, long rise) {
        return of(stimulus, new Seen(bed -> bed.number(sql), rise, true));
    }

    StimulusCase measured(String what, long least) {
        return new StimulusCase(stimulus, readied, Optional.of(new Figure(what, least)), seen, right, again);
    }

    StimulusCase readied(Readied otherwise) {
        return new StimulusCase(stimulus, otherwise, measured, seen, right, again);
    }

    StimulusCase needing(String right) {
        return new StimulusCase(stimulus, readied, measured, seen, Optional.of(right), again);
    }

    /** This, where another case shows already that its undo works without the process that applied it. */
    StimulusCase undoneAsAnother() {
        return new StimulusCase(stimulus, readied, measured, seen, right, true);
    }

    @Override
    public String toString() {
        return stimulus.toString();
    }
}
