package dev.tocsin.stress;

import dev.tocsin.domain.scenario.TableStimulus;

/** The recipes of what is done in a scratch schema. */
final class TableRecipes {
    private TableRecipes() {}

    static Recipe of(TableStimulus stimulus) throws StressException {
        throw new StressException(stimulus.kind() + " is not built yet");
    }
}
