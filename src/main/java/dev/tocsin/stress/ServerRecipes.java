package dev.tocsin.stress;

import dev.tocsin.domain.scenario.ServerStimulus;

/** The recipes of what is done to the server as a whole. */
final class ServerRecipes {
    private ServerRecipes() {}

    static Recipe of(ServerStimulus stimulus) {
        return switch (stimulus) {
            case ServerStimulus.WalBurst burst -> new WalBurstRecipe(burst);
            case ServerStimulus.CheckpointStorm storm -> new CheckpointStormRecipe(storm);
            case ServerStimulus.ArchiverFailure failure -> new ArchiverFailureRecipe(failure);
            case ServerStimulus.UnusedSlot slot -> new UnusedSlotRecipe(slot);
            case ServerStimulus.SettingChange change -> new SettingChangeRecipe(change);
            case ServerStimulus.SubscriptionFailure failure -> new SubscriptionFailureRecipe(failure);
            case ServerStimulus.ReplayPause pause -> new ReplayPauseRecipe(pause);
            case ServerStimulus.StandbyDetach _ -> new StandbyDetachRecipe();
            case ServerStimulus.StandbyPromotion _ -> new StandbyPromotionRecipe();
        };
    }
}
