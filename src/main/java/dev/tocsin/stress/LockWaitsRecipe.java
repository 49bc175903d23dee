package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.SessionStimulus.LockWaits;
import java.util.List;

/** One session updates a row of a table of its own and leaves it locked; others want to update it too. */
record LockWaitsRecipe(LockWaits waits) implements Recipe {
    private static final int REPORT_EVERY = 25;

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.createSchema());
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        SlotBound.beside(place, waits.waiters() + 1);
        return List.of(place.leftSchema());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        place.createSchema();
        place.control()
                .run("CREATE TABLE " + place.table("pile") + " AS SELECT i, 0 AS n FROM generate_series(0, "
                        + waits.waiters() + ") AS i");
        place.session().run("BEGIN; " + update(place, 0));
        for (var waiter = 1; waiter <= waits.waiters() && !progress.stopped(); waiter++) {
            var session = place.session();
            // Nobody waits for longer than the stimulus may last, whatever the role's own timeouts are.
            session.run("SET statement_timeout = 0; SET lock_timeout = "
                    + place.bound().toMillis());
            if (waits.chain()) {
                session.run("BEGIN; " + update(place, waiter));
            }
            session.send(update(place, waits.chain() ? waiter - 1 : 0)).onFailure(_ -> {}); // cancelled by the release
            if (waiter % REPORT_EVERY == 0) {
                progress.report(waiter + " sessions sent to wait");
            }
        }
        var waiting =
                place.await(progress, place.ours() + " AND wait_event_type = 'Lock'", seen -> seen >= waits.waiters());
        return new Effect.Measured(List.of(new Effect.Figure("sessions waiting for a lock", waiting)));
    }

    private static String update(Workplace place, int row) {
        return "UPDATE " + place.table("pile") + " SET n = n + 1 WHERE i = " + row;
    }
}
