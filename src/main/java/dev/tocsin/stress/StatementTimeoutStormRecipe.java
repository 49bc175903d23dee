package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.SessionStimulus.StatementTimeoutStorm;
import java.util.List;

/**
 * Sleeps for longer than the statement_timeout of its own sessions allows.
 *
 * <p>The server counts these only in its log, but it rolls each back, and tells so of a session that reads a table.
 */
record StatementTimeoutStormRecipe(StatementTimeoutStorm storm) implements Recipe {
    private static final String ROLLED_BACK =
            "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";

    /** Each writes at least two lines into the server's log. */
    private static final int MOST = 1_000;

    private static final int PER_SESSION = 50;

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        if (storm.rate() > MOST) {
            throw new StressException("rate %d would flood the server's log, at most %d statements a second are sent"
                    .formatted(storm.rate(), MOST));
        }
        SlotBound.beside(place, sessions());
        return List.of();
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        place.load(sessions(), storm.rate(), StatementTimeoutStormRecipe::once);
        var counted = Rate.await(place, progress, "statements timed out", ROLLED_BACK, storm.rate());
        return new Effect.Measured(List.of(new Effect.Figure("statements timed out a second", counted)));
    }

    private static void once(Sql session) throws StressException {
        // For the transaction only: a SET that stays would itself be timed on the next round, and may take 1 ms too.
        session.run("BEGIN; SET LOCAL statement_timeout = 1");
        var timedOut = session.endsWith(
                Sql.CANCELLED, "SELECT pg_catalog.pg_sleep(1) FROM pg_catalog.pg_namespace LIMIT 1", Sql.ANSWER);
        session.run("ROLLBACK");
        if (!timedOut) {
            throw new StressException("a statement of 1 s was not ended by a statement_timeout of 1 ms");
        }
    }

    private int sessions() {
        return Math.ceilDiv(storm.rate(), PER_SESSION);
    }
}
