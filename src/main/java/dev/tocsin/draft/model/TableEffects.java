package dev.tocsin.draft.model;

import dev.tocsin.domain.scenario.TableStimulus;

/** What a scratch schema of ours looks like from outside. */
final class TableEffects {
    /** The tables are called as those of the stimuli are: a matcher may have to name one. */
    private static final String SCRATCH = "tocsin";

    private static final double ROWS_PER_SECOND = 200_000;
    private static final double BYTES_PER_SECOND = 80e6;
    private static final double BLOCK = 8192;

    /** What a row takes in its table. */
    private static final double ROW = 72;

    /** A table that is flooded is emptied when it has grown to this. */
    private static final double MOST_FLOODED = 256L << 20;

    private TableEffects() {}

    static void apply(TableStimulus stimulus, State state, Course course) {
        counted(stimulus, state, course);
        if (course.active()) {
            held(stimulus, state, course);
        }
    }

    /** What stays in the counters of the database when the schema is dropped. */
    private static void counted(TableStimulus stimulus, State state, Course course) {
        var ours = state.ours();
        var elapsed = course.elapsed();
        switch (stimulus) {
            case TableStimulus.DeadTuples dead -> {
                var done = Math.min(dead.rows(), elapsed * ROWS_PER_SECOND);
                ours.inserted += done;
                ours.updated += done;
                state.extended += done * ROW / BLOCK;
            }
            case TableStimulus.ColdScan scan -> scanned(scan, state, course);
            case TableStimulus.IndexScans scans -> {
                // An entry of the index is returned for each row that is fetched by it.
                ours.fetched += 1.0 * scans.rate() * scans.rows() * elapsed;
                ours.returned += 1.0 * scans.rate() * scans.rows() * elapsed;
            }
            case TableStimulus.TemporaryFiles files -> {
                ours.tempFiles += files.rate() * elapsed;
                ours.tempBytes += files.rate() * elapsed * files.size().bytes();
            }
            case TableStimulus.RowFlood flood -> {
                switch (flood.operation()) {
                    case INSERT -> {
                        ours.inserted += flood.rate() * elapsed;
                        state.extended += flood.rate() * elapsed * ROW / BLOCK;
                    }
                    case UPDATE -> ours.updated += flood.rate() * elapsed;
                    case DELETE -> ours.deleted += flood.rate() * elapsed;
                }
                ours.commits += elapsed;
                state.xid += elapsed;
            }
            case TableStimulus.DiskFill fill ->
                state.extended += Math.min(fill.size().bytes(), elapsed * BYTES_PER_SECOND) / BLOCK;
            case TableStimulus.Bloat bloat ->
                state.extended += Math.min(bloat.size().bytes(), elapsed * BYTES_PER_SECOND) / BLOCK;
            case TableStimulus.StaleVacuum _, TableStimulus.InvalidIndex _, TableStimulus.SequenceExhaustion _ -> {}
        }
    }

    private static void scanned(TableStimulus.ColdScan scan, State state, Course course) {
        var ours = state.ours();
        var elapsed = course.elapsed();
        if (scan.resetStatistics() && elapsed > 0) {
            state.reset(state.world.database(), State.atRest(state.world, 0).ours(), State.EPOCH);
            if (!course.active()) {
                return; // they were reset again when it was taken back
            }
        }
        ours.blocksRead +=
                pages(scan) * Math.max(0, elapsed - building(scan.size().bytes()));
        ours.blocksHit += 200 * elapsed;
    }

    /** How many a second. */
    private static double pages(TableStimulus.ColdScan scan) {
        return scan.rate() * scan.size().bytes() / BLOCK;
    }

    private static double building(long bytes) {
        return bytes / BYTES_PER_SECOND;
    }

    private static void held(TableStimulus stimulus, State state, Course course) {
        var elapsed = course.elapsed();
        switch (stimulus) {
            case TableStimulus.DeadTuples dead -> {
                var table = state.table(SCRATCH, "dead");
                var done = Math.min(dead.rows(), Math.max(0, elapsed - 1) * ROWS_PER_SECOND);
                table.inserted = done;
                table.updated = done;
                table.live = done;
                table.dead = done;
                table.changed = 2 * done;
                table.size = done * ROW;
                grow(state, table);
            }
            case TableStimulus.Bloat bloat -> {
                var table = state.table(SCRATCH, "bloated");
                var part =
                        Math.min(1, elapsed / Math.max(1, building(bloat.size().bytes())));
                var rows = part * bloat.size().bytes() / 450.0;
                table.inserted = rows;
                table.live = rows / 10;
                table.deleted = part < 1 ? 0 : rows * 0.9;
                table.size = part * bloat.size().bytes();
                table.indexSize = table.size * 0.55;
                table.free = part < 1 ? 5 : 89;
                table.density = part < 1 ? 90 : 11;
                table.vacuumed = part < 1 ? 0 : state.now;
                grow(state, table);
            }
            case TableStimulus.StaleVacuum stale -> {
                var table = state.table(SCRATCH, "stale");
                table.live = stale.rows();
                table.inserted = stale.rows();
                table.updated = stale.rows();
                table.autovacuumed = elapsed < state.settings.base("autovacuum_naptime")
                        ? 0
                        : State.EPOCH + 1 + state.settings.base("autovacuum_naptime");
            }
            case TableStimulus.InvalidIndex invalid -> {
                var table = state.table(SCRATCH, "indexed");
                table.live = invalid.rows();
                table.inserted = invalid.rows();
                table.index = "indexed_pkey_ccnew";
                table.valid = elapsed < 2;
            }
            case TableStimulus.ColdScan scan -> {
                var table = state.table(SCRATCH, "cold");
                table.size = scan.size().bytes();
                table.live = table.size / 1024;
                table.inserted = table.live;
                table.scans = scan.rate() * elapsed;
                table.rowsScanned = table.live * table.scans;
                table.read =
                        pages(scan) * Math.max(0, elapsed - building(scan.size().bytes()));
                table.hit = table.size / BLOCK;
                grow(state, table);
            }
            case TableStimulus.IndexScans scans -> {
                var table = state.table(SCRATCH, "scanned");
                table.live = 100_000;
                table.inserted = table.live;
                table.indexScans = scans.rate() * elapsed;
                table.rowsFetched = table.indexScans * scans.rows();
            }
            case TableStimulus.SequenceExhaustion sequence -> state.sequences.put("tocsin.s", sequence.used() / 100.0);
            case TableStimulus.RowFlood flood -> {
                var table = state.table(SCRATCH, "flooded");
                var done = flood.rate() * elapsed;
                table.inserted = Math.max(flood.rate(), done);
                table.live = Math.min(table.inserted, MOST_FLOODED / ROW); // it is emptied then
                switch (flood.operation()) {
                    case INSERT -> {}
                    case UPDATE -> table.updated = done;
                    case DELETE -> table.deleted = done;
                }
                table.size = table.live * ROW;
                grow(state, table);
            }
            case TableStimulus.DiskFill fill -> {
                var table = state.table(SCRATCH, "filled");
                table.size = Math.min(fill.size().bytes(), elapsed * BYTES_PER_SECOND);
                table.live = table.size / 1024;
                table.inserted = table.live;
                grow(state, table);
            }
            case TableStimulus.TemporaryFiles _ -> {}
        }
    }

    private static void grow(State state, State.Table table) {
        state.ours().size += table.size + table.indexSize;
    }
}
