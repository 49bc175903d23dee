package dev.tocsin.domain.scenario;

import java.time.Duration;
import java.util.List;

/** What sessions of our own do to a server, and what ends with them. */
public sealed interface SessionStimulus extends Stimulus {

    @Described("Open real connections until a share of max_connections is taken, and keep them open.")
    record ConnectionFlood(
            @Described(
                    value = "How full the server shall be, others' sessions counted: a number of connections or a"
                            + " percentage of max_connections.",
                    example = "96%")
            Size fill,

            @Described(
                    value = "Over what time to get there, evenly. 0s is as fast as the server takes them.",
                    ifAbsent = "0s")
            Duration ramp,

            @Described(
                    value = "Slots always left free; never fewer than the server reserves for superusers.",
                    ifAbsent = "3")
            int reserve)
            implements SessionStimulus {
        public ConnectionFlood {
            Stimulus.atLeast("reserve", reserve, 0);
        }

        @Override
        public Stimulus halved() {
            return new ConnectionFlood(fill.halved(), ramp, reserve);
        }
    }

    @Described("Keep sessions busy in pg_sleep, alone or inside an open transaction.")
    record SleepLoad(
            @Described(value = "How many sessions sleep: a number or a percentage of max_connections.", example = "10")
            Size sessions,

            @Described(value = "Whether each sleeps inside a transaction of its own.", ifAbsent = "false")
            boolean inTransaction,

            @Described(
                    value = "Slots always left free; never fewer than the server reserves for superusers.",
                    ifAbsent = "3")
            int reserve)
            implements SessionStimulus {
        public SleepLoad {
            Stimulus.atLeast("reserve", reserve, 0);
        }

        @Override
        public Stimulus halved() {
            return new SleepLoad(sessions.halved(), inTransaction, reserve);
        }
    }

    @Described("Open transactions, run one statement in each, and then leave them idle.")
    record IdleInTransaction(
            @Described(value = "How many: a number or a percentage of max_connections.", ifAbsent = "2")
            Size sessions,

            @Described(
                    value = "Slots always left free; never fewer than the server reserves for superusers.",
                    ifAbsent = "3")
            int reserve)
            implements SessionStimulus {
        @Override
        public boolean makesSeries() {
            return true;
        }

        public IdleInTransaction {
            Stimulus.atLeast("reserve", reserve, 0);
        }
    }

    @Described("Take many locks in one transaction and keep them.")
    record LockHoard(
            @Described(
                    value =
                            "How many: a number, or a percentage of the lock table, which is max_locks_per_transaction times max_connections. At most 60%: the table is shared.",
                    ifAbsent = "25%")
            Size locks)
            implements SessionStimulus {}

    @Described("Let sessions wait for one row that another one has locked.")
    record LockWaits(
            @Described(value = "How many wait.", ifAbsent = "20")
            int waiters,

            @Described(
                    value = "Whether each waits for the one before it, instead of all for the first.",
                    ifAbsent = "false")
            boolean chain)
            implements SessionStimulus {
        @Override
        public boolean makesSeries() {
            return true;
        }

        public LockWaits {
            Stimulus.atLeast("waiters", waiters, 1);
        }
    }

    @Described("Let two sessions deadlock, again and again, over advisory locks.")
    record DeadlockStorm(
            @Described(
                    value = "How many deadlocks until it is in full effect. They go on until the release.",
                    ifAbsent = "15")
            int count,

            @Described(
                    value = "How many pairs of sessions at once. Each pair makes one deadlock in a deadlock_timeout.",
                    ifAbsent = "4")
            int pairs)
            implements SessionStimulus {
        public DeadlockStorm {
            Stimulus.atLeast("count", count, 1);
            Stimulus.atLeast("pairs", pairs, 1);
        }
    }

    @Described("Begin transactions, read, and roll them back.")
    record RollbackStorm(
            @Described(value = "How many a second, in all.", ifAbsent = "200")
            int rate,

            @Described(value = "From how many sessions.", ifAbsent = "2")
            int sessions)
            implements SessionStimulus {
        public RollbackStorm {
            Stimulus.atLeast("rate", rate, 1);
            Stimulus.atLeast("sessions", sessions, 1);
        }
    }

    @Described("Commit transactions that change nothing.")
    record CommitStorm(
            @Described(
                    value = "How many a second, in all. Paced, because a flood of them starves the exporter.",
                    ifAbsent = "25000")
            int rate,

            @Described(value = "From how many sessions.", ifAbsent = "6")
            int sessions)
            implements SessionStimulus {
        public CommitStorm {
            Stimulus.atLeast("rate", rate, 1);
            Stimulus.atLeast("sessions", sessions, 1);
        }
    }

    @Described("Run statements that the server ends at their statement_timeout.")
    record StatementTimeoutStorm(
            @Described(value = "How many a second.", ifAbsent = "50")
            int rate) implements SessionStimulus {
        public StatementTimeoutStorm {
            Stimulus.atLeast("rate", rate, 1);
        }
    }

    @Described("Hold a snapshot and use up transaction ids, so that the oldest one gets old.")
    record TransactionIdAge(
            @Described(value = "How many ids to use up.", ifAbsent = "320000")
            int transactions) implements SessionStimulus {
        public TransactionIdAge {
            Stimulus.atLeast("transactions", transactions, 1);
        }
    }

    @Described("An ordinary load: sessions that commit at a steady rate. As background it is what a lull takes away.")
    record Workload(
            @Described(value = "Transactions a second in each database, each with an id of its own.", ifAbsent = "100")
            int rate,

            @Described(value = "Sessions in each database.", ifAbsent = "6")
            int sessions,

            @Described("In which databases. Default: the one of the target.")
            List<String> databases)
            implements SessionStimulus {
        public Workload {
            databases = List.copyOf(databases);
            Stimulus.atLeast("rate", rate, 1);
            Stimulus.atLeast("sessions", sessions, 1);
        }
    }

    @Described("Stop a background load, so that nothing happens; the release lets it go on.")
    record Lull(
            @Described("The name of the background load.") String of) implements SessionStimulus {}
}
