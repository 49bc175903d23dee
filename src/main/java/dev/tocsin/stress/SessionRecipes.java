package dev.tocsin.stress;

import dev.tocsin.domain.scenario.SessionStimulus;

/** The recipes of what sessions do. */
final class SessionRecipes {
    private SessionRecipes() {}

    static Recipe of(SessionStimulus stimulus) throws StressException {
        return switch (stimulus) {
            case SessionStimulus.IdleInTransaction idle -> new IdleInTransactionRecipe(idle);
            case SessionStimulus.LockHoard hoard -> new LockHoardRecipe(hoard);
            case SessionStimulus.LockWaits waits -> new LockWaitsRecipe(waits);
            case SessionStimulus.DeadlockStorm storm -> new DeadlockStormRecipe(storm);
            case SessionStimulus.RollbackStorm storm -> new RollbackStormRecipe(storm);
            case SessionStimulus.CommitStorm storm -> new CommitStormRecipe(storm);
            case SessionStimulus.StatementTimeoutStorm storm -> new StatementTimeoutStormRecipe(storm);
            case SessionStimulus.TransactionIdAge age -> new TransactionIdAgeRecipe(age);
            case SessionStimulus.Workload workload -> new WorkloadRecipe(workload);
            case SessionStimulus.Lull lull ->
                throw new StressException("a lull needs a background load " + lull.of() + " that goes on");
            case SessionStimulus.ConnectionFlood _, SessionStimulus.SleepLoad _ ->
                throw new IllegalArgumentException(stimulus.kind() + " has a driver of its own");
        };
    }
}
