package dev.tocsin.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.cli.DraftTable;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.rules.RuleFinding;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.yaml.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of many kinds, and which stimulus each is found to need. */
final class DraftsTest {
    private static final Path FOLDER = Path.of("src/test/resources/draft");

    private static String file(String name) {
        try {
            return Files.readString(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static QueriesFile queries() throws InvalidFileException {
        return QueriesFile.read("queries.yml", file("queries.yml"));
    }

    private static List<Drafted> draft(String rules, boolean standby, List<QueriesFile> queries) throws Exception {
        return Drafts.of(
                List.of(RuleFile.read("rules.yml", rules)), queries, Optional.empty(), standby, Optional.empty());
    }

    private static Drafted one(String expression, boolean standby, List<QueriesFile> queries) throws Exception {
        var rule = "groups: [{ name: g, rules: [{ alert: One, expr: '%s' }] }]".formatted(expression);
        return draft(rule, standby, queries).getFirst();
    }

    /** What is drafted can be read, does what it says, and expects the alert by the labels of its rule. */
    @Test
    void everyRuleIsDraftedOrExplained() throws Exception {
        var drafts = draft(file("rules.yml"), true, List.of(queries()));
        for (var drafted : drafts) {
            if (drafted.scenario().isPresent()) {
                var written = drafted.scenario().get();
                var scenario = ScenarioReader.read(written.name(), written.text());
                assertThat(scenario.name()).isEqualTo(written.name());
                assertThat(scenario.stress()).extracting(Stress::stimulus).containsExactly(written.stimulus());
                assertThat(scenario.alerts().getFirst().matchers().toString())
                        .contains("alertname=\"" + drafted.rule().name() + "\"");
            } else {
                assertThat(drafted.reason()).isNotBlank();
            }
        }
        var approved = FOLDER.resolve("table.txt");
        var table = DraftTable.of(drafts);
        if (System.getProperty("approve") != null) {
            Files.writeString(approved, table);
        }
        assertThat(table).isEqualTo(Files.readString(approved));
    }

    @Test
    void theLabelsOfTheRuleAreExpected() throws Exception {
        var rules =
                "groups: [{ name: g, rules: [{ alert: Down, expr: pg_up == 0, for: 2m, labels: { severity: page, who: \"it's\", team: '{{ $labels.x }}' } }] }]";
        var written = draft(rules, false, List.of()).getFirst().scenario().orElseThrow();
        var scenario = ScenarioReader.read("down", written.text());
        assertThat(scenario.alerts().getFirst().matchers().toString())
                .contains("severity=\"page\"", "who=\"it's\"")
                .doesNotContain("team");
        assertThat(written.fires()).isBetween(120.0, 150.0);
    }

    @Test
    void twoRulesOfOneNameGetScenariosOfDifferentNames() throws Exception {
        var rules = """
                groups:
                  - name: g
                    rules:
                      - { alert: "Too  Full!", expr: pg_up == 0, labels: { severity: a } }
                      - { alert: TooFull, expr: pg_up == 0, labels: { severity: b } }
                """;
        assertThat(draft(rules, false, List.of()))
                .extracting(drafted -> drafted.scenario().orElseThrow().name())
                .containsExactly("too-full", "too-full-2");
    }

    @Test
    void whatNeedsAStandbySaysSo() throws Exception {
        assertThat(one("pg_replication_lag_seconds > 10", false, List.of()).reason())
                .contains("needs a standby", "replayPause", "--standby");
        assertThat(one("pg_replication_lag_seconds > 10", true, List.of()).scenario())
                .isPresent();
    }

    @Test
    void whatNeedsAQueryOfOursSaysSo() throws Exception {
        var expression = "pg_exporter_last_scrape_error > 0 and on (instance) pg_up == 1";
        assertThat(one(expression, false, List.of()).reason()).contains("exporterQueryFailure", "--queries");
        assertThat(one(expression, false, List.of(queries())).scenario()).isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sum by (instance) (pg_stat_activity_count) / pg_settings_max_connections > 0.5 | NO_MATCH
            pg_locks_count{granted="f"} > 3                                                | ABSENT_LABEL
            pg_locks_count{mode="AccessShareLock"} > 3                                     | ABSENT_LABEL_VALUE
            rate(pg_stat_activity_max_tx_duration[5m]) > 30                                | IMPOSSIBLE_VALUE
            timestamp(pg_up == 1) < time() - 3600                                          | NEVER_OLDER
            sum(pg_up                                                                      | SYNTAX
            """)
    void aRuleThatCanNeverFireIsAFinding(String expression, RuleFinding.Kind kind) throws Exception {
        var drafted = one(expression, true, List.of());
        assertThat(drafted.neverFires()).isTrue();
        assertThat(drafted.findings()).extracting(RuleFinding::kind).contains(kind);
    }

    /** A join by a label that Prometheus adds is none that the queries could tell to be wrong. */
    @Test
    void labelsOfTargetsAreTakenToBeThere() throws Exception {
        var expression =
                "sum by (cluster, pod) (pg_stat_activity_count{namespace=\"db\"}) / on (cluster, pod) pg_settings_max_connections{namespace=\"db\"} > 0.9";
        assertThat(one(expression, false, List.of()).scenario()).isPresent();
    }

    /** The very last slot is asked for by its number, with what the server keeps for itself left alone. */
    @Test
    void aFloodNeverTakesWhatIsReserved() throws Exception {
        var drafted = one(
                "sum by (instance) (pg_stat_activity_count) >= on (instance) (pg_settings_max_connections - pg_settings_superuser_reserved_connections)",
                false,
                List.of());
        assertThat(drafted.scenario().orElseThrow().intensity()).isEqualTo("connectionFlood: { fill: 97 }");
        assertThat(one(
                                "sum by (instance) (pg_stat_activity_count) > on (instance) pg_settings_max_connections - 2",
                                false,
                                List.of())
                        .reason())
                .contains("needs what Tocsin will not do", "superusers");
    }

    /** An average over the states of a session is a sixth of the one that is long. */
    @Test
    void anAverageOverStatesTakesLonger() throws Exception {
        var one = one("max by (datname) (pg_stat_activity_max_tx_duration) > 20", false, List.of());
        var six = one("avg by (datname) (pg_stat_activity_max_tx_duration) > 20", false, List.of());
        assertThat(one.scenario().orElseThrow().fires()).isBetween(20.0, 30.0);
        assertThat(six.scenario().orElseThrow().fires()).isBetween(115.0, 150.0);
    }

    /** Time goes on for what is there already, and that is not the stimulus' doing. */
    @Test
    void whatFiresByItselfLaterIsNotTakenForTheEffect() throws Exception {
        var drafted = one(
                "time() - pg_stat_user_tables_last_autovacuum > 900 and pg_stat_user_tables_last_autovacuum > 0",
                false,
                List.of());
        assertThat(drafted.scenario().orElseThrow().fires()).isGreaterThan(900);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            pg_stat_activity_longest_seconds > 60                           | no metric known: pg_stat_activity_longest_seconds (pg_stat_activity gives pg_stat_activity_count
            pg_replication_slots_behind_bytes > 1e9                         | pg_replication_slots gives pg_replication_slots_active
            pg_settings_value{name="max_connections"} < 50                  | no metric known: pg_settings_value (no setting of that name
            rate(pg_stat_database_deadlocks{datname="shop"}[1m]) > 0        | has datname="shop": datname is app, postgres there; say with --database
            pg_stat_archiver_last_archive_age > 90000                       | only time moves pg_stat_archiver_last_archive_age
            absent(up{job="postgresql"} == 1)                               | no stimulus makes it true: networkIsolation
            pg_database_size_bytes > 30e9                                   | more than diskFill: { size: 2GB }
            rate(pg_stat_database_tup_returned[1m]) / rate(pg_stat_database_tup_fetched[1m]) < 0.9 | not far enough
            """)
    void theReasonIsTrueAndSaysWhatToDo(String expression, String reason) throws Exception {
        assertThat(one(expression, true, List.of()).reason()).contains(reason);
    }

    @Test
    void aDatabaseThatIsNamedCanBeGiven() throws Exception {
        var rules = RuleFile.read(
                "rules.yml",
                "groups: [{ name: g, rules: [{ alert: One, expr: 'rate(pg_stat_database_deadlocks{datname=\"shop\"}[1m]) > 0' }] }]");
        assertThat(Drafts.of(List.of(rules), List.of(), Optional.empty(), false, Optional.of("shop"))
                        .getFirst()
                        .scenario())
                .isPresent();
    }

    @Test
    void whatPassesSoonerThanTheRuleWaitsIsSaid() throws Exception {
        var rules =
                "groups: [{ name: g, rules: [{ alert: Young, expr: time() - pg_postmaster_start_time_seconds < 90, for: 3m }] }]";
        assertThat(draft(rules, false, List.of()).getFirst().reason())
                .contains("passes after 1m30s", "the rule waits for 3m");
    }

    /** Gigabytes between two looks are counted like anything else. */
    @Test
    void bytesAreNoTimeStamps() throws Exception {
        var rules =
                "groups: [{ name: g, rules: [{ alert: Spills, expr: 'sum(rate(pg_stat_database_temp_bytes[2m])) > 0', for: 25m }] }]";
        assertThat(draft(rules, false, List.of())
                        .getFirst()
                        .scenario()
                        .orElseThrow()
                        .intensity())
                .contains("temporaryFiles");
    }

    @Test
    void sessionsWriteTheBlocksByWhichATableGrows() throws Exception {
        var drafted = one("rate(pg_stat_bgwriter_buffers_backend_total[1m]) > 20", false, List.of());
        assertThat(drafted.scenario()).as(drafted.reason()).isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pg_stat_activity_count > 0.5 * pg_settings_max_connections    | write > on (instance, job, server) group_left ()
            sum(pg_stat_activity_count) > 0.5 * pg_settings_max_connections | the sides share no label
            """)
    void theMendOfAJoinIsOneThatMatches(String expression, String mend) throws Exception {
        assertThat(one(expression, false, List.of()).findings())
                .extracting(RuleFinding::mend)
                .anySatisfy(each -> assertThat(each).contains(mend));
    }

    /** A rule that no stimulus rings is tried with thousands of sessions, and so are the next. */
    @Test
    void manyRulesThatNothingRingsFitIntoTheMemory() throws Exception {
        var rules = new StringBuilder("groups: [{ name: g, rules: [");
        for (var i = 0; i < 12; i++) {
            rules.append("{ alert: Crowd" + i + ", expr: sum(pg_stat_activity_count) > " + (5000 + i) + " },");
        }
        assertThat(draft(rules + "] }]", true, List.of())).hasSize(12);
    }
}
