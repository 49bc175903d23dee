package dev.tocsin.domain.verdict;

import dev.tocsin.domain.ledger.Ledger;
import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.scenario.Durability;
import dev.tocsin.domain.scenario.Durability.Allowed;
import dev.tocsin.domain.verdict.Check.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges that a table which was there before is as it was. */
record DatasetJudgement(Ledger ledger, Durability.Dataset dataset) {
    /** PostgreSQL logs a sequence ahead; after a crash it may go on so many steps later (SEQ_LOG_VALS, and the one it was at). */
    private static final long LOGGED_AHEAD = 33;

    private record Difference(String reason, String what) {}

    Check unchanged(DurabilityJudgement whole) {
        var finding = new Finding(
                "dataset " + dataset.table() + " is unchanged",
                Family.DURABILITY,
                dataset.allow().isEmpty()
                        ? "as before"
                        : "as before, but for "
                                + String.join(
                                        ", ",
                                        dataset.allow().stream()
                                                .map(Allowed::word)
                                                .toList()));
        var before = seen("before");
        var after = seen("after");
        var undecided = whole.undecided(finding);
        if (undecided.isPresent()) {
            return undecided.get();
        }
        if (before.isEmpty()
                || before.get().missing().isPresent()
                || before.get().table("seq").isEmpty()) {
            return finding.inconclusive(
                    "NoBaseline",
                    "it was not read before: "
                            + before.flatMap(Note.DatasetSeen::missing).orElse("the run broke"),
                    "nothing");
        }
        if (after.isEmpty()) {
            return finding.inconclusive("NotReadBack", "it was not read afterwards", "nothing");
        }
        if (after.get().missing().isPresent()) {
            return finding.failed(
                    "Gone",
                    "it cannot be read any more: " + after.get().missing().get(),
                    "not readable");
        }
        var differences = differences(before.get(), after.get());
        var observed = "%s before, %s after".formatted(brief(before.get()), brief(after.get()));
        return differences.isEmpty()
                ? finding.passed("Unchanged", observed)
                : finding.failed(
                                differences.getFirst().reason(),
                                differences.getFirst().what(),
                                observed)
                        .seen(
                                differences.stream().map(Difference::what).toList(),
                                "compare with a backup; declare what others may change with `allow`");
    }

    private Optional<Note.DatasetSeen> seen(String moment) {
        return ledger.datasets().reversed().stream()
                .filter(seen ->
                        seen.table().equals(dataset.table()) && seen.moment().equals(moment))
                .findFirst();
    }

    private static String brief(Note.DatasetSeen seen) {
        return seen.table("seq").map(scan -> scan.rows() + " rows").orElse("not read");
    }

    private List<Difference> differences(Note.DatasetSeen before, Note.DatasetSeen after) {
        var all = new ArrayList<Difference>();
        rows(before.table("seq").orElseThrow(), after.table("seq").orElseThrow(), all);
        lines("SchemaChanged", "column", before.columns(), after.columns(), all);
        lines("SchemaChanged", "constraint", before.constraints(), after.constraints(), all);
        if (!dataset.allows(Allowed.INDEXES)) {
            lines("IndexesChanged", "index", before.indexes(), after.indexes(), all);
        }
        if (!dataset.allows(Allowed.SEQUENCES)) {
            before.sequences().forEach(sequence -> sequence(sequence, after, all));
        }
        return all;
    }

    private void rows(Note.Scan before, Note.Scan after, List<Difference> all) {
        if (before.hash().equals(after.hash()) && before.rows() == after.rows()) {
            return;
        }
        if (after.rows() > before.rows() && !dataset.allows(Allowed.ROWS_ADDED)) {
            all.add(new Difference(
                    "RowsAdded", (after.rows() - before.rows()) + " rows more in " + dataset.table() + " than before"));
        } else if (after.rows() < before.rows() && !dataset.allows(Allowed.ROWS_REMOVED)) {
            all.add(new Difference(
                    "RowsLost", (before.rows() - after.rows()) + " rows of " + dataset.table() + " are gone"));
        } else if (after.rows() == before.rows()
                && !dataset.allows(Allowed.ROWS_CHANGED)
                && !(dataset.allows(Allowed.ROWS_ADDED) && dataset.allows(Allowed.ROWS_REMOVED))) {
            all.add(new Difference("RowsChanged", "rows of " + dataset.table() + " are not as before"));
        }
    }

    private static void lines(
            String reason, String what, List<String> before, List<String> after, List<Difference> all) {
        before.stream()
                .filter(line -> !after.contains(line))
                .forEach(line -> all.add(new Difference(reason, what + " gone: " + line)));
        after.stream()
                .filter(line -> !before.contains(line))
                .forEach(line -> all.add(new Difference(reason, what + " new: " + line)));
    }

    /** Crash recovery may move a sequence on by what was logged ahead, and never back. */
    private static void sequence(Note.SequenceSeen before, Note.DatasetSeen after, List<Difference> all) {
        var now = after.sequences().stream()
                .filter(sequence -> sequence.name().equals(before.name()))
                .findFirst();
        if (now.isEmpty()) {
            all.add(new Difference("SequenceGone", "sequence " + before.name() + " is gone"));
            return;
        }
        var steps = (now.get().last() - before.last())
                / Math.max(1, Math.abs(before.increment()))
                * (before.increment() < 0 ? -1 : 1);
        var moved = "sequence " + before.name() + " stood at " + before.last() + " and stands at "
                + now.get().last();
        if (steps < 0 || steps == 0 && before.called() && !now.get().called()) {
            all.add(new Difference("SequenceWentBack", moved + ": it will give numbers again that were given before"));
        } else if (steps > LOGGED_AHEAD) {
            all.add(new Difference("SequenceMoved", moved));
        }
    }

    /** Ways to read the table that give different rows. */
    void scans(List<String> lines) {
        for (var moment : List.of("before", "after")) {
            seen(moment)
                    .ifPresent(seen -> seen.table("seq")
                            .ifPresent(table -> seen.scans().stream()
                                    .filter(scan -> scan.rows() != table.rows()
                                            || !scan.hash().equals(table.hash()))
                                    .forEach(scan -> lines.add("%s %s: %d rows by table, %d by index %s%s"
                                            .formatted(
                                                    dataset.table(),
                                                    moment,
                                                    table.rows(),
                                                    scan.rows(),
                                                    scan.by(),
                                                    scan.rows() == table.rows()
                                                            ? ", and they are not the same"
                                                            : "")))));
        }
    }
}
