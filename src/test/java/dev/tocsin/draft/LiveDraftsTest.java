package dev.tocsin.draft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.draft.eval.Evaluator;
import dev.tocsin.draft.eval.Recording;
import dev.tocsin.promql.Promql;
import dev.tocsin.rules.RuleFinding;
import dev.tocsin.rules.Sample;
import dev.tocsin.rules.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drafts beside a Prometheus: a pair of servers, 200 connections of which 50 are taken, an application that is idle. */
final class LiveDraftsTest {
    private static final int SCRAPES = 121;
    private static final double STEP = 5;

    /** A Prometheus that scraped these series for ten minutes, until now. */
    private static final class Scraped implements Series {
        private final List<Recording.Series> series = new ArrayList<>();

        void add(String metric, Map<String, String> labels, DoubleUnaryOperator value) {
            var all = new TreeMap<>(labels);
            all.put("__name__", metric);
            var values = new double[SCRAPES];
            for (var i = 0; i < SCRAPES; i++) {
                values[i] = value.applyAsDouble((i - SCRAPES + 1) * STEP);
            }
            series.add(new Recording.Series(all, values));
        }

        @Override
        public List<Sample> query(String promql) {
            var recording = new Recording(2e9, (1 - SCRAPES) * STEP, STEP, SCRAPES, series, (_, _) -> false);
            return new Evaluator(recording)
                    .vector(Promql.parse(promql), 0).stream()
                            .map(element -> new Sample(Labels.of(element.labels()), element.value()))
                            .toList();
        }

        @Override
        public Optional<String> type(String metric) {
            return series.stream().anyMatch(each -> metric.equals(each.labels().get("__name__")))
                    ? Optional.of(metric.contains("xact") ? "counter" : "gauge")
                    : Optional.empty();
        }

        @Override
        public List<ScrapeTarget> targets() {
            return List.of();
        }
    }

    private final Scraped prometheus = new Scraped();

    @BeforeEach
    void scrape() {
        for (var server : List.of("db1", "db2")) {
            var target = Map.of("job", "pg", "instance", server + ":9187", "server", server + ":5432", "zone", "a");
            prometheus.add("up", Map.of("job", "pg", "instance", server + ":9187", "zone", "a"), _ -> 1);
            prometheus.add("pg_up", target, _ -> 1);
            prometheus.add("pg_settings_max_connections", target, _ -> 200);
            prometheus.add("pg_settings_superuser_reserved_connections", target, _ -> 3);
            prometheus.add("pg_replication_is_replica", target, _ -> server.equals("db1") ? 0 : 1);
            for (var database : List.of("app", "shop", "postgres")) {
                var labels = with(target, "datname", database);
                prometheus.add("pg_stat_activity_count", with(labels, "state", "active"), _ -> 1);
                prometheus.add(
                        "pg_stat_activity_count",
                        with(labels, "state", "idle"),
                        _ -> server.equals("db1") && database.equals("app") ? 47 : 0);
                prometheus.add(
                        "pg_stat_database_xact_commit", labels, at -> 10_000 + (database.equals("app") ? 5 * at : 0));
            }
            prometheus.add(
                    "pg_stat_user_tables_n_dead_tup",
                    with(with(with(target, "datname", "app"), "schemaname", "public"), "relname", "orders"),
                    _ -> 120);
        }
        prometheus.add(
                "pg_replication_slots_active",
                Map.of(
                        "job",
                        "pg",
                        "instance",
                        "db1:9187",
                        "server",
                        "db1:5432",
                        "slot_name",
                        "forgotten",
                        "slot_type",
                        "physical"),
                _ -> 0);
    }

    private static Map<String, String> with(Map<String, String> labels, String name, String value) {
        var all = new TreeMap<>(labels);
        all.put(name, value);
        return all;
    }

    private Drafted draft(String expression) throws Exception {
        var rules = RuleFile.read(
                "rules.yml", "groups: [{ name: g, rules: [{ alert: One, expr: '%s' }] }]".formatted(expression));
        return Drafts.of(List.of(rules), List.of(), Optional.of(prometheus), true, Optional.empty())
                .getFirst();
    }

    private Drafted.DraftedScenario scenario(String expression) throws Exception {
        var drafted = draft(expression);
        assertThat(drafted.scenario()).as(drafted.reason()).isPresent();
        return drafted.scenario().orElseThrow();
    }

    @Test
    void aThresholdIsRelativeToTheSettingsThatAreThere() throws Exception {
        assertThat(scenario(
                                "sum by (instance) (pg_stat_activity_count) / on (instance) pg_settings_max_connections > 0.8")
                        .intensity())
                .isEqualTo("connectionFlood: { fill: 84% }");
        assertThat(scenario("sum by (instance) (pg_stat_activity_count) > 120").intensity())
                .matches("connectionFlood: \\{ fill: 1[23]\\d }");
    }

    /** The slot that somebody forgot fires already, so the alert is told from it by the slot of ours. */
    @Test
    void whatFiresAlreadyIsToldApart() throws Exception {
        var drafted = draft("pg_replication_slots_active == 0");
        assertThat(drafted.scenario().orElseThrow().text()).contains("slot_name=~\"tocsin.*\"");
        assertThat(drafted.notes()).anyMatch(note -> note.contains("fires at rest for other series: 1"));
        assertThat(drafted.findings()).extracting(RuleFinding::kind).contains(RuleFinding.Kind.FIRES_AT_REST);
    }

    /** The exporter keeps its own database busy; the load goes where nothing else happens, and the alert is that one's. */
    @Test
    void theLoadOfALullGoesWhereNothingHappens() throws Exception {
        var text = scenario(
                        "sum by (instance, datname) (rate(pg_stat_database_xact_commit{datname!~\"template.*|postgres\"}[1m])) < 1")
                .text();
        assertThat(text).contains("workload: { databases: [", "shop", "lull: { of: load }", "datname=\"shop\"");
    }

    @Test
    void onlyThePrimaryIsStressed() throws Exception {
        assertThat(draft("sum by (instance) (pg_stat_activity_count{instance=\"db2:9187\"}) > 100")
                        .scenario())
                .isEmpty();
        assertThat(scenario("sum by (instance) (pg_stat_activity_count{instance=\"db1:9187\"}) > 100")
                        .intensity())
                .startsWith("connectionFlood");
    }

    @Test
    void aSeriesThatIsNotThereIsAFinding() throws Exception {
        var drafted = draft("pg_stat_activity_counts > 5");
        assertThat(drafted.scenario()).isEmpty();
        assertThat(drafted.findings()).extracting(RuleFinding::kind).contains(RuleFinding.Kind.ABSENT_METRIC);
    }

    @Test
    void aThresholdNearThePresentValueIsNoted() throws Exception {
        assertThat(draft("sum by (instance) (pg_stat_activity_count{datname=\"app\"}) > 50")
                        .notes())
                .anyMatch(note -> note.contains("now at 48"));
    }

    /** What is scraped says which zones there are; no stimulus adds another. */
    @Test
    void aTargetThatIsNotScrapedCanNeverFire() throws Exception {
        var drafted = draft("pg_stat_activity_count{zone=\"b\"} > 5");
        assertThat(drafted.neverFires()).isTrue();
        assertThat(drafted.reason()).contains("no target has zone=\"b\"");
    }

    /** The table of ours is called as it will be, for its schema does not tell it from another of ours. */
    @Test
    void aTableOfOursIsToldApartByItsName() throws Exception {
        var labels = Map.of("job", "pg", "instance", "db1:9187", "server", "db1:5432", "zone", "a", "datname", "app");
        for (var schema : List.of("public", "tocsin")) {
            prometheus.add(
                    "pg_stat_user_tables_last_autovacuum",
                    with(with(labels, "schemaname", schema), "relname", "orders"),
                    _ -> 0);
        }
        assertThat(scenario("time() - pg_stat_user_tables_last_autovacuum > 1000000")
                        .text())
                .contains("relname=\"filled\"");
    }

    /** It has hardly counted anything: what was there is gone with a reset, and not less than nothing. */
    @Test
    void countersOfAYoungServerAreResetToo() throws Exception {
        var labels = Map.of("job", "pg", "instance", "db1:9187", "server", "db1:5432", "zone", "a", "datname", "app");
        prometheus.add("pg_stat_database_blks_hit", labels, _ -> 900);
        prometheus.add("pg_stat_database_blks_read", labels, _ -> 90);
        assertThat(scenario(
                                "pg_stat_database_blks_hit / (pg_stat_database_blks_hit + pg_stat_database_blks_read + 1) < 0.5")
                        .intensity())
                .contains("coldScan");
    }

    /** What all databases share is counted for none of them. */
    @Test
    void aSeriesWithoutADatabaseIsNotTakenForOneWithIt() throws Exception {
        var target = Map.of("job", "pg", "instance", "db1:9187", "server", "db1:5432", "zone", "a");
        for (var metric : List.of("pg_stat_database_blks_hit", "pg_stat_database_blks_read")) {
            prometheus.add(metric, with(target, "datid", "0"), _ -> 50);
            prometheus.add(
                    metric,
                    with(with(target, "datid", "777"), "datname", "app"),
                    _ -> metric.endsWith("hit") ? 90_000 : 90);
        }
        assertThat(scenario(
                                "pg_stat_database_blks_hit / (pg_stat_database_blks_hit + pg_stat_database_blks_read + 1) < 0.6")
                        .text())
                .contains("datname=\"app\"")
                .doesNotContain("datid=\"0\"");
    }

    @Test
    void whatTheExporterDoesNotCollectCanNeverFire() throws Exception {
        var drafted = draft("pg_wal_size_bytes > 500000000");
        assertThat(drafted.neverFires()).isTrue();
        assertThat(drafted.reason()).contains("pg_wal_size_bytes is not scraped");
    }
}
