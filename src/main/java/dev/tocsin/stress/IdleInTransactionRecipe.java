package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.SessionStimulus.IdleInTransaction;
import java.util.List;

/** Leaves transactions open. Nothing is read in them, so they hold back no vacuum. */
record IdleInTransactionRecipe(IdleInTransaction idle) implements Recipe {
    private static final int REPORT_EVERY = 25;

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        SlotBound.beside(place, wanted(place), idle.reserve());
        return List.of();
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        for (var opened = 1; opened <= wanted(place) && !progress.stopped(); opened++) {
            place.session().run("BEGIN; SELECT 1");
            if (opened % REPORT_EVERY == 0) {
                progress.report(opened + " transactions open");
            }
        }
        var seen = place.await(progress, idle(place), count -> count >= wanted(place));
        return new Effect.Measured(List.of(new Effect.Figure("sessions idle in transaction", seen)));
    }

    /** The server, or somebody else, may have ended some of them. */
    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        return List.of(new Effect.Figure(
                "sessions idle in transaction until the end", place.control().number(idle(place))));
    }

    private int wanted(Workplace place) {
        return idle.sessions().of(place.limits().maxConnections());
    }

    private static String idle(Workplace place) {
        return place.ours() + " AND state = 'idle in transaction'";
    }
}
