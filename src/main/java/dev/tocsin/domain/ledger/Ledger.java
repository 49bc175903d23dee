package dev.tocsin.domain.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ledger of a run, folded from its notes.
 *
 * @param writers in their order
 * @param batches what became of the commits, as it was noted
 * @param acknowledged how many commits were acknowledged
 * @param unwatched times without an acknowledgement, for a part of which Tocsin was not running: no outage was longer
 * @param unwatchedSince the last acknowledgement before Tocsin died, while none has been seen after it
 * @param abandoned numbers that were reserved when Tocsin died, and of which nothing was noted; most were never sent
 * @param longestGap the longest time between two acknowledgements, and when it began
 * @param standbys as they were seen last
 */
public record Ledger(
        Optional<Note.LedgerOpened> opened,
        Optional<Note.LedgerRefused> refused,
        List<WriterLedger> writers,
        Trail<Note.CommitsConcluded> batches,
        long acknowledged,
        Optional<Instant> firstAcknowledged,
        Optional<Instant> lastAcknowledged,
        Optional<Note.Outage> longestGap,
        List<Note.Outage> outages,
        List<Note.Outage> unwatched,
        Optional<Instant> unwatchedSince,
        long abandoned,
        Optional<Instant> troubledSince,
        long connectionsRefused,
        List<Sighting> servers,
        Optional<Note.SettingsSeen> settings,
        List<Note.LedgerRead> readings,
        List<Note.DatasetSeen> datasets,
        List<Note.IndexChecked> indexes,
        List<Note.SecondLookLeftOut> leftOut,
        List<Note.WritesWedged> wedges,
        Optional<Note.StandbysSeen> standbys,
        boolean dropped) {
    /** A run without one. */
    public static final Ledger NONE = new Ledger(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Trail.empty(),
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            0,
            Optional.empty(),
            0,
            List.of(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            false);

    /** The server as it was seen at a moment. */
    public record Sighting(Instant at, Note.ServerSeen server) {}

    public Ledger {
        writers = List.copyOf(writers);
        outages = List.copyOf(outages);
        unwatched = List.copyOf(unwatched);
        servers = List.copyOf(servers);
        readings = List.copyOf(readings);
        datasets = List.copyOf(datasets);
        indexes = List.copyOf(indexes);
        leftOut = List.copyOf(leftOut);
        wedges = List.copyOf(wedges);
    }

    /** Whether our schema may still be in the database. */
    public boolean owed() {
        return opened.isPresent() && !dropped;
    }

    /** This ledger after one more note. */
    public Ledger after(Instant at, Note note) {
        var next = new Change(this);
        switch (note) {
            case Note.LedgerOpened one -> {
                next.opened = opened.or(() -> Optional.of(one));
                next.writers = new ArrayList<>(Collections.nCopies(one.writers(), WriterLedger.NEW));
            }
            case Note.LedgerRefused one -> next.refused = Optional.of(one);
            case Note.CommitsReserved(List<Long> upTo) -> next.each(upTo, WriterLedger::reserved);
            case Note.WritersStopped(List<Long> upTo) -> next.each(upTo, WriterLedger::stopped);
            case Note.CommitsConcluded one -> next.concluded(one);
            case Note.WritesWedged one -> next.wedges = plus(wedges, one);
            case Note.ServerSeen one -> next.servers = plus(servers, new Sighting(at, one));
            case Note.SettingsSeen one -> next.settings = Optional.of(one);
            case Note.LedgerRead one -> next.readings = plus(readings, one);
            case Note.DatasetSeen one -> next.datasets = plus(datasets, one);
            case Note.IndexChecked one -> next.indexes = plus(indexes, one);
            case Note.SecondLookLeftOut one -> next.leftOut = plus(leftOut, one);
            case Note.StandbysSeen one -> next.standbys = Optional.of(one);
            case Note.LedgerDropped _ -> next.dropped = true;
        }
        return next.build();
    }

    /** This ledger after Tocsin died: nobody watched for a time, and of what was sent last nothing was noted. */
    public Ledger abandonedByItsProcess() {
        if (writers.stream().allMatch(writer -> writer.sentUpTo().isPresent())) {
            return this;
        }
        var next = new Change(this);
        next.unwatchedSince = unwatchedSince.or(() -> lastAcknowledged);
        next.abandoned = writers.stream()
                .mapToLong(writer ->
                        writer.indeterminate().minus(writer.unanswered()).size())
                .sum();
        return next.build();
    }

    private static <T> List<T> plus(List<T> all, T one) {
        var more = new ArrayList<>(all);
        more.add(one);
        return more;
    }

    /** The one place where a successor is put together. */
    private static final class Change {
        private final Ledger before;
        private Optional<Note.LedgerOpened> opened;
        private Optional<Note.LedgerRefused> refused;
        private List<WriterLedger> writers;
        private Trail<Note.CommitsConcluded> batches;
        private long acknowledged;
        private Optional<Instant> lastAcknowledged;
        private Optional<Note.Outage> longestGap;
        private List<Note.Outage> outages;
        private List<Note.Outage> unwatched;
        private Optional<Instant> unwatchedSince;
        private long abandoned;
        private Optional<Instant> troubledSince;
        private long connectionsRefused;
        private List<Sighting> servers;
        private Optional<Note.SettingsSeen> settings;
        private List<Note.LedgerRead> readings;
        private List<Note.DatasetSeen> datasets;
        private List<Note.IndexChecked> indexes;
        private List<Note.SecondLookLeftOut> leftOut;
        private List<Note.WritesWedged> wedges;
        private Optional<Note.StandbysSeen> standbys;
        private boolean dropped;

        Change(Ledger before) {
            this.before = before;
            opened = before.opened;
            refused = before.refused;
            writers = before.writers;
            batches = before.batches;
            acknowledged = before.acknowledged;
            lastAcknowledged = before.lastAcknowledged;
            longestGap = before.longestGap;
            outages = before.outages;
            unwatched = before.unwatched;
            unwatchedSince = before.unwatchedSince;
            abandoned = before.abandoned;
            troubledSince = before.troubledSince;
            connectionsRefused = before.connectionsRefused;
            servers = before.servers;
            settings = before.settings;
            readings = before.readings;
            datasets = before.datasets;
            indexes = before.indexes;
            leftOut = before.leftOut;
            wedges = before.wedges;
            standbys = before.standbys;
            dropped = before.dropped;
        }

        private interface Advance {
            WriterLedger to(WriterLedger writer, long upTo);
        }

        void each(List<Long> upTo, Advance advance) {
            writers = new ArrayList<>(writers);
            for (var i = 0; i < Math.min(upTo.size(), writers.size()); i++) {
                writers.set(i, advance.to(writers.get(i), upTo.get(i)));
            }
        }

        void concluded(Note.CommitsConcluded batch) {
            batches = batches.plus(batch);
            writers = new ArrayList<>(writers);
            for (var outcomes : batch.writers()) {
                if (outcomes.writer() < writers.size()) {
                    writers.set(
                            outcomes.writer(), writers.get(outcomes.writer()).after(outcomes));
                    acknowledged += outcomes.acknowledged().size();
                }
            }
            batch.firstAcknowledged().ifPresent(first -> {
                unwatchedSince.ifPresent(since -> unwatched = Ledger.plus(unwatched, new Note.Outage(since, first)));
                unwatchedSince = Optional.empty();
                lastAcknowledged.ifPresent(last -> gap(new Note.Outage(last, first)));
                gap(new Note.Outage(first, first.plus(batch.longestGap())));
            });
            lastAcknowledged = batch.lastAcknowledged().or(() -> lastAcknowledged);
            if (!batch.outages().isEmpty()) {
                outages = new ArrayList<>(outages);
                outages.addAll(batch.outages());
            }
            troubledSince = batch.troubledSince();
            connectionsRefused += batch.refused();
        }

        private void gap(Note.Outage gap) {
            if (longestGap.isEmpty() || longestGap.get().time().compareTo(gap.time()) < 0) {
                longestGap = Optional.of(gap);
            }
        }

        Ledger build() {
            return new Ledger(
                    opened,
                    refused,
                    writers,
                    batches,
                    acknowledged,
                    before.firstAcknowledged.or(this::firstOfAll),
                    lastAcknowledged,
                    longestGap,
                    outages,
                    unwatched,
                    unwatchedSince,
                    abandoned,
                    troubledSince,
                    connectionsRefused,
                    servers,
                    settings,
                    readings,
                    datasets,
                    indexes,
                    leftOut,
                    wedges,
                    standbys,
                    dropped);
        }

        private Optional<Instant> firstOfAll() {
            return batches.newest().flatMap(Note.CommitsConcluded::firstAcknowledged);
        }
    }

    /** When and where the write-ahead log was, around what was lost. */
    public Optional<Losses> losses(List<Numbers> lost) {
        var walBefore = Optional.<Long>empty();
        for (var batch : batches) {
            if (batch.firstAcknowledged().isPresent() && hits(batch, lost)) {
                return Optional.of(losses(batch.firstAcknowledged().get(), walBefore));
            }
            walBefore = batch.wal().or(lastOf(walBefore));
        }
        return Optional.empty();
    }

    private static java.util.function.Supplier<Optional<Long>> lastOf(Optional<Long> wal) {
        return () -> wal;
    }

    private static boolean hits(Note.CommitsConcluded batch, List<Numbers> lost) {
        return batch.writers().stream()
                .anyMatch(outcomes -> outcomes.writer() < lost.size()
                        && !outcomes.acknowledged()
                                .and(lost.get(outcomes.writer()))
                                .isEmpty());
    }

    private Losses losses(Instant earliest, Optional<Long> walBefore) {
        var crashed = Stream.concat(outages.stream(), unwatched.stream())
                .map(Note.Outage::from)
                .filter(from -> !from.isBefore(earliest))
                .min(Instant::compareTo)
                .or(() -> lastAcknowledged)
                .orElse(earliest);
        var walAtCrash = Optional.<Long>empty();
        for (var batch : batches) {
            if (batch.lastAcknowledged().isPresent()
                    && !batch.lastAcknowledged().get().isAfter(crashed)) {
                walAtCrash = batch.wal().or(lastOf(walAtCrash));
            }
        }
        var until = walAtCrash;
        return new Losses(
                earliest,
                Duration.between(earliest, crashed),
                walBefore.flatMap(from -> until.map(to -> to - from)).filter(bytes -> bytes >= 0));
    }

    /**
     * How far back the loss reaches.
     *
     * @param earliest when the earliest lost commit was acknowledged, as exactly as the notes are
     * @param time from there to the next outage
     * @param walBytes what was written to the write-ahead log in that time
     */
    public record Losses(Instant earliest, Duration time, Optional<Long> walBytes) {}
}
