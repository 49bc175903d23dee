package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.domain.scenario.ByteSize;
import dev.tocsin.domain.scenario.TableStimulus;
import dev.tocsin.domain.scenario.TableStimulus.Bloat;
import dev.tocsin.domain.scenario.TableStimulus.ColdScan;
import dev.tocsin.domain.scenario.TableStimulus.DeadTuples;
import dev.tocsin.domain.scenario.TableStimulus.DiskFill;
import dev.tocsin.domain.scenario.TableStimulus.IndexScans;
import dev.tocsin.domain.scenario.TableStimulus.InvalidIndex;
import dev.tocsin.domain.scenario.TableStimulus.RowFlood;
import dev.tocsin.domain.scenario.TableStimulus.RowFlood.Operation;
import dev.tocsin.domain.scenario.TableStimulus.SequenceExhaustion;
import dev.tocsin.domain.scenario.TableStimulus.StaleVacuum;
import dev.tocsin.domain.scenario.TableStimulus.TemporaryFiles;
import dev.tocsin.stress.Prepared;
import dev.tocsin.stress.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done in a scratch schema, on a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TableStimuliIT {
    private static final String SCRATCH = "scratch";
    private static final String OURS = " WHERE schemaname LIKE 'tocsin\\_%'";
    private static final String TABLES = " FROM pg_stat_user_tables" + OURS;
    private static final String DATABASE = " FROM pg_stat_database WHERE datname = current_database()";

    /**
     * A kind and what must be seen of it.
     *
     * @param figure one of its effect, of which there are at least so many
     * @param outside what the superuser asks meanwhile, and must find true
     */
    private record Case(TableStimulus stimulus, String figure, long least, String outside) {
        @Override
        public String toString() {
            return stimulus.toString();
        }
    }

    private static final List<Case> CASES = List.of(
            new Case(
                    new DeadTuples(30_000),
                    "dead tuples",
                    27_000,
                    "SELECT n_dead_tup > 10000 AND n_dead_tup >= 0.1 * (n_live_tup + n_dead_tup)"
                            + " AND last_autovacuum IS NULL" + TABLES),
            new Case(
                    new Bloat(size("16MB")),
                    "% of the table free",
                    85,
                    "SELECT (SELECT free_percent + dead_tuple_percent > 85 FROM pgstattuple(relid)) AND"
                            + " (SELECT 100 - avg_leaf_density / 0.9 > 80 FROM pgstatindex(indexrelid::regclass))"
                            + " AND pg_relation_size(relid) >= 16 * 1024 * 1024"
                            + " AND pg_relation_size(indexrelid) >= 8 * 1024 * 1024 FROM pg_stat_user_indexes" + OURS),
            new Case(
                    new StaleVacuum(1000),
                    "runs of autovacuum",
                    1,
                    "SELECT last_autovacuum IS NOT NULL AND n_dead_tup >= 1000 AND reloptions::text ~ 'autovacuum_enabled=off'"
                            + " FROM pg_stat_user_tables JOIN pg_class ON oid = relid" + OURS),
            new Case(
                    new InvalidIndex(1000),
                    "invalid index",
                    1,
                    "SELECT bool_or(NOT indisvalid AND indexrelid::regclass::text ~ '_ccnew') AND bool_or(indisvalid)"
                            + " AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'tocsin:%')"
                            + " FROM pg_index WHERE indexrelid::regclass::text LIKE 'tocsin\\_%'"),
            new Case(new ColdScan(size("48MB"), 2, false), "% of what", 3, "SELECT seq_scan > 0" + TABLES),
            new Case(
                    new ColdScan(size("1MB"), 5, true),
                    "since its statistics were reset",
                    12,
                    "SELECT blks_hit < 0.9 * (blks_hit + blks_read)" + DATABASE),
            new Case(
                    new IndexScans(100, 500),
                    "scans of an index a second",
                    80,
                    "SELECT idx_scan > 100 AND idx_tup_fetch = 500 * idx_scan" + TABLES),
            new Case(
                    new TemporaryFiles(5, size("2MB")),
                    "temporary files a second",
                    4,
                    "SELECT temp_bytes > 10 * 2 * 1024 * 1024" + DATABASE),
            new Case(
                    new SequenceExhaustion(90),
                    "% of a sequence used",
                    90,
                    "SELECT last_value >= 0.9 * max_value AND has_sequence_privilege('exporter', format('%I.%I', schemaname,"
                            + " sequencename), 'SELECT') FROM pg_sequences" + OURS),
            new Case(new RowFlood(Operation.INSERT, 5000), "rows inserted a second", 4000, written("n_tup_ins")),
            new Case(new RowFlood(Operation.UPDATE, 5000), "rows updated a second", 4000, written("n_tup_upd")),
            new Case(new RowFlood(Operation.DELETE, 5000), "rows deleted a second", 4000, written("n_tup_del")),
            new Case(
                    new DiskFill(size("20MB"), Optional.empty()),
                    "MB in the table",
                    20,
                    "SELECT pg_table_size(relid) >= 20 * 1024 * 1024" + TABLES),
            new Case(
                    new DiskFill(size("10MB"), Optional.of(SCRATCH)),
                    "MB in the table",
                    10,
                    "SELECT pg_tablespace_size('" + SCRATCH + "') >= 10 * 1024 * 1024"));

    private static String written(String column) {
        return "SELECT " + column + " >= 10000 AND pg_relation_size(relid) < 256 * 1024 * 1024" + TABLES;
    }

    /** What no server is given, and why. */
    private record Refusal(TableStimulus stimulus, String why) {
        @Override
        public String toString() {
            return stimulus.toString();
        }
    }

    private static final List<Refusal> REFUSALS = List.of(
            new Refusal(new DeadTuples(100_000_000), "at most 4,096 MB may be written there"),
            new Refusal(new Bloat(size("3GB")), "at most 4,096 MB may be written there"),
            new Refusal(new StaleVacuum(2_000_000), "at most 1,000,000"),
            new Refusal(new InvalidIndex(100_000_000), "at most 4,096 MB may be written there"),
            new Refusal(new ColdScan(size("5GB"), 1, false), "at most 4,096 MB may be written there"),
            new Refusal(new IndexScans(1, 2_000_000), "at most 1,000,000"),
            new Refusal(new TemporaryFiles(1, size("2GB")), "at most 1,024 MB may be written there"),
            new Refusal(new RowFlood(Operation.INSERT, 300_000), "at most 200,000"),
            new Refusal(new DiskFill(size("5GB"), Optional.empty()), "at most 4,096 MB may be written there"),
            new Refusal(new DiskFill(size("65GB"), Optional.of(SCRATCH)), "at most 65,536 MB may be written there"));

    /** Takes many seconds to write. */
    private static final TableStimulus LONG = new DeadTuples(30_000_000);

    private static final String RESETTING =
            "GRANT EXECUTE ON FUNCTION pg_stat_reset() TO " + PostgresServer.STRESS_ROLE;
    private static final String FILLING = "GRANT CREATE ON TABLESPACE " + SCRATCH + " TO " + PostgresServer.STRESS_ROLE;

    private StimulusBed bed;

    @BeforeAll
    void start() throws Exception {
        bed = new StimulusBed(Map.of("autovacuum_naptime", "1s"));
        bed.superuser(
                "CREATE EXTENSION pgstattuple",
                RESETTING,
                "SET allow_in_place_tablespaces = on",
                "CREATE TABLESPACE " + SCRATCH + " LOCATION ''",
                FILLING);
    }

    @AfterAll
    void stop() throws Exception {
        bed.close();
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void itTakesEffectAndNothingIsLeft(Case one) throws Exception {
        var before = bed.belongings();
        try (var prepared = bed.prepare(one.stimulus())) {
            var held = prepared.apply(StimulusBed.progress());
            assertThat(StimulusBed.figure(held.effect(), one.figure())).isGreaterThanOrEqualTo(one.least());
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() ->
                            assertThat(bed.ask(one.outside())).as(one.outside()).isEqualTo("true"));
            assertThat(bed.changedSince(before)).isNotEmpty();
            held.release();
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    /** One of each kind. */
    static Stream<TableStimulus> kinds() {
        return CASES.stream()
                .collect(Collectors.toMap(
                        one -> one.stimulus().kind(), Case::stimulus, (first, _) -> first, TreeMap::new))
                .values()
                .stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void nothingIsLeftAfterACrash(TableStimulus stimulus) throws Exception {
        var before = bed.belongings();
        try (var prepared = bed.prepare(stimulus)) {
            var _ = prepared.apply(StimulusBed.progress());
            assertThat(bed.changedSince(before)).isNotEmpty();
            bed.stressor().undo(prepared.undo(), Duration.ofSeconds(10));
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    static Stream<TableStimulus> kindsWithASchema() {
        return kinds().filter(stimulus -> !(stimulus instanceof TemporaryFiles));
    }

    @ParameterizedTest
    @MethodSource("kindsWithASchema")
    void withoutTheRightItIsRefusedAndTheGrantIsNamed(TableStimulus stimulus) throws Exception {
        bed.superuser("ALTER DATABASE app OWNER TO postgres");
        try {
            assertThatThrownBy(() -> bed.prepare(stimulus)).hasMessageContaining("GRANT CREATE ON DATABASE");
        } finally {
            bed.superuser("ALTER DATABASE app OWNER TO " + PostgresServer.STRESS_ROLE);
        }
    }

    /** A ratio since the last reset would stay low for days, and its alert be on. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasReadSinceAResetIsNotCountedForEver(boolean crash) throws Exception {
        try (var prepared = bed.prepare(new ColdScan(size("1MB"), 5, true))) {
            var held = prepared.apply(StimulusBed.progress());
            assertThat(bed.ask("SELECT blks_read > 1000" + DATABASE)).isEqualTo("true");
            if (crash) {
                bed.stressor().undo(prepared.undo(), Duration.ofSeconds(10));
            } else {
                held.release();
            }
        }
        assertThat(bed.ask("SELECT blks_read < 1000" + DATABASE)).isEqualTo("true");
    }

    @Test
    void everybodysStatisticsAreNotResetWithoutTheRight() throws Exception {
        bed.superuser("REVOKE EXECUTE ON FUNCTION pg_stat_reset() FROM " + PostgresServer.STRESS_ROLE);
        try {
            assertThatThrownBy(() -> bed.prepare(new ColdScan(size("1MB"), 1, true)))
                    .hasMessageContaining("GRANT EXECUTE ON FUNCTION pg_stat_reset() TO");
        } finally {
            bed.superuser(RESETTING);
        }
    }

    @Test
    void aTablespaceNeedsItsOwnRight() throws Exception {
        bed.superuser("REVOKE CREATE ON TABLESPACE scratch FROM " + PostgresServer.STRESS_ROLE);
        try {
            assertThatThrownBy(() -> bed.prepare(new DiskFill(size("1MB"), Optional.of(SCRATCH))))
                    .hasMessageContaining("GRANT CREATE ON TABLESPACE \"scratch\" TO");
        } finally {
            bed.superuser(FILLING);
        }
        assertThatThrownBy(() -> bed.prepare(new DiskFill(size("1MB"), Optional.of("nowhere"))))
                .hasMessageContaining("no tablespace nowhere");
    }

    @ParameterizedTest
    @FieldSource("REFUSALS")
    void itsBoundRefuses(Refusal refusal) throws Exception {
        var before = bed.belongings();
        assertThatThrownBy(() -> bed.prepare(refusal.stimulus())).hasMessageContaining(refusal.why());
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @Test
    void autovacuumIsNotWaitedForWhereItNeverComes() throws Exception {
        bed.superuser("ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()");
        try {
            await().untilAsserted(() -> assertThatThrownBy(() -> bed.prepare(new StaleVacuum(1)))
                    .hasMessageContaining("autovacuum or track_counts is off"));
        } finally {
            bed.superuser("ALTER SYSTEM RESET autovacuum", "SELECT pg_reload_conf()");
        }
        assertThatThrownBy(() -> prepare(new StaleVacuum(1), Duration.ofSeconds(20)))
                .hasMessageContaining("lengthen guards.maxDuration");
    }

    @Test
    void aRateThatTheServerDoesNotReachIsNotTakenForIt() throws Exception {
        var before = bed.belongings();
        try (var prepared = bed.prepare(new IndexScans(1000, 1_000_000))) {
            assertThatThrownBy(() -> prepared.apply(StimulusBed.progress()))
                    .hasMessageContaining("scans of an index a second");
            bed.stressor().undo(prepared.undo(), Duration.ofSeconds(10));
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @Test
    void bloatSaysWhoKeepsTheDeletedRows() throws Exception {
        var before = bed.belongings();
        var heard = new AtomicReference<>("");
        try (var snapshot = bed.snapshot();
                var prepared = bed.prepare(new Bloat(size("1MB")))) {
            var held = prepared.apply(new Progress() {
                @Override
                public void report(String progress) {
                    heard.set(progress);
                }

                @Override
                public boolean stopped() {
                    return heard.get().contains("older transactions");
                }
            });
            held.release();
        }
        assertThat(heard.get()).contains("waiting for older transactions");
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @Test
    void aLongStatementEndsWhenTheRunIsStopped() throws Exception {
        var before = bed.belongings();
        var stopped = new AtomicBoolean();
        var statements = new ArrayList<String>();
        try (var prepared = bed.prepare(LONG)) {
            var held = prepared.apply(new Progress() {
                @Override
                public void report(String progress) {
                    statements.add(progress);
                    stopped.set(true);
                }

                @Override
                public boolean stopped() {
                    return stopped.get();
                }
            });
            assertThat(bed.ask("SELECT count(*)" + TABLES)).isEqualTo("0");
            held.release();
        }
        assertThat(statements).containsExactly("writing the table, 1 s so far");
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @Test
    void aLongStatementEndsAtItsBound() throws Exception {
        var before = bed.belongings();
        try (var prepared = prepare(LONG, Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> prepared.apply(StimulusBed.progress()))
                    .hasMessageContaining("writing the table was not done within 1 s");
            bed.stressor().undo(prepared.undo(), Duration.ofSeconds(10));
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    private Prepared prepare(TableStimulus stimulus, Duration bound) throws Exception {
        return bed.prepare(bed.stressor(), stimulus, bound);
    }

    private static ByteSize size(String text) {
        return ByteSize.parse(text);
    }
}
