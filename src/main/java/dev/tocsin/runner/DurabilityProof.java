package dev.tocsin.runner;

import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Durability;
import dev.tocsin.journal.Journal;
import dev.tocsin.ledger.LedgerException;
import dev.tocsin.ledger.Ledgers;
import dev.tocsin.ledger.Notebook;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The part of a run that proves that data survives: keeps a ledger before, during and after the stress. */
final class DurabilityProof implements AutoCloseable {
    /** Commits before the stress, so that there is something to lose. */
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    /** Commits after the last recovery, to show that it lasts. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(3);

    private static final Duration FIRST_COMMIT = Duration.ofSeconds(30);
    private static final Duration DROP_PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Journal journal;
    private final InstantSource clock;
    private final Target target;
    private final LiveRun live;
    private final RunId run;
    private final Optional<Durability> asked;
    private final Notebook notebook;
    private Ledgers.@Nullable Kept kept;

    DurabilityProof(Journal journal, InstantSource clock, Target target, LiveRun live) {
        this.journal = journal;
        this.clock = clock;
        this.target = target;
        this.live = live;
        run = live.state().run();
        asked = live.state().scenario().durability();
        notebook = note -> this.journal.append(new Fact.Noted(run, note)).await();
    }

    /** Begins to write, where that was asked for; false when the ledger cannot be kept, and so nothing may be stressed. */
    boolean begin() throws InterruptedException {
        return asked.isEmpty() || begin(asked.get());
    }

    private boolean begin(Durability durability) throws InterruptedException {
        try {
            var refused = target.ledgers().refusal(run.toString(), durability);
            if (refused.isPresent()) {
                notebook.note(refused.get());
                return false;
            }
            var writing = target.ledgers().keep(run.toString(), durability, notebook, clock);
            kept = writing;
            var latest = clock.instant().plus(FIRST_COMMIT);
            wait(clock.instant().plus(WARM_UP));
            while (writing.acknowledged() == 0
                    && !live.aborted()
                    && clock.instant().isBefore(latest)) {
                writing.check();
                wait(clock.instant().plus(POLL));
            }
            if (writing.acknowledged() == 0 && !live.aborted()) {
                broke("no commit was acknowledged within " + FIRST_COMMIT.toSeconds() + " s");
                return false;
            }
            return true;
        } catch (LedgerException e) {
            broke("the ledger could not be opened: " + e.why());
            return false;
        }
    }

    /** Waits for writes to recover, stops them and reads everything back. */
    void finish() throws InterruptedException {
        var writing = kept;
        if (asked.isEmpty() || writing == null) {
            return;
        }
        var latest = clock.instant().plus(asked.get().recoversWithin());
        wait(clock.instant().plus(AFTERWARDS));
        while (writing.troubled() && !live.aborted() && clock.instant().isBefore(latest)) {
            wait(clock.instant().plus(POLL));
        }
        writing.stop();
        kept = null;
        readBack(asked.get(), 1, asked.get().recoversWithin());
    }

    /** Whether there is a first reading that a second one can be compared with. */
    boolean mayLookAgain() {
        return !live.aborted() && !live.state().ledger().readings().isEmpty();
    }

    /** Reads everything back a second time, after another restart. */
    void lookAgain() throws InterruptedException {
        if (asked.isPresent() && !live.aborted()) {
            readBack(asked.get(), 2, asked.get().recoversWithin());
        }
    }

    private void readBack(Durability durability, int pass, Duration patience) throws InterruptedException {
        try {
            target.ledgers().readBack(run.toString(), live.state().ledger(), durability, pass, notebook, patience);
        } catch (LedgerException e) {
            broke("the ledger could not be read back: " + e.why());
        }
    }

    /** After a crash of Tocsin: goes on writing, so that it is seen when writes are answered again. */
    void takeUp(Duration patience) throws InterruptedException {
        var ledger = live.state().ledger();
        if (asked.isEmpty() || !ledger.owed() || !ledger.readings().isEmpty() || ledger.acknowledged() == 0) {
            return;
        }
        try {
            kept = target.ledgers()
                    .takeUp(run.toString(), ledger, asked.get(), notebook, clock, patience)
                    .orElse(null);
        } catch (LedgerException e) {
            broke("the ledger could not be taken up again: " + e.why());
        }
    }

    /** After a crash of Tocsin, when nothing is written any more: reads back what the earlier process had written. */
    void takeStock(Duration patience) throws InterruptedException {
        var ledger = live.state().ledger();
        if (asked.isPresent() && ledger.owed() && ledger.readings().isEmpty() && ledger.acknowledged() > 0) {
            readBack(asked.get(), 1, patience);
        }
    }

    /** On every path: nothing of ours writes any more, and the schema is dropped. */
    @Override
    public void close() {
        var writing = kept;
        kept = null;
        if (writing != null) {
            writing.close();
        }
        try {
            drop(DROP_PATIENCE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void drop(Duration patience) throws InterruptedException {
        var ledger = live.state().ledger();
        if (!ledger.owed()) {
            return;
        }
        var schema = ledger.opened().map(Note.LedgerOpened::schema).orElseThrow();
        try {
            target.ledgers().drop(run.toString(), schema, notebook, patience);
        } catch (LedgerException e) {
            broke("the schema " + schema + " could not be dropped: " + e.why());
        }
    }

    private void wait(Instant until) throws InterruptedException {
        live.await(_ -> false, until);
    }

    private void broke(String why) {
        journal.append(new Fact.RunBroke(run, why)).await();
    }
}
