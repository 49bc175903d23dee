package dev.tocsin.stress;

import dev.tocsin.domain.scenario.ServerStimulus;

/** The recipes of what is done to the server as a whole. */
final class ServerRecipes {
    private ServerRecipes() {}

    static Recipe of(ServerStimulus stimulus) throws StressException {
        throw new StressException(stimulus.kind() + " is not built yet");
    }
}
