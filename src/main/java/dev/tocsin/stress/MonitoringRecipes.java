package dev.tocsin.stress;

import dev.tocsin.domain.scenario.MonitoringStimulus;

/** The recipes of what is done to how the server is watched. */
final class MonitoringRecipes {
    private MonitoringRecipes() {}

    static Recipe of(MonitoringStimulus stimulus) {
        return switch (stimulus) {
            case MonitoringStimulus.ExporterLockout _ -> new ExporterLockoutRecipe();
            case MonitoringStimulus.ExporterQueryFailure failure -> new ExporterQueryFailureRecipe(failure);
            case MonitoringStimulus.ExporterSlowdown slowdown -> new ExporterSlowdownRecipe(slowdown);
            case MonitoringStimulus.NetworkIsolation isolation -> new NetworkIsolationRecipe(isolation);
        };
    }
}
