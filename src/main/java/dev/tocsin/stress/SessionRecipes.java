package dev.tocsin.stress;

import dev.tocsin.domain.scenario.SessionStimulus;

/** The recipes of what sessions do. */
final class SessionRecipes {
    private SessionRecipes() {}

    static Recipe of(SessionStimulus stimulus) throws StressException {
        return switch (stimulus) {
            case SessionStimulus.RollbackStorm storm -> new RollbackStormRecipe(storm);
            default -> throw new StressException(stimulus.kind() + " is not built yet");
        };
    }
}
