package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;

/**
 * A stimulus ready to start: nothing has been done to the target yet, and how to take it back is known. Closing it ends
 * what it used to watch the target; it comes after the release.
 */
public interface Prepared extends AutoCloseable {
    Undo undo();

    /**
     * Applies it, and returns when it is in full effect or was told to stop. When it throws, everything it had begun
     * has been taken back as far as that was possible; {@link Stressor#undo} then makes sure.
     */
    Held apply(Progress progress) throws StressException, InterruptedException;

    @Override
    void close();

    /** Whether its undo makes up for a release that failed; what a lull stopped, an undo cannot start again. */
    default boolean undoReleases() {
        return true;
    }

    /** A stimulus in effect. */
    interface Held {
        Effect effect();

        /** Takes it back and returns only when that was verified. */
        Effect release() throws StressException, InterruptedException;
    }
}
