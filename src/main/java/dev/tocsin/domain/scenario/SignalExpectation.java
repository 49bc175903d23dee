package dev.tocsin.domain.scenario;

import java.time.Duration;
import java.util.Optional;

/**
 * A signal that people would see on a dashboard, and what it must do.
 *
 * @param promql its expression; each series it gives is one signal
 * @param causedBy the name of the stimulus that must move it
 * @param shows while that stimulus is on, any series has fresh data
 * @param reaches while that stimulus is on, any series is there once
 * @param moves while that stimulus is on, any series leaves what it was before, noise taken into account
 * @param stays every series is there from the start of the stimulus to the end of the run
 * @param returnsTo after the release every series comes to be there, and is at its last two points
 * @param within how long {@code reaches} and {@code moves} may take from the stimulus' full effect, and {@code returnsTo}
 *     from its release; absent means derived from the expression
 * @param scale how its panel shows it, for one of a dashboard
 */
public record SignalExpectation(
        String name,
        String promql,
        String causedBy,
        boolean shows,
        Optional<Level.Compared> reaches,
        Optional<Movement> moves,
        Optional<Level> stays,
        Optional<Level> returnsTo,
        Optional<Duration> within,
        Optional<Scale> scale) {

    /** Whether something about it is decided while the stimulus is on. */
    public boolean awaitedDuringStress() {
        return shows || reaches.isPresent() || moves.isPresent();
    }
}
