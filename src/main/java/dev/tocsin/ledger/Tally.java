package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.ledger.Numbers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Counts what became of the commits until somebody drains it into a note. Written by many event loops, so each call holds
 * a lock for less than a microsecond.
 */
final class Tally {
    /** A shorter time without an answer is noise of one connection and no outage. */
    private static final Duration SHORTEST_OUTAGE = Duration.ofMillis(20);

    private record Refusal(String sqlState, String why) {}

    private static final class Outcomes {
        private final Numbers.Builder acknowledged = new Numbers.Builder();
        private final Map<Refusal, Numbers.Builder> rejected = new LinkedHashMap<>();
        private final Map<String, Numbers.Builder> indeterminate = new LinkedHashMap<>();
    }

    private final int writers;
    private List<Outcomes> outcomes;
    private boolean something;
    private Optional<Instant> first = Optional.empty();
    private Optional<Instant> last = Optional.empty();
    private Duration longestGap = Duration.ZERO;
    private List<Note.Outage> outages = new ArrayList<>();
    private Optional<Instant> troubledSince = Optional.empty();
    private int refused;
    private Optional<String> refusal = Optional.empty();
    private Optional<String> wal = Optional.empty();
    private Optional<Instant> answered = Optional.empty();
    private long acknowledgedInAll;

    Tally(int writers) {
        this.writers = writers;
        outcomes = fresh();
    }

    private List<Outcomes> fresh() {
        return IntStream.range(0, writers).mapToObj(_ -> new Outcomes()).toList();
    }

    synchronized void acknowledged(int writer, long n, String lsn, Instant at) {
        outcomes.get(writer).acknowledged.add(n);
        something = true;
        acknowledgedInAll++;
        wal = Optional.of(lsn);
        answered = Optional.of(at);
        if (first.isEmpty()) {
            first = Optional.of(at);
        } else if (last.isPresent()) {
            var gap = Duration.between(last.get(), at);
            longestGap = gap.compareTo(longestGap) > 0 ? gap : longestGap;
        }
        last = Optional.of(at);
        if (troubledSince.isPresent()) {
            var outage = new Note.Outage(troubledSince.get(), at);
            if (outage.time().compareTo(SHORTEST_OUTAGE) >= 0) {
                outages.add(outage);
            }
            troubledSince = Optional.empty();
        }
    }

    synchronized void rejected(int writer, long n, String sqlState, String why, Instant at) {
        outcomes.get(writer)
                .rejected
                .computeIfAbsent(new Refusal(sqlState, why), _ -> new Numbers.Builder())
                .add(n);
        something = true;
        answered = Optional.of(at);
        trouble(at);
    }

    synchronized void indeterminate(int writer, long n, String why, Instant at) {
        outcomes.get(writer)
                .indeterminate
                .computeIfAbsent(why, _ -> new Numbers.Builder())
                .add(n);
        something = true;
        trouble(at);
    }

    /** A connection was refused, so nothing was sent. */
    synchronized void refused(String why, Instant at) {
        refused++;
        refusal = Optional.of(why);
        something = true;
        answered = Optional.of(at);
        trouble(at);
    }

    private void trouble(Instant at) {
        troubledSince = troubledSince.or(() -> Optional.of(at));
    }

    /** How many were acknowledged in all, drained or not. */
    synchronized long acknowledged() {
        return acknowledgedInAll;
    }

    /** When the server last said yes or no to anything. */
    synchronized Optional<Instant> answered() {
        return answered;
    }

    synchronized boolean troubled() {
        return troubledSince.isPresent();
    }

    /** What was counted since the last time; nothing when nothing was. */
    synchronized Optional<Note.CommitsConcluded> drain() {
        if (!something) {
            return Optional.empty();
        }
        var note = new Note.CommitsConcluded(
                concluded(), first, last, longestGap, outages, troubledSince, refused, refusal, wal.map(Tally::bytes));
        outcomes = fresh();
        something = false;
        first = Optional.empty();
        last = Optional.empty();
        longestGap = Duration.ZERO;
        outages = new ArrayList<>();
        refused = 0;
        refusal = Optional.empty();
        wal = Optional.empty();
        return Optional.of(note);
    }

    private List<Note.Outcomes> concluded() {
        var concluded = new ArrayList<Note.Outcomes>();
        for (var writer = 0; writer < writers; writer++) {
            var counted = outcomes.get(writer);
            var one = new Note.Outcomes(
                    writer,
                    counted.acknowledged.build(),
                    counted.rejected.entrySet().stream()
                            .map(entry -> new Note.Rejected(
                                    entry.getValue().build(),
                                    entry.getKey().sqlState(),
                                    entry.getKey().why()))
                            .toList(),
                    counted.indeterminate.entrySet().stream()
                            .map(entry -> new Note.Unknown(entry.getValue().build(), entry.getKey()))
                            .toList());
            if (!one.acknowledged().isEmpty()
                    || !one.rejected().isEmpty()
                    || !one.indeterminate().isEmpty()) {
                concluded.add(one);
            }
        }
        return concluded;
    }

    /** A place in the write-ahead log, {@code 16/B374D848}, as a number of bytes. */
    private static long bytes(String lsn) {
        var parts = lsn.split("/", 2);
        return (Long.parseLong(parts[0], 16) << 32) + Long.parseLong(parts[1], 16);
    }
}
