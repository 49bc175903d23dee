package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.scenario.ServerStimulus.CheckpointStorm;
import java.time.Duration;
import java.util.List;

/** Asks for one checkpoint after the other. */
final class CheckpointStormRecipe implements Recipe {
    /** In PostgreSQL 17 the counters moved to a view of their own. */
    private static final int OWN_VIEW = 170_000;

    /** The first one may have much to write. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** One could be anybody's. */
    private static final int FULL_EFFECT = 2;

    private final CheckpointStorm storm;
    private long before;

    CheckpointStormRecipe(CheckpointStorm storm) {
        this.storm = storm;
    }

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.checkpoint());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        before = place.control().number(requested(place));
        place.repeat(storm.every(), session -> session.run("CHECKPOINT", PATIENCE));
        var counted = place.await(progress, requested(place), seen -> seen >= before + FULL_EFFECT);
        return new Effect.Measured(List.of(new Effect.Figure("checkpoints asked for so far", counted - before)));
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        return List.of(
                new Effect.Figure("checkpoints asked for", place.control().number(requested(place)) - before));
    }

    private static String requested(Workplace place) {
        return place.limits().version() < OWN_VIEW
                ? "SELECT checkpoints_req FROM pg_stat_bgwriter"
                : "SELECT num_requested FROM pg_stat_checkpointer";
    }
}
