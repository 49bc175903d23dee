package dev.tocsin.domain.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of every commit, according to one reading of the ledger.
 *
 * @param survived acknowledged and there
 * @param lost acknowledged and absent, by writer
 * @param resolved without an answer, and there
 * @param vanished without an answer, and absent
 * @param phantom there, although rejected or never sent, by writer
 * @param reordered there, although an earlier acknowledged one of the same writer is absent, by writer
 * @param torn only some of its rows are there, by writer
 */
public record Survey(
        long survived,
        List<Numbers> lost,
        long resolved,
        long vanished,
        List<Numbers> phantom,
        List<Numbers> reordered,
        List<Numbers> torn,
        Listed altered,
        Listed duplicated,
        Listed strangers) {
    public Survey {
        lost = List.copyOf(lost);
        phantom = List.copyOf(phantom);
        reordered = List.copyOf(reordered);
        torn = List.copyOf(torn);
    }

    /** Compares what was acknowledged with what was read. */
    public static Survey of(Ledger ledger, Note.LedgerRead read) {
        var survived = 0L;
        var resolved = 0L;
        var vanished = 0L;
        var lost = new ArrayList<Numbers>();
        var phantom = new ArrayList<Numbers>();
        var reordered = new ArrayList<Numbers>();
        var torn = new ArrayList<Numbers>();
        for (var i = 0; i < ledger.writers().size(); i++) {
            var writer = ledger.writers().get(i);
            var seen = of(read, i);
            var missing = writer.acknowledged().minus(seen.present());
            var open = writer.indeterminate();
            var found = open.and(seen.present());
            survived += writer.acknowledged().size() - missing.size();
            resolved += found.size();
            vanished += open.size() - found.size();
            lost.add(missing);
            phantom.add(seen.present().and(writer.impossible()));
            reordered.add(missing.isEmpty() ? Numbers.NONE : seen.present().above(missing.first()));
            torn.add(seen.torn());
        }
        return new Survey(
                survived,
                lost,
                resolved,
                vanished,
                phantom,
                reordered,
                torn,
                read.altered(),
                read.duplicated(),
                read.strangers());
    }

    private static Note.Present of(Note.LedgerRead read, int writer) {
        return read.writers().stream()
                .filter(present -> present.writer() == writer)
                .findFirst()
                .orElseGet(() -> new Note.Present(writer, Numbers.NONE, Numbers.NONE));
    }

    /** How many numbers these are, of all writers. */
    public static long count(List<Numbers> numbers) {
        return numbers.stream().mapToLong(Numbers::size).sum();
    }

    /** The first of them by name. */
    public static Listed listed(List<Numbers> numbers) {
        var names = new ArrayList<String>();
        for (var writer = 0; writer < numbers.size() && names.size() < Listed.NAMED; writer++) {
            var place = writer;
            numbers.get(writer).stream()
                    .limit(Listed.NAMED - names.size())
                    .mapToObj(n -> new Commit(place, n).toString())
                    .forEach(names::add);
        }
        return new Listed(count(numbers), names);
    }
}
