package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.tocsin.stress.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done in a scratch schema, on a real server. */
@Order(Tier.LONG)
final class TableStimuliIT extends StimulusContract<StimulusBed> {
    private static final String SCRATCH = "scratch";
    private static final String OURS = " WHERE schemaname LIKE 'tocsin\\_%'";
    private static final String TABLES = " FROM pg_stat_user_tables" + OURS;
    private static final String DATABASE = " FROM pg_stat_database WHERE datname = current_database()";

    /** Rates that a busy machine reaches too: one that is not reached is no effect, and rightly refused. */
    static final List<StimulusCase> CASES = List.of(
            StimulusCase.makesTrue(
                            new DeadTuples(30_000),
                            "SELECT n_dead_tup > 10000 AND n_dead_tup >= 0.1 * (n_live_tup + n_dead_tup)"
                                    + " AND last_autovacuum IS NULL" + TABLES)
                    .measured("dead tuples", 27_000),
            StimulusCase.makesTrue(
                            new Bloat(size("16MB")),
                            "SELECT (SELECT free_percent + dead_tuple_percent > 85 FROM pgstattuple(relid)) AND"
                                    + " (SELECT 100 - avg_leaf_density / 0.9 > 80 FROM pgstatindex(indexrelid::regclass))"
                                    + " AND pg_relation_size(relid) >= 16 * 1024 * 1024"
                                    + " AND pg_relation_size(indexrelid) >= 8 * 1024 * 1024 FROM pg_stat_user_indexes"
                                    + OURS)
                    .measured("% of the table free", 85),
            StimulusCase.makesTrue(
                            new StaleVacuum(1000),
                            "SELECT last_autovacuum IS NOT NULL AND n_dead_tup >= 1000 AND reloptions::text ~ 'autovacuum_enabled=off'"
                                    + " FROM pg_stat_user_tables JOIN pg_class ON oid = relid" + OURS)
                    .measured("runs of autovacuum", 1),
            StimulusCase.makesTrue(
                            new InvalidIndex(1000),
                            "SELECT bool_or(NOT indisvalid AND indexrelid::regclass::text ~ '_ccnew') AND bool_or(indisvalid)"
                                    + " AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'tocsin:%')"
                                    + " FROM pg_index WHERE indexrelid::regclass::text LIKE 'tocsin\\_%'")
                    .measured("invalid index", 1),
            StimulusCase.makesTrue(new ColdScan(size("48MB"), 2, false), "SELECT seq_scan > 0" + TABLES)
                    .measured("% of what", 3),
            // How much of it is read cold is asked after the reset, below.
            StimulusCase.raises(
                            new ColdScan(size("1MB"), 5, true),
                            "SELECT (extract(epoch FROM stats_reset) * 1000)::bigint" + DATABASE,
                            1)
                    .measured("since its statistics were reset", 12)
                    .undoneAsAnother(),
            StimulusCase.makesTrue(
                            new IndexScans(20, 100), "SELECT idx_scan > 40 AND idx_tup_fetch = 100 * idx_scan" + TABLES)
                    .measured("scans of an index a second", 16),
            StimulusCase.keepsRaising(new TemporaryFiles(2, size("1MB")), "SELECT temp_bytes" + DATABASE, 2 << 20)
                    .measured("temporary files a second", 1),
            StimulusCase.makesTrue(
                            new SequenceExhaustion(90),
                            "SELECT last_value >= 0.9 * max_value AND has_sequence_privilege('exporter', format('%I.%I', schemaname,"
                                    + " sequencename), 'SELECT') FROM pg_sequences" + OURS)
                    .measured("% of a sequence used", 90),
            StimulusCase.makesTrue(new RowFlood(Operation.INSERT, 2000), written("n_tup_ins"))
                    .measured("rows inserted a second", 1600),
            StimulusCase.makesTrue(new RowFlood(Operation.UPDATE, 2000), written("n_tup_upd"))
                    .measured("rows updated a second", 1600)
                    .undoneAsAnother(),
            StimulusCase.makesTrue(new RowFlood(Operation.DELETE, 2000), written("n_tup_del"))
                    .measured("rows deleted a second", 1600)
                    .undoneAsAnother(),
            StimulusCase.makesTrue(
                            new DiskFill(size("20MB"), Optional.empty()),
                            "SELECT pg_table_size(relid) >= 20 * 1024 * 1024" + TABLES)
                    .measured("MB in the table", 20),
            StimulusCase.makesTrue(
                            new DiskFill(size("10MB"), Optional.of(SCRATCH)),
                            "SELECT pg_tablespace_size('" + SCRATCH + "') >= 10 * 1024 * 1024")
                    .measured("MB in the table", 10)
                    .undoneAsAnother());

    private static String written(String column) {
        return "SELECT " + column + " >= 4000 AND pg_relation_size(relid) < 256 * 1024 * 1024" + TABLES;
    }

    private static final List<TooMuch> TOO_MUCH = List.of(
            new TooMuch(new DeadTuples(100_000_000), "at most 4,096 MB may be written there"),
            new TooMuch(new Bloat(size("3GB")), "at most 4,096 MB may be written there"),
            new TooMuch(new StaleVacuum(2_000_000), "at most 1,000,000"),
            new TooMuch(new InvalidIndex(100_000_000), "at most 4,096 MB may be written there"),
            new TooMuch(new ColdScan(size("5GB"), 1, false), "at most 4,096 MB may be written there"),
            new TooMuch(new IndexScans(1, 2_000_000), "at most 1,000,000"),
            new TooMuch(new TemporaryFiles(1, size("2GB")), "at most 1,024 MB may be written there"),
            new TooMuch(new RowFlood(Operation.INSERT, 300_000), "at most 200,000"),
            new TooMuch(new DiskFill(size("5GB"), Optional.empty()), "at most 4,096 MB may be written there"),
            new TooMuch(new DiskFill(size("65GB"), Optional.of(SCRATCH)), "at most 65,536 MB may be written there"),
            new TooMuch(new DiskFill(size("1MB"), Optional.of("nowhere")), "no tablespace nowhere"));

    /** Takes many seconds to write. */
    private static final TableStimulus LONG = new DeadTuples(30_000_000);

    TableStimuliIT() throws Exception {
        super(new StimulusBed(Map.of("autovacuum_naptime", "1s")));
    }

    @BeforeAll
    void giveTheRoleNothing() throws Exception {
        bed.superuser(
                "ALTER DATABASE app OWNER TO postgres",
                "CREATE EXTENSION pgstattuple",
                "SET allow_in_place_tablespaces = on",
                "CREATE TABLESPACE " + SCRATCH + " LOCATION ''");
    }

    @Override
    List<StimulusCase> cases() {
        return CASES;
    }

    @Override
    List<TooMuch> tooMuch() {
        return TOO_MUCH;
    }

    /** A ratio since the last reset would stay low for days, and its alert be on. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasReadSinceAResetIsNotCountedForEver(boolean crash) throws Exception {
        try (var prepared = prepare(new ColdScan(size("1MB"), 5, true))) {
            var held = prepared.apply(StressedBed.progress());
            Awaitility.await()
                    .untilAsserted(() -> assertThat(bed.ask(
                                    "SELECT blks_read > 1000 AND blks_hit < 0.9 * (blks_hit + blks_read)" + DATABASE))
                            .isEqualTo("true"));
            if (crash) {
                bed.stressor().undo(prepared.undo(), Duration.ofSeconds(10));
            } else {
                held.release();
            }
        }
        assertThat(bed.ask("SELECT blks_read < 1000" + DATABASE)).isEqualTo("true");
    }

    @Test
    void autovacuumIsNotWaitedForWhereItNeverComes() throws Exception {
        grantWhatIsMissing(new StaleVacuum(1));
        bed.superuser("ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()");
        try {
            Awaitility.await()
                    .untilAsserted(() -> assertThatThrownBy(() -> bed.prepare(bed.stressor(), new StaleVacuum(1)))
                            .hasMessageContaining("autovacuum or track_counts is off"));
        } finally {
            bed.superuser("ALTER SYSTEM RESET autovacuum", "SELECT pg_reload_conf()");
        }
        // Until the server has read its settings anew, the other thing is said.
        Awaitility.await()
                .untilAsserted(() -> assertThatThrownBy(
                                () -> bed.prepare(bed.stressor(), new StaleVacuum(1), Duration.ofSeconds(20)))
                        .hasMessageContaining("lengthen guards.maxDuration"));
    }

    @Test
    void aRateThatTheServerDoesNotReachIsNotTakenForIt() throws Exception {
        var before = bed.belongings();
        try (var prepared = prepare(new IndexScans(1000, 1_000_000))) {
            assertThatThrownBy(() -> prepared.apply(StressedBed.progress()))
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
                var prepared = prepare(new Bloat(size("1MB")))) {
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
        try (var prepared = prepare(LONG)) {
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
        assertThat(statements).singleElement().asString().matches("writing the table, \\d+ s so far");
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @Test
    void aLongStatementEndsAtItsBound() throws Exception {
        var before = bed.belongings();
        try (var prepared = prepare(LONG, Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> prepared.apply(StressedBed.progress()))
                    .hasMessageContaining("writing the table was not done within 1 s");
            bed.stressor().undo(prepared.undo(), Duration.ofSeconds(10));
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    private static ByteSize size(String text) {
        return ByteSize.parse(text);
    }
}
