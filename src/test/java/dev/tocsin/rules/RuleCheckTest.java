package dev.tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of mistake is found, with its proof; what is sound is left alone. */
final class RuleCheckTest {
    /** What an exporter of one server shows at rest. */
    static final String AT_REST = """
            gauge up{job="pg",instance="a"} 1
            gauge pg_up{job="pg",instance="a"} 1
            gauge pg_in_recovery{job="pg",instance="a"} 0
            gauge pg_uptime_seconds{job="pg",instance="a"} 9000
            gauge pg_start_time_seconds{job="pg",instance="a"} 1799990000
            gauge pg_replication_lag_seconds{job="pg",instance="a"} 0
            gauge pg_settings_max_connections{job="pg",instance="a",server="s"} 100
            gauge pg_settings_max_locks{job="pg",instance="a",server="s"} 64
            gauge pg_settings_threshold{job="pg",instance="a",server="s"} 50
            gauge pg_stat_activity_count{job="pg",instance="a",server="s",datname="app",state="active"} 3
            gauge pg_stat_activity_count{job="pg",instance="a",server="s",datname="app",state="idle"} 1
            gauge pg_stat_activity_max_tx_duration{job="pg",instance="a",server="s",datname="app",state="active"} 0
            gauge pg_locks_count{job="pg",instance="a",server="s",datname="app",mode="exclusivelock"} 0
            gauge pg_locks_count{job="pg",instance="a",server="s",datname="app",mode="sharelock"} 2
            gauge pg_stat_tables_dead{job="pg",instance="a",server="s",datname="app",relname="t"} 0
            gauge pg_stat_tables_dead{job="pg",instance="a",server="s",datname="app",relname="u"} 0
            gauge pg_stat_tables_live{job="pg",instance="a",server="s",datname="app",relname="t"} 10
            gauge pg_stat_tables_last_vacuum{job="pg",instance="a",server="s",datname="app",relname="t"} 1799999990
            counter pg_stat_db_hits{job="pg",instance="a",server="s",datname="app"} 90
            counter pg_stat_db_reads{job="pg",instance="a",server="s",datname="app"} 10
            gauge servers_up{job="pg",instance="a"} 3
            gauge errors{job="pg",instance="a",type="target",exported_type="deadlock"} 0
            """;

    private static final HeldSeries SERIES = new HeldSeries(Duration.ofSeconds(10)).with(AT_REST);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            sum by (instance) (pg_stat_activity_count) / pg_settings_max_connections > 0.8 | NO_MATCH | only one side has job, server
            (sum by (instance) (pg_locks_count) / (pg_settings_max_locks * pg_settings_max_connections)) > 0.2 and pg_settings_max_locks > 0 | NO_MATCH | left of / are 1 series with {instance}
            (pg_stat_tables_dead + pg_stat_tables_live) > pg_settings_threshold and time() - pg_stat_tables_last_vacuum > 864000 | NO_MATCH | only one side has datname, relname
            avg by (datname) (rate(pg_stat_activity_max_tx_duration[2m])) > 2 * 60 | IMPOSSIBLE_VALUE | about 1 a second
            deriv(pg_uptime_seconds[5m]) > 100 | IMPOSSIBLE_VALUE | about 1 a second
            group without (instance) (timestamp(pg_stat_tables_dead > pg_stat_tables_live * 2) < time() - 36000) | NEVER_OLDER | is now and 0
            time() - timestamp(pg_up == 1) > 60 | NEVER_OLDER | is 0, 60 is 60
            pg_locks_count{mode="ExclusiveLock",granted="f"} > 1 | ABSENT_LABEL | no series of any metric has a label granted
            pg_locks_count{mode="ExclusiveLock"} > 1 | ABSENT_LABEL_VALUE | the values of mode are exclusivelock, sharelock
            pg_locks_count{job="elsewhere"} > 1 | ABSENT_LABEL_VALUE | a label of the targets that are scraped, and there it is pg
            pg_locks_count{instance=~"b.*",datname="app"} > 1 | ABSENT_LABEL_VALUE | there it is a
            pg_replication_lag > 30 | ABSENT_METRIC | similar are pg_replication_lag_seconds; postgres_exporter calls it
            pg_settings_max_conections > 1 | ABSENT_METRIC | similar are pg_settings_max_connections
            pg_stat_activity_waiting > 1 | ABSENT_METRIC | similar are pg_stat_activity_count
            pg_up > 1 | IMPOSSIBLE_VALUE | pg_up is from 0 to 1
            pg_up == 2 | IMPOSSIBLE_VALUE | pg_up is from 0 to 1
            pg_in_recovery < 0 | IMPOSSIBLE_VALUE | from 0 to 1
            rate(pg_stat_db_hits[5m]) / (rate(pg_stat_db_hits[5m]) + rate(pg_stat_db_reads[5m])) > 80 | IMPOSSIBLE_VALUE | from 0 to 1
            sum(pg_stat_activity_count) / sum(pg_settings_max_connections) > 80 | IMPOSSIBLE_VALUE | from 0 to 1.5
            count(pg_up) < 1 | IMPOSSIBLE_VALUE | at least 1
            pg_up > bool 0 | BOOL_COMPARISON | a result of 0 or 1
            pg_up >= 0 | ALWAYS_TRUE | from 0 to 1
            pg_stat_activity_count + on (job, instance) pg_settings_max_connections > 100 | AMBIGUOUS_MATCH | among them
            pg_settings_max_connections / on (job) pg_stat_activity_count > 100 | AMBIGUOUS_MATCH | among them
            pg_replication_lag > 30 or pg_settings_max_conections > 1 | ABSENT_METRIC | similar
            """)
    void aMistakeIsCertain(String rule, RuleFinding.Kind kind, String proof) throws Exception {
        assertThat(certain(check(rule))).anySatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(kind);
            assertThat(finding.proof()).contains(proof);
            assertThat(finding.what()).isNotBlank();
            assertThat(finding.mend()).isNotBlank();
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            pg_bloat_pct > 80 | 0s | ABSENT_METRIC | there is no series of the metric pg_bloat_pct now
            mysql_up == 0 | 0s | ABSENT_METRIC | now
            pg_locks_count{datname="other"} > 1 | 0s | ABSENT_LABEL_VALUE | now
            pg_locks_count{relname="t"} > 1 | 0s | ABSENT_LABEL | has no label relname
            pg_locks_count{datname="app",mode=~".*lock",job!="pg"} > 1 | 0s | ABSENT_LABEL_VALUE | now
            errors{type="deadlock"} > 1 | 0s | ABSENT_LABEL_VALUE | the target has a label of that name
            up or pg_replication_lag > 30 | 0s | ABSENT_METRIC | there is no metric pg_replication_lag
            up unless pg_replication_lag > 30 | 0s | ABSENT_METRIC | there is no metric pg_replication_lag
            rate(pg_stat_activity_max_tx_duration[2m]) > 2 | 0s | IMPOSSIBLE_VALUE | cannot be true
            pg_stat_tables_dead / (pg_stat_tables_dead + pg_stat_tables_live) > 10 | 0s | IMPOSSIBLE_VALUE | cannot be true
            time() - timestamp(pg_up) > 600 | 0s | NEVER_OLDER | cannot be true
            changes(pg_up[1m]) > 0 | 2m | FOR_LONGER_THAN_WINDOW | passes after 1m
            pg_settings_threshold != pg_settings_threshold offset 30s | 1m | FOR_LONGER_THAN_WINDOW | passes after 30s
            time() - pg_start_time_seconds < 60 | 2m | FOR_LONGER_THAN_WINDOW | passes after 1m
            pg_uptime_seconds < 60 | 2m | FOR_LONGER_THAN_WINDOW | passes after 1m
            pg_stat_activity_count > 2 | 0s | FIRES_AT_REST | true now
            """)
    void whatMayBeMeantIsANote(String rule, String hold, RuleFinding.Kind kind, String what) throws Exception {
        var findings = RuleCheck.of(Promql.parse(rule), Durations.parse(hold), SERIES);
        assertThat(certain(findings)).isEmpty();
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(kind);
            assertThat(finding.what()).contains(what);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pg_up == 0",
                "pg_up != 1",
                "servers_up > 4",
                "absent(pg_replication_lag)",
                "sum by (job, instance) (pg_stat_activity_count) / on (job, instance) group_left () pg_settings_max_connections > 0.8",
                "100 * sum by (instance) (pg_stat_activity_count) / on (instance) pg_settings_max_connections > 80",
                "sum by (instance) (pg_locks_count) / on (instance) (pg_settings_max_locks * pg_settings_max_connections) > 0.2",
                "pg_stat_tables_dead > 10000 and on (datname, relname) (time() - pg_stat_tables_last_vacuum > 864000)",
                "(pg_stat_tables_dead > 10000) / (pg_stat_tables_dead + pg_stat_tables_live) > 0.1",
                "rate(pg_stat_db_hits[5m]) / (rate(pg_stat_db_hits[5m]) + rate(pg_stat_db_reads[5m])) > 0.98",
                "rate(pg_stat_db_hits[1m]) > 10000",
                "pg_stat_activity_max_tx_duration{state=\"active\"} > 120",
                "pg_stat_activity_count{state=~\"active|idle\"} > 50",
                "increase(pg_stat_db_reads[1m]) > 5",
                "pg_uptime_seconds < 60",
                "changes(pg_in_recovery[5m]) > 0",
                "pg_settings_max_connections != on (instance) pg_settings_max_connections offset 5m",
                "time() - pg_stat_tables_last_vacuum > 864000"
            })
    void aSoundRuleIsLeftAlone(String rule) throws Exception {
        assertThat(check(rule)).isEmpty();
    }

    @Test
    void aHastyScrapeLosesWhatItShouldSee() throws Exception {
        var hasty = new HeldSeries(Duration.ofSeconds(1)).with(AT_REST);
        for (var rule : List.of("pg_up == 0", "pg_up != 1", "pg_up < 1")) {
            assertThat(RuleCheck.of(Promql.parse(rule), Duration.ZERO, hasty))
                    .as(rule)
                    .singleElement()
                    .matches(finding -> finding.kind() == RuleFinding.Kind.STALE_COMPARISON && !finding.certain());
        }
        assertThat(RuleCheck.of(Promql.parse("up == 0"), Duration.ZERO, hasty)).isEmpty();
    }

    @Test
    void theTextAloneTellsOfValuesAndNotOfSeries() {
        assertThat(RuleCheck.of(Promql.parse("rate(a_tx_duration[1m]) > 60"), Duration.ZERO))
                .singleElement()
                .matches(finding -> finding.kind() == RuleFinding.Kind.IMPOSSIBLE_VALUE && finding.certain());
        assertThat(RuleCheck.of(Promql.parse("a / b > 1"), Duration.ZERO)).isEmpty();
    }

    @Test
    void aMendedJoinSaysWhatToWrite() throws Exception {
        assertThat(check("sum by (instance) (pg_stat_activity_count) / pg_settings_max_connections > 0.8"))
                .singleElement()
                .matches(finding -> finding.mend().equals("write / on (instance)"));
        assertThat(check("pg_stat_tables_dead > pg_settings_threshold"))
                .singleElement()
                .matches(finding -> finding.mend().equals("write > on (instance, job) group_left ()"));
    }

    @Test
    void whatCannotBeReadHasAFindingToo() {
        try {
            assertThat(Promql.parse("a >")).isNull();
        } catch (PromqlException e) {
            assertThat(RuleFinding.syntax(e).mend()).isEqualTo("correct it at line 1, character 4");
        }
    }

    private static List<RuleFinding> check(String rule) throws Exception {
        return RuleCheck.of(Promql.parse(rule), Duration.ZERO, SERIES);
    }

    private static List<RuleFinding> certain(List<RuleFinding> findings) {
        return findings.stream().filter(RuleFinding::certain).toList();
    }

    @Test
    void aCountOfNothingIsToBeAskedForAsAbsent() throws Exception {
        assertThat(check("count(pg_replication_lag_seconds) == 0"))
                .extracting(RuleFinding::mend)
                .anySatisfy(mend -> assertThat(mend).contains("absent(pg_replication_lag_seconds)"));
    }
}
