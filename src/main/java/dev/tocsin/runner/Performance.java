package dev.tocsin.runner;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.journal.Journal;
import dev.tocsin.stress.Prepared;
import dev.tocsin.stress.Progress;
import dev.tocsin.stress.RefusedException;
import dev.tocsin.stress.StressException;
import java.time.Duration;
import java.util.Optional;

/** One stimulus of a run from its start to its verified end. Every step is a fact first. */
final class Performance {
    private static final Duration UNDO_PATIENCE = Duration.ofSeconds(15);

    private final Journal journal;
    private final Target target;
    private final LiveRun live;
    private final RunId run;
    private final String name;
    private final Prepared prepared;
    private Optional<Prepared.Held> held = Optional.empty();

    /** @param name of the stimulus in its scenario */
    Performance(Journal journal, Target target, LiveRun live, String name, Prepared prepared) {
        this.journal = journal;
        this.target = target;
        this.live = live;
        this.name = name;
        this.prepared = prepared;
        run = live.state().run();
    }

    /** Applies it; false when that failed, and then it was taken back. */
    boolean begin() throws InterruptedException {
        append(new Fact.StimulusStarting(run, name, prepared.undo()));
        try {
            var applied = prepared.apply(progress());
            held = Optional.of(applied);
            append(new Fact.StimulusApplied(run, name, applied.effect()));
            return true;
        } catch (StressException e) {
            append(
                    e instanceof RefusedException
                            ? new Fact.StimulusRefused(run, name, e.why())
                            : new Fact.StimulusFailed(run, name, e.why()));
            undo();
            return false;
        }
    }

    /** Takes back what was applied; why that did not go as it should, if so. */
    Optional<String> end() throws InterruptedException {
        try {
            append(new Fact.StimulusReleased(run, name, held.orElseThrow().release()));
            return Optional.empty();
        } catch (StressException e) {
            append(new Fact.ReleaseFailed(run, name, e.why()));
            if (prepared.undoReleases()) {
                undo();
            }
            return Optional.of(e.why());
        }
    }

    /** Makes sure of it after something went wrong half-way. */
    private void undo() throws InterruptedException {
        try {
            append(new Fact.StimulusReleased(run, name, target.stressor().undo(prepared.undo(), UNDO_PATIENCE)));
        } catch (StressException e) {
            append(new Fact.ReleaseFailed(run, name, e.why()));
        }
    }

    private Progress progress() {
        return new Progress() {
            @Override
            public void report(String progress) {
                var _ = journal.append(new Fact.StimulusProgressed(run, name, progress));
            }

            @Override
            public boolean stopped() {
                return live.aborted();
            }
        };
    }

    private void append(Fact fact) {
        journal.append(fact).await();
    }
}
