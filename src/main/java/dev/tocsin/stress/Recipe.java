package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import java.util.List;

/** What a kind of stimulus needs, leaves behind and does, where it works through SQL; one for each such kind. */
interface Recipe {
    /** The rights it cannot do without. */
    default List<Privilege> needs() {
        return List.of();
    }

    /**
     * What it may leave in the server beside its sessions, found out before anything is done.
     *
     * @throws StressException when the target cannot take the stimulus as written
     */
    default List<Leftover> leaves(Workplace place) throws StressException {
        return List.of();
    }

    /** Brings it into full effect, and measures that on the server. What it starts through the workplace goes on. */
    Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException;

    /** What it did in all, asked just before it is taken back; for what goes on until then. */
    default List<Effect.Figure> total(Workplace place) throws StressException {
        return List.of();
    }
}
