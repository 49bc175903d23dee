package dev.tocsin.domain.scenario;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

@Described("That what was committed survives: a ledger of acknowledged commits, read back at the end.")
public record Durability(
        @Described(value = "How many sessions commit at the same time.", ifAbsent = "8")
        int writers,

        @Described("Commits a second of all writers together. Default: as fast as the server answers.")
        Optional<Integer> rate,

        @Described(value = "Rows that each transaction inserts; with two or more a torn one shows.", ifAbsent = "2")
        int rows,

        @Described("Tables that were there before, compared before and after.")
        List<Dataset> datasets,

        @Described(value = "How many acknowledged commits may be lost.", ifAbsent = "0")
        int lost,

        @Described(
                value = "From the first write that got no answer to the next that was acknowledged, for each outage.",
                ifAbsent = "60s")
        Duration recoversWithin,

        @Described(
                "Whether the pod is deleted once more, politely, after all was read, and all is read again. Default: false.")
        Optional<Boolean> secondRestart) {
    /** What the stimulus of a second restart is called in journal and report. */
    public static final String SECOND_RESTART = "second-restart";

    /** What Kubernetes grants a pod that asks for nothing else. */
    private static final Duration POLITE = Duration.ofSeconds(30);

    /** Enough to saturate a server, few enough that each writer's numbers fit into a line. */
    public static final int MOST_WRITERS = 64;

    /** The parts of a transaction that were seen are bits of an {@code int}. */
    public static final int MOST_ROWS = 16;

    public Durability {
        between("writers", writers, 1, MOST_WRITERS);
        between("rows", rows, 1, MOST_ROWS);
        between("lost", lost, 0, Integer.MAX_VALUE);
        rate.ifPresent(perSecond -> between("rate", perSecond, 1, Integer.MAX_VALUE));
        datasets = List.copyOf(datasets);
        if (recoversWithin.isZero()) {
            throw new IllegalArgumentException("recoversWithin: nothing recovers within no time");
        }
    }

    /** Another restart, in order, after everything was read back; absent where it was not asked for. */
    Optional<Stress> oneMoreRestart() {
        return secondRestart
                .filter(wanted -> wanted)
                .map(_ -> new Stress(
                        SECOND_RESTART,
                        Duration.ZERO,
                        new Hold.Fixed(Duration.ZERO),
                        new ClusterStimulus.PodKill(POLITE, Optional.empty())));
    }

    @Described("A table that was there before.")
    public record Dataset(
            @Described(value = "Its schema and name.", example = "public.orders")
            String table,

            @Described("What may be different afterwards, because others work on it.")
            List<Allowed> allow) {
        private static final Pattern NAME = Pattern.compile("[^.\"\\x00]{1,63}\\.[^.\"\\x00]{1,63}");

        public Dataset {
            if (!NAME.matcher(table).matches()) {
                throw new IllegalArgumentException("table: write schema.table, not \"" + table + "\"");
            }
            allow = List.copyOf(allow);
        }

        /** A table of which nothing may change. */
        public static Dataset of(String table) {
            return new Dataset(table, List.of());
        }

        public boolean allows(Allowed change) {
            return allow.contains(change);
        }
    }

    /** A change of a dataset that is no loss. */
    public enum Allowed {
        ROWS_ADDED("rowsAdded"),
        ROWS_CHANGED("rowsChanged"),
        ROWS_REMOVED("rowsRemoved"),
        INDEXES("indexes"),
        SEQUENCES("sequences");

        private final String word;

        Allowed(String word) {
            this.word = word;
        }

        /** Throws {@link IllegalArgumentException} for another word. */
        public static Allowed parse(String text) {
            return Arrays.stream(values())
                    .filter(allowed -> allowed.word.equals(text))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalArgumentException("\"" + text + "\" is none of " + String.join(", ", words())));
        }

        /** As a scenario writes it. */
        public String word() {
            return word;
        }

        /** As a scenario writes them. */
        public static List<String> words() {
            return Arrays.stream(values()).map(allowed -> allowed.word).toList();
        }
    }

    private static void between(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " is not between " + least + " and " + most);
        }
    }
}
