package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.SessionStimulus.LockHoard;
import java.util.List;

/** Holds advisory locks, all in one mode and one transaction, for rules divide by mode and by database. */
record LockHoardRecipe(LockHoard hoard) implements Recipe {
    /** Who finds the shared lock table full is refused any lock at all. */
    private static final int MOST_PERCENT = 60;

    private static final int AT_ONCE = 5_000;

    private static final String TABLE = "SELECT current_setting('max_locks_per_transaction')::bigint"
            + " * current_setting('max_connections')::bigint";
    private static final String TAKEN = "SELECT count(*) FROM pg_locks WHERE NOT fastpath";

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        SlotBound.beside(place, 1);
        var table = place.control().number(TABLE);
        var others = place.control().number(TAKEN);
        var most = table * MOST_PERCENT / 100;
        var wanted = wanted(table);
        if (others + wanted > most) {
            throw new StressException(("locks %s is %d beside %d that are held, but the lock table is shared and has %d"
                            + " (max_locks_per_transaction times max_connections): at most %d%%, %d, may be taken")
                    .formatted(hoard.locks(), wanted, others, table, MOST_PERCENT, most));
        }
        return List.of();
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var table = place.control().number(TABLE);
        var wanted = wanted(table);
        var session = place.session();
        var holder = session.number("SELECT pg_backend_pid()::bigint");
        session.run("BEGIN");
        for (var first = 1; first <= wanted && !progress.stopped(); first += AT_ONCE) {
            var last = Math.min(wanted, first + AT_ONCE - 1);
            session.run("SELECT count(pg_advisory_xact_lock(%d, i)) FROM generate_series(%d, %d) AS i"
                    .formatted(place.key(), first, last));
            progress.report(last + " of " + wanted + " locks held");
        }
        var held = place.await(
                progress,
                "SELECT count(*) FROM pg_locks WHERE granted AND locktype = 'advisory' AND pid = " + holder,
                seen -> seen >= wanted);
        return new Effect.Measured(List.of(
                new Effect.Figure("locks held in one transaction", held),
                new Effect.Figure("percent of the lock table", held * 100 / table)));
    }

    private int wanted(long table) {
        return hoard.locks().of(Math.toIntExact(table));
    }
}
