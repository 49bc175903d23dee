package dev.tocsin.domain.scenario;

import java.util.Optional;

/** What is done in a scratch schema of our own, which is dropped afterwards. */
public sealed interface TableStimulus extends Stimulus {

    @Described("Fill a scratch table and update every row, with its autovacuum off.")
    record DeadTuples(
            @Described(value = "How many rows, each of them dead once.", ifAbsent = "1200000")
            int rows) implements TableStimulus {
        public DeadTuples {
            Stimulus.atLeast("rows", rows, 1);
        }
    }

    @Described("Make a scratch table and its index that are mostly empty space.")
    record Bloat(
            @Described(value = "How large the table is to be; its index is about half as large.", ifAbsent = "255MB")
            ByteSize size)
            implements TableStimulus {}

    @Described("Let autovacuum work on a scratch table once, and never again.")
    record StaleVacuum(
            @Described(value = "How many rows it has.", ifAbsent = "1000")
            int rows) implements TableStimulus {
        public StaleVacuum {
            Stimulus.atLeast("rows", rows, 1);
        }
    }

    @Described("Leave an invalid index on a scratch table, as an interrupted REINDEX CONCURRENTLY does.")
    record InvalidIndex(
            @Described(value = "How many rows the table has.", ifAbsent = "1000")
            int rows) implements TableStimulus {
        public InvalidIndex {
            Stimulus.atLeast("rows", rows, 1);
        }
    }

    @Described("Read a scratch table that the server's cache does not keep, over and over.")
    record ColdScan(
            @Described(
                    value = "How large the table is at least; where shared_buffers is larger than 3.3 times that, it is"
                            + " made 0.3 times as large as shared_buffers.",
                    ifAbsent = "120MB")
            ByteSize size,

            @Described(value = "How often a second, at most.", ifAbsent = "2")
            int rate,

            @Described(
                    value =
                            "Whether to reset the statistics of the database, everybody's, before and after, for rules on the ratio since the last reset.",
                    ifAbsent = "false")
            boolean resetStatistics)
            implements TableStimulus {
        public ColdScan {
            Stimulus.atLeast("rate", rate, 1);
        }
    }

    @Described("Read a scratch table through its index, over and over.")
    record IndexScans(
            @Described(value = "How many scans a second.", ifAbsent = "200")
            int rate,

            @Described(value = "How many rows each fetches.", ifAbsent = "1000")
            int rows)
            implements TableStimulus {
        public IndexScans {
            Stimulus.atLeast("rate", rate, 1);
            Stimulus.atLeast("rows", rows, 1);
        }
    }

    @Described("Sort more than work_mem holds, over and over, so that temporary files are written.")
    record TemporaryFiles(
            @Described(value = "How many a second.", ifAbsent = "5")
            int rate,

            @Described(value = "How many bytes are written for each, in one file or two.", ifAbsent = "2MB")
            ByteSize size)
            implements TableStimulus {
        /** Less than this stays in memory. */
        private static final long LEAST = 1 << 20;

        public TemporaryFiles {
            Stimulus.atLeast("rate", rate, 1);
            if (size.bytes() < LEAST) {
                throw new IllegalArgumentException("size: " + size + " is less than 1MB");
            }
        }
    }

    @Described("Use up most of a scratch sequence.")
    record SequenceExhaustion(
            @Described(value = "Percent of its range.", ifAbsent = "90")
            int used) implements TableStimulus {
        public SequenceExhaustion {
            Stimulus.atLeast("used", used, 1);
            if (used > 100) {
                throw new IllegalArgumentException("used: " + used + " is more than all of it");
            }
        }
    }

    @Described("Insert, update or delete rows of a scratch table at a steady rate.")
    record RowFlood(
            @Described(value = "insert, update or delete.", ifAbsent = "insert")
            Operation operation,

            @Described(value = "Rows a second.", ifAbsent = "10000")
            int rate)
            implements TableStimulus {
        /** What is done to each row. */
        public enum Operation {
            INSERT,
            UPDATE,
            DELETE
        }

        public RowFlood {
            Stimulus.atLeast("rate", rate, 1);
        }
    }

    @Described("Write a scratch table of a certain size.")
    record DiskFill(
            @Described(value = "How many bytes.", ifAbsent = "190MB")
            ByteSize size,

            @Described("In which tablespace, as one on a scratch volume. Default: that of the database.")
            Optional<String> tablespace)
            implements TableStimulus {}

    @Override
    default boolean makesSeries() {
        return true;
    }
}
