package dev.tocsin.stress;

import dev.tocsin.domain.scenario.MonitoringStimulus;

/** The recipes of what is done to how the server is watched. */
final class MonitoringRecipes {
    private MonitoringRecipes() {}

    static Recipe of(MonitoringStimulus stimulus) throws StressException {
        return switch (stimulus) {
            case MonitoringStimulus.ExporterLockout _ -> new ExporterLockoutRecipe();
            case MonitoringStimulus.ExporterQueryFailure failure -> new ExporterQueryFailureRecipe(failure);
            case MonitoringStimulus.ExporterSlowdown slowdown -> new ExporterSlowdownRecipe(slowdown);
            default -> throw new StressException(stimulus.kind() + " is not built yet");
        };
    }
}
