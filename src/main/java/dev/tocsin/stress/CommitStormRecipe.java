package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.SessionStimulus.CommitStorm;
import java.util.List;

/** Commits transactions that have no id and write nothing. */
record CommitStormRecipe(CommitStorm storm) implements Recipe {
    /** Flat out it keeps the exporter from answering, and then other alerts ring. */
    private static final int MOST = 50_000;

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        if (storm.rate() > MOST) {
            throw new StressException(
                    "rate %d would starve others, at most %d commits a second are made".formatted(storm.rate(), MOST));
        }
        SlotBound.beside(place, storm.sessions());
        return List.of();
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var commits = new Commits(storm.rate(), storm.sessions(), false);
        place.load(storm.sessions(), commits.statementsPerSecond(), commits::once);
        var counted = Rate.await(place, progress, "commits", Commits.counter(place.database()), storm.rate());
        return new Effect.Measured(List.of(new Effect.Figure("commits a second", counted)));
    }
}
