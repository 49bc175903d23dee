package dev.tocsin.domain.verdict;

import dev.tocsin.domain.ledger.Ledger;
import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.ledger.Numbers;
import dev.tocsin.domain.ledger.Survey;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.Durability;
import dev.tocsin.domain.verdict.Check.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges that what was read after the stress is read again after one more restart. */
record SecondLookJudgement(RunState run) {
    private record Difference(String reason, String what) {}

    Check stillThere(DurabilityJudgement whole) {
        var finding = new Finding(
                "a second restart changes nothing", Family.DURABILITY, "read again after it as it was read before it");
        var undecided = whole.undecided(finding);
        if (undecided.isPresent()) {
            return undecided.get();
        }
        var first = reading(1);
        var second = reading(2);
        if (first.isEmpty() || second.isEmpty()) {
            return run.ended().isPresent()
                            || !run.broke().isEmpty()
                            || run.abort().isPresent()
                    ? finding.inconclusive("NotReadAgain", "it was not read again after a second restart", "nothing")
                    : finding.open("it is not read again yet", Optional.empty());
        }
        var differences = differences(first.get(), second.get());
        var observed = "%d rows before, %d rows after%s"
                .formatted(
                        first.get().rows(),
                        second.get().rows(),
                        restart().map(SecondLookJudgement::how).orElse(""));
        if (!differences.isEmpty()) {
            return finding.failed(
                            differences.getFirst().reason(),
                            differences.getFirst().what(),
                            observed)
                    .seen(
                            differences.stream().map(Difference::what).toList(),
                            "keep a copy of the data directory; what was there once was not on the disk");
        }
        if (restart().isEmpty()) {
            return finding.inconclusive("NotRestarted", "the server was not seen to restart once more", observed);
        }
        return finding.passed("StillThere", observed);
    }

    private Optional<Note.LedgerRead> reading(int pass) {
        return run.ledger().readings().stream()
                .filter(read -> read.pass() == pass && read.scan().equals("seq"))
                .findFirst();
    }

    private static List<Difference> differences(Note.LedgerRead first, Note.LedgerRead second) {
        var all = new ArrayList<Difference>();
        differ("LostLater", "was there and is gone after the second restart", first, second, all);
        differ("AppearedLater", "was not there and is there after the second restart", second, first, all);
        if (all.isEmpty()
                && (first.rows() != second.rows()
                        || !first.writers().equals(second.writers())
                        || !first.altered().equals(second.altered())
                        || !first.duplicated().equals(second.duplicated())
                        || !first.strangers().equals(second.strangers()))) {
            all.add(new Difference(
                    "ChangedLater",
                    "rows are not as they were before the second restart: %d rows, %d altered, %d duplicated, %d of strangers, and %d, %d, %d, %d after it"
                            .formatted(
                                    first.rows(),
                                    first.altered().count(),
                                    first.duplicated().count(),
                                    first.strangers().count(),
                                    second.rows(),
                                    second.altered().count(),
                                    second.duplicated().count(),
                                    second.strangers().count())));
        }
        return all;
    }

    private static void differ(
            String reason, String what, Note.LedgerRead there, Note.LedgerRead absent, List<Difference> all) {
        var gone = new ArrayList<Numbers>();
        for (var writer = 0; writer < there.writers().size(); writer++) {
            gone.add(present(there, writer).minus(present(absent, writer)));
        }
        if (Survey.count(gone) > 0) {
            all.add(new Difference(reason, Survey.listed(gone) + " " + what));
        }
    }

    private static Numbers present(Note.LedgerRead read, int writer) {
        return read.writers().stream()
                .filter(present -> present.writer() == writer)
                .map(Note.Present::present)
                .findFirst()
                .orElse(Numbers.NONE);
    }

    /** The server as it was seen after the second restart, if it is another postmaster. */
    private Optional<Note.ServerSeen> restart() {
        var starting = run.stimulus(Durability.SECOND_RESTART).map(StimulusTrace::starting);
        return starting.flatMap(moment -> {
            var before = last(seen -> !seen.at().isAfter(moment));
            var after = last(seen -> seen.at().isAfter(moment));
            return before.flatMap(
                    one -> after.filter(other -> !other.postmasterStarted().equals(one.postmasterStarted())));
        });
    }

    private Optional<Note.ServerSeen> last(java.util.function.Predicate<Ledger.Sighting> when) {
        return run.ledger().servers().reversed().stream()
                .filter(when)
                .map(Ledger.Sighting::server)
                .findFirst();
    }

    private static String how(Note.ServerSeen seen) {
        return switch (seen.canary()) {
            case ALIVE -> ", stopped in order";
            case DEAD -> ", stopped by force when its grace period was over";
            case SET, ABSENT -> "";
        };
    }
}
