package dev.tocsin.domain.scenario;

import java.time.Duration;

/** What is done to the server as a whole, or to its standby, through SQL. */
public sealed interface ServerStimulus extends Stimulus {

    @Described("Write WAL that changes nothing.")
    record WalBurst(
            @Described(value = "How many bytes a second.", ifAbsent = "10MB")
            ByteSize rate) implements ServerStimulus {}

    @Described("Ask for checkpoints, over and over.")
    record CheckpointStorm(
            @Described(value = "How often, from 500ms to 30s.", ifAbsent = "1s")
            Duration every) implements ServerStimulus {
        private static final Duration SHORTEST = Duration.ofMillis(500);
        private static final Duration LONGEST = Duration.ofSeconds(30);

        public CheckpointStorm {
            if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("every: " + Durations.print(every) + " is not between "
                        + Durations.print(SHORTEST) + " and " + Durations.print(LONGEST));
            }
        }
    }

    @Described("Let archiving of the WAL fail.")
    record ArchiverFailure(
            @Described(value = "How many WAL segments are switched meanwhile.", ifAbsent = "6")
            int segments) implements ServerStimulus {
        public ArchiverFailure {
            Stimulus.atLeast("segments", segments, 1);
        }
    }

    @Described("Make a replication slot that nobody uses, so that the server keeps WAL for it.")
    record UnusedSlot(
            @Described(
                    value =
                            "Whether it is a logical one, which needs wal_level logical and holds back the catalogs too.",
                    ifAbsent = "false")
            boolean logical,

            @Described(value = "How much WAL to write behind it.", ifAbsent = "1MB")
            ByteSize retain,

            @Described(
                    value = "How many transaction ids to use up behind a logical one; a physical one holds none back.",
                    ifAbsent = "25000")
            int transactions)
            implements ServerStimulus {
        @Override
        public boolean makesSeries() {
            return true;
        }

        public UnusedSlot {
            Stimulus.atLeast("transactions", transactions, 0);
        }
    }

    @Described("Change a setting of the server, and put back what it was.")
    record SettingChange(
            @Described(value = "Which.", example = "work_mem")
            String name,

            @Described(value = "To what.", example = "5MB") String value)
            implements ServerStimulus {}

    @Described("Pause the replay of the target's standby while the primary goes on writing.")
    record ReplayPause(
            @Described(value = "How many bytes of WAL the primary writes a second.", ifAbsent = "5MB")
            ByteSize rate) implements ServerStimulus {
        @Override
        public boolean needsStandby() {
            return true;
        }
    }

    @Described("Cut the target's standby off its primary.")
    record StandbyDetach() implements ServerStimulus {
        @Override
        public boolean needsStandby() {
            return true;
        }
    }

    @Described("Promote the target's standby while the primary lives, and make it anew afterwards.")
    record StandbyPromotion() implements ServerStimulus {
        @Override
        public boolean needsStandby() {
            return true;
        }
    }

    @Described("Let a subscription of our own stop, or fail on a conflict.")
    record SubscriptionFailure(
            @Described(
                    value = "Whether its worker fails on a duplicate key, instead of its being disabled.",
                    ifAbsent = "false")
            boolean conflict)
            implements ServerStimulus {
        @Override
        public boolean makesSeries() {
            return true;
        }
    }
}
