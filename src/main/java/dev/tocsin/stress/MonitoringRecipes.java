package dev.tocsin.stress;

import dev.tocsin.domain.scenario.MonitoringStimulus;

/** The recipes of what is done to how the server is watched. */
final class MonitoringRecipes {
    private MonitoringRecipes() {}

    static Recipe of(MonitoringStimulus stimulus) throws StressException {
        throw new StressException(stimulus.kind() + " is not built yet");
    }
}
