package dev.tocsin.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Seeds;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever somebody calls a metric, what it measures follows from the query behind it. */
final class RenamedMetricsTest {
    /** @param column what the metric is, {@code FROM} and all after it in {@code source} */
    private record Measured(String labels, String column, String source, String condition, String kind) {}

    private record Case(long seed, Measured measured) {}

    private static final List<Measured> ALL = List.of(
            new Measured("", "count(*)", "pg_stat_activity", "M > 60", "connectionFlood"),
            new Measured(
                    "datname",
                    "count(*)",
                    "pg_stat_activity WHERE state = 'idle in transaction' GROUP BY datname",
                    "M > 2",
                    "idleInTransaction"),
            new Measured(
                    "",
                    "count(*)",
                    "pg_stat_activity WHERE state = 'active' AND now() - query_start > interval '30 seconds'",
                    "M > 5",
                    "sleepLoad"),
            new Measured("", "max(extract(epoch FROM now() - xact_start))", "pg_stat_activity", "M > 60", "sleepLoad"),
            new Measured("", "count(*)", "pg_locks WHERE NOT granted", "M > 3", "lockWaits"),
            new Measured("mode", "count(*)", "pg_locks GROUP BY mode", "M > 1500", "lockHoard"),
            new Measured("datname", "deadlocks", "pg_stat_database", "increase(M[1m]) > 3", "deadlockStorm"),
            new Measured("datname", "xact_rollback", "pg_stat_database", "rate(M[1m]) > 50", "rollbackStorm"),
            new Measured("datname", "xact_commit", "pg_stat_database", "rate(M[1m]) > 5000", "commitStorm"),
            new Measured("datname", "blks_read", "pg_stat_database", "rate(M[1m]) > 5000", "coldScan"),
            new Measured("datname", "temp_files", "pg_stat_database", "increase(M[1m]) > 30", "temporaryFiles"),
            new Measured("relname", "n_dead_tup", "pg_stat_user_tables", "M > 50000", "deadTuples"),
            new Measured("relname", "idx_tup_fetch", "pg_stat_user_tables", "rate(M[1m]) > 50000", "indexScans"),
            new Measured("relname", "n_tup_del", "pg_stat_user_tables", "rate(M[1m]) > 5000", "bloat|rowFlood"),
            new Measured("slot_name", "active::int", "pg_replication_slots", "M == 0", "unusedSlot"),
            new Measured(
                    "slot_name",
                    "(pg_current_wal_lsn() - restart_lsn)",
                    "pg_replication_slots",
                    "M > 40e6",
                    "unusedSlot"),
            new Measured("slot_name", "age(catalog_xmin)", "pg_replication_slots", "M > 20000", "unusedSlot"),
            new Measured("datname", "age(datfrozenxid)", "pg_database", "delta(M[10m]) > 300000", "transactionIdAge"),
            new Measured("", "failed_count", "pg_stat_archiver", "changes(M[2m]) > 0", "archiverFailure"),
            new Measured("", "checkpoints_req", "pg_stat_bgwriter", "increase(M[2m]) > 10", "checkpointStorm"),
            new Measured("", "pg_is_in_recovery()::int", "(SELECT 1) x", "changes(M[2m]) > 0", "standbyPromotion"),
            new Measured(
                    "",
                    "pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())",
                    "(SELECT 1) x",
                    "M > 50e6",
                    "replayPause"),
            new Measured(
                    "application_name",
                    "extract(epoch FROM replay_lag)",
                    "pg_stat_replication",
                    "M > 15",
                    "replayPause"),
            new Measured("", "count(*)", "pg_stat_wal_receiver", "max(M) == 0", "standbyDetach"),
            new Measured("", "count(*)", "pg_stat_replication", "M < 1", "standbyDetach"),
            new Measured("", "pg_postmaster_start_time()", "(SELECT 1) x", "time() - M < 90", "podKill"),
            new Measured("", "count(*)", "pg_settings WHERE pending_restart", "M >= 1", "settingChange"),
            new Measured("", "current_setting('work_mem')", "(SELECT 1) x", "changes(M[5m]) != 0", "settingChange"),
            new Measured(
                    "relname",
                    "(NOT indisvalid)::int",
                    "pg_index JOIN pg_class ON pg_class.oid = indrelid",
                    "M > 0",
                    "invalidIndex"),
            new Measured(
                    "sequencename", "100 * last_value / max_value", "pg_sequences", "M > 85", "sequenceExhaustion"),
            new Measured("subname", "apply_error_count", "pg_stat_subscription_stats", "M > 2", "subscriptionFailure"),
            new Measured("datname", "pg_database_size(datname)", "pg_database", "delta(M[5m]) > 50e6", "diskFill"));

    static Stream<Case> cases() {
        return Seeds.of(4711, 8175).stream().flatMap(seed -> ALL.stream().map(measured -> new Case(seed, measured)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theStimulusIsFound(Case given) throws Exception {
        var random = new Random(given.seed() * 31 + ALL.indexOf(given.measured()));
        var namespace = word(random);
        var column = word(random);
        var label = word(random);
        var queries = QueriesFile.read("queries.yml", queries(given.measured(), namespace, column, label, random));
        var condition = given.measured().condition().replace("M", namespace + "_" + column);
        var rules = RuleFile.read(
                "rules.yml",
                "groups: [{ name: g, rules: [{ alert: " + word(random) + ", expr: '" + condition + "' }] }]");

        var drafted = Drafts.of(List.of(rules), List.of(queries), Optional.empty(), true, Optional.empty())
                .getFirst();

        assertThat(drafted.scenario().map(scenario -> scenario.stimulus().kind()))
                .as("%s by %s: %s", condition, queries.queries().getFirst().sql(), drafted.reason())
                .hasValueSatisfying(
                        kind -> assertThat(kind).matches(given.measured().kind()));
    }

    private static String queries(Measured measured, String namespace, String column, String label, Random random) {
        var labelled = measured.labels().isEmpty() ? "" : measured.labels() + " AS " + label + ", ";
        var plain = "SELECT " + labelled + measured.column() + " AS " + column + " FROM " + measured.source();
        var wanted = measured.labels().isEmpty() ? column : label + ", " + column;
        var sql = switch (random.nextInt(4)) {
            case 0 -> plain;
            case 1 -> "SELECT " + wanted + " FROM (" + plain + ") AS inner_one";
            case 2 -> "WITH w AS (" + plain + ") SELECT " + wanted + " FROM w";
            default -> "SELECT i.* FROM (" + plain + ") i WHERE i." + column + " IS NOT NULL";
        };
        return namespace + ":\n  query: >-\n    " + sql + "\n  metrics:\n"
                + (measured.labels().isEmpty() ? "" : "    - " + label + ": { usage: LABEL }\n")
                + "    - " + column + ": { usage: GAUGE }\n";
    }

    private static String word(Random random) {
        var word = new StringBuilder("x");
        for (var i = 0; i < 8; i++) {
            word.append((char) ('a' + random.nextInt(26)));
        }
        return word.toString();
    }
}
