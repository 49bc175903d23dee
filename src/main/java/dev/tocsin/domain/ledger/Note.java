package dev.tocsin.domain.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is noted of the ledger and of the server behind it, in the past tense. Whether anything was lost is judged from
 * these alone; so they hold what was seen, and nothing that was concluded from it.
 */
public sealed interface Note {
    /** A schema of ours is about to be made; dropping it is what is owed from now on. */
    record LedgerOpened(String schema, int writers, int rows) implements Note {}

    /**
     * The ledger cannot be kept on this server as it is, so nothing was done to it.
     *
     * @param reason one word in CamelCase for programs
     * @param next what to type
     */
    record LedgerRefused(String reason, String why, String next) implements Note {}

    /** From now on each writer may send the numbers up to these; in the order of the writers. */
    record CommitsReserved(List<Long> upTo) implements Note {
        public CommitsReserved {
            upTo = List.copyOf(upTo);
        }
    }

    /**
     * What became of the commits that ended since the last such note; an acknowledgement counts only from here on.
     *
     * @param firstAcknowledged when the first of these was acknowledged
     * @param longestGap the longest time between two acknowledgements of these
     * @param outages times without any answer that ended in these
     * @param troubledSince since when a write got no answer, while none has been acknowledged after it
     * @param refused connections that were refused, so that nothing was sent
     * @param refusal what the last refusal said
     * @param wal where the write-ahead log was at the last of these, in bytes
     */
    record CommitsConcluded(
            List<Outcomes> writers,
            Optional<Instant> firstAcknowledged,
            Optional<Instant> lastAcknowledged,
            Duration longestGap,
            List<Outage> outages,
            Optional<Instant> troubledSince,
            int refused,
            Optional<String> refusal,
            Optional<Long> wal)
            implements Note {
        public CommitsConcluded {
            writers = List.copyOf(writers);
            outages = List.copyOf(outages);
        }
    }

    /** What became of one writer's commits. */
    record Outcomes(int writer, Numbers acknowledged, List<Rejected> rejected, List<Unknown> indeterminate) {
        public Outcomes {
            rejected = List.copyOf(rejected);
            indeterminate = List.copyOf(indeterminate);
        }
    }

    /** The server said no to these. */
    record Rejected(Numbers numbers, String sqlState, String why) {}

    /** The answer to these never came, so they may or may not be there. */
    record Unknown(Numbers numbers, String why) {}

    /** A time in which no write was answered: from the first trouble to the next acknowledgement. */
    record Outage(Instant from, Instant until) {
        public Duration time() {
            return Duration.between(from, until);
        }
    }

    /** Nothing more is sent, and every number up to these was concluded; none above was ever sent. */
    record WritersStopped(List<Long> sentUpTo) implements Note {
        public WritersStopped {
            sentUpTo = List.copyOf(sentUpTo);
        }
    }

    /** Commits in flight got no answer while the server answered others. */
    record WritesWedged(Instant since, Optional<Instant> until, int inFlight) implements Note {}

    /**
     * Who the server is and how it came to be.
     *
     * @param moment {@code before}, {@code restarted} or {@code after}
     * @param canary what became of the row in our unlogged table since the sight before: crash recovery empties such tables
     * @param silent what could not be asked, and why
     */
    record ServerSeen(
            String moment,
            Instant postmasterStarted,
            int version,
            boolean inRecovery,
            Optional<String> systemIdentifier,
            Optional<Integer> timeline,
            Optional<String> checkpoint,
            Optional<String> redo,
            Optional<Instant> statsReset,
            Canary canary,
            List<String> silent)
            implements Note {
        public ServerSeen {
            silent = List.copyOf(silent);
        }
    }

    /** What the unlogged table tells. */
    enum Canary {
        /** It was not there before; there is nothing to tell. */
        SET,
        /** Still there: since the sight before there was no crash recovery. */
        ALIVE,
        /** Gone: there was a crash recovery. */
        DEAD,
        /** The table itself is gone: it is another server, or another state of it. */
        ABSENT
    }

    /**
     * The settings behind the promise.
     *
     * @param settings as a new session of ours has them
     * @param overrides what roles and databases set, one line each
     * @param volumes what is known of the disk, one line each
     */
    record SettingsSeen(List<Setting> settings, List<String> overrides, List<String> volumes) implements Note {
        public SettingsSeen {
            settings = List.copyOf(settings);
            overrides = List.copyOf(overrides);
            volumes = List.copyOf(volumes);
        }

        public Optional<Setting> setting(String name) {
            return settings.stream()
                    .filter(setting -> setting.name().equals(name))
                    .findFirst();
        }
    }

    /** A setting and who set it. */
    record Setting(String name, String value, String source) {
        @Override
        public String toString() {
            return name + " = " + value + " (" + source + ")";
        }
    }

    /**
     * Every row of the ledger was read.
     *
     * @param scan {@code seq} or {@code index}
     * @param there whether the table was there at all
     * @param plan how the server read it
     * @param strangers rows of no writer of ours, or of no part
     */
    record LedgerRead(
            int pass,
            String scan,
            boolean there,
            String plan,
            long rows,
            List<Present> writers,
            Listed altered,
            Listed duplicated,
            Listed strangers)
            implements Note {
        public LedgerRead {
            writers = List.copyOf(writers);
        }
    }

    /** Which numbers of a writer were read, and of which only some rows were. */
    record Present(int writer, Numbers present, Numbers torn) {}

    /**
     * What a dataset holds.
     *
     * @param moment {@code before} or {@code after}
     * @param missing why it could not be read
     */
    record DatasetSeen(
            String moment,
            String table,
            Optional<String> missing,
            List<Scan> scans,
            List<String> columns,
            List<String> constraints,
            List<String> indexes,
            List<SequenceSeen> sequences)
            implements Note {
        public DatasetSeen {
            scans = List.copyOf(scans);
            columns = List.copyOf(columns);
            constraints = List.copyOf(constraints);
            indexes = List.copyOf(indexes);
            sequences = List.copyOf(sequences);
        }

        public Optional<Scan> table(String by) {
            return scans.stream().filter(scan -> scan.by().equals(by)).findFirst();
        }
    }

    /** Rows and their hash, which does not depend on their order, read one way: {@code seq}, or an index by name. */
    record Scan(String by, long rows, String hash) {}

    /** Where a sequence stands that a table owns. */
    record SequenceSeen(String name, long last, boolean called, long increment) {}

    /** An index was checked against itself and against its table. */
    record IndexChecked(String index, Optional<String> damage) implements Note {}

    /** What would have been looked at a second time, and why it was not. */
    record SecondLookLeftOut(String what, String why) implements Note {}

    /**
     * Which standbys stream from the server.
     *
     * @param moment {@code before} or {@code after}
     * @param standbys one line each
     * @param hidden why their state was not told
     */
    record StandbysSeen(String moment, List<String> standbys, Optional<String> hidden) implements Note {
        public StandbysSeen {
            standbys = List.copyOf(standbys);
        }
    }

    /** Our schema is gone. */
    record LedgerDropped(String schema) implements Note {}

    /** One line for people; empty for what comes many times a second. */
    default String summary() {
        return switch (this) {
            case LedgerOpened(String schema, int writers, int rows) ->
                "ledger: %d writers, %d rows a commit, in schema %s".formatted(writers, rows, schema);
            case LedgerRefused refused -> "ledger refused: " + refused.why();
            case CommitsReserved _ -> "";
            case CommitsConcluded concluded ->
                concluded.outages().isEmpty()
                        ? ""
                        : "ledger: writes are acknowledged again after %.1f s"
                                .formatted(concluded.outages().getLast().time().toMillis() / 1000.0);
            case WritersStopped _ -> "ledger: the writers have stopped";
            case WritesWedged wedged ->
                wedged.until().isEmpty()
                        ? wedged.inFlight() + " commits in flight get no answer since " + wedged.since()
                                + " while the server answers others"
                        : "ledger: commits are answered again";
            case ServerSeen seen ->
                "server %s: started %s%s"
                        .formatted(
                                seen.moment(),
                                seen.postmasterStarted(),
                                switch (seen.canary()) {
                                    case SET -> "";
                                    case ALIVE -> ", no crash recovery";
                                    case DEAD -> ", after a crash recovery";
                                    case ABSENT -> ", without our schema";
                                });
            case SettingsSeen seen ->
                "settings: "
                        + String.join(
                                ", ",
                                seen.settings().stream()
                                        .map(setting -> setting.name() + "=" + setting.value())
                                        .toList());
            case LedgerRead read -> "ledger: %d rows read by %s scan".formatted(read.rows(), read.scan());
            case DatasetSeen seen ->
                "dataset %s %s: %s"
                        .formatted(
                                seen.table(),
                                seen.moment(),
                                seen.missing()
                                        .orElseGet(() -> seen.table("seq")
                                                .map(scan -> scan.rows() + " rows")
                                                .orElse("not read")));
            case IndexChecked checked ->
                "index " + checked.index() + ": " + checked.damage().orElse("whole");
            case SecondLookLeftOut left -> left.what() + " left out: " + left.why();
            case StandbysSeen seen ->
                "standbys " + seen.moment() + ": "
                        + (seen.standbys().isEmpty() ? "none" : String.join("; ", seen.standbys()));
            case LedgerDropped dropped -> "ledger: schema " + dropped.schema() + " dropped";
        };
    }
}
