package dev.tocsin.stress;

import dev.tocsin.domain.scenario.TableStimulus;

/** The recipes of what is done in a scratch schema. */
final class TableRecipes {
    private TableRecipes() {}

    static Recipe of(TableStimulus stimulus) {
        return switch (stimulus) {
            case TableStimulus.DeadTuples dead -> new DeadTuplesRecipe(dead);
            case TableStimulus.Bloat bloat -> new BloatRecipe(bloat);
            case TableStimulus.StaleVacuum stale -> new StaleVacuumRecipe(stale);
            case TableStimulus.InvalidIndex invalid -> new InvalidIndexRecipe(invalid);
            case TableStimulus.ColdScan scan -> new ColdScanRecipe(scan);
            case TableStimulus.IndexScans scans -> new IndexScansRecipe(scans);
            case TableStimulus.TemporaryFiles files -> new TemporaryFilesRecipe(files);
            case TableStimulus.SequenceExhaustion sequence -> new SequenceExhaustionRecipe(sequence);
            case TableStimulus.RowFlood flood -> new RowFloodRecipe(flood);
            case TableStimulus.DiskFill fill -> new DiskFillRecipe(fill);
        };
    }
}
