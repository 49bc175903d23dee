package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.stress.Prepared.Held;

/**
 * Sessions that stand, and how they are taken back.
 *
 * @param busy whether each runs a statement, which must be cancelled before its connection can be closed
 */
record HeldSessions(Server control, Sessions sessions, boolean busy, Effect effect) implements Held {
    @Override
    public Effect release() throws StressException, InterruptedException {
        var ours = sessions.size();
        return new Effect.SessionsGone(ours, sessions.release(control, busy));
    }
}
