package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tocsin.observe.HttpSource;
import dev.tocsin.observe.LiveSeries;
import dev.tocsin.promql.Promql;
import dev.tocsin.rules.RuleCheck;
import dev.tocsin.rules.RuleFinding;
import dev.tocsin.rules.Series;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Rules are checked against the series of a real Prometheus, and sound ones pass. */
final class RuleCheckIT {
    private static final String METRICS = """
            # TYPE pg_up gauge
            pg_up 1
            # TYPE pg_settings_max_connections gauge
            pg_settings_max_connections{server="s"} 100
            # TYPE pg_stat_activity_count gauge
            pg_stat_activity_count{server="s",datname="app",state="active"} 3
            pg_stat_activity_count{server="s",datname="app",state="idle"} 0
            # TYPE pg_stat_activity_max_tx_duration gauge
            pg_stat_activity_max_tx_duration{server="s",datname="app",state="active"} 0
            # TYPE pg_locks_count gauge
            pg_locks_count{server="s",datname="app",mode="exclusivelock"} 0
            pg_locks_count{server="s",datname="app",mode="sharelock"} 2
            # TYPE pg_replication_lag_seconds gauge
            pg_replication_lag_seconds 0
            # TYPE pg_stat_tables_dead gauge
            pg_stat_tables_dead{server="s",datname="app",relname="t"} 0
            # TYPE pg_stat_tables_last_vacuum gauge
            pg_stat_tables_last_vacuum{server="s",datname="app",relname="t"} 1700000000
            # TYPE pg_stat_db_hits counter
            pg_stat_db_hits{server="s",datname="app"} 90
            pg_stat_db_hits{server="s",datname="other"} 90
            """;

    private static final Map<String, RuleFinding.Kind> BROKEN = Map.of(
            "sum by (instance) (pg_stat_activity_count) / pg_settings_max_connections > 0.9",
            RuleFinding.Kind.NO_MATCH,
            "pg_stat_tables_dead > pg_settings_max_connections and time() - pg_stat_tables_last_vacuum > 86400",
            RuleFinding.Kind.NO_MATCH,
            "max by (datname) (irate(pg_stat_activity_max_tx_duration[1m])) > 300",
            RuleFinding.Kind.IMPOSSIBLE_VALUE,
            "timestamp(pg_stat_tables_dead > 100) < time() - 3600",
            RuleFinding.Kind.NEVER_OLDER,
            "pg_locks_count{waiting=\"yes\"} > 1",
            RuleFinding.Kind.ABSENT_LABEL,
            "pg_locks_count{mode=\"ExclusiveLock\"} > 1",
            RuleFinding.Kind.ABSENT_LABEL_VALUE,
            "pg_replication_lag > 30",
            RuleFinding.Kind.ABSENT_METRIC,
            "pg_settings_max_connections / on (instance) pg_stat_activity_count > 1",
            RuleFinding.Kind.AMBIGUOUS_MATCH,
            "pg_up < bool 1",
            RuleFinding.Kind.BOOL_COMPARISON);

    private static final List<String> SOUND = List.of(
            "sum by (instance) (pg_stat_activity_count) / on (instance) pg_settings_max_connections > 0.9",
            "pg_stat_tables_dead > on (instance) group_left () pg_settings_max_connections and time() - pg_stat_tables_last_vacuum > 86400",
            "max by (datname) (pg_stat_activity_max_tx_duration) > 300",
            "pg_locks_count{mode=\"exclusivelock\"} > 1",
            "pg_replication_lag_seconds > 30",
            "rate(pg_stat_db_hits[30s]) > 1000");

    @Test
    void theSeriesTellWhichRulesCanFire() throws Exception {
        var exporter = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        exporter.createContext("/metrics", exchange -> {
            try (exchange) {
                var body = METRICS.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        exporter.start();
        try (var prometheus =
                new LonePrometheus("scrape_configs: [{ job_name: pg, static_configs: [{ targets: [\"127.0.0.1:"
                        + exporter.getAddress().getPort() + "\"] }] }]\n")) {
            var series = new LiveSeries(new HttpSource(prometheus.url(), Optional.empty(), Optional.empty()));
            Awaitility.await()
                    .until(() -> !series.query("rate(pg_stat_db_hits[30s])").isEmpty());

            for (var rule : BROKEN.entrySet()) {
                assertThat(RuleCheck.of(Promql.parse(rule.getKey()), Duration.ZERO, series))
                        .as(rule.getKey())
                        .anyMatch(finding -> finding.certain() && finding.kind() == rule.getValue());
            }
            for (var rule : SOUND) {
                assertThat(RuleCheck.of(Promql.parse(rule), Duration.ZERO, series))
                        .as(rule)
                        .isEmpty();
            }
            assertThat(RuleCheck.of(Promql.parse("pg_up == 0"), Duration.ZERO, series))
                    .singleElement()
                    .matches(finding -> finding.kind() == RuleFinding.Kind.STALE_COMPARISON);
            assertThat(RuleCheck.of(
                            Promql.parse(
                                    "pg_stat_activity_count > 100 or pg_locks_count + on (instance) pg_stat_db_hits > 1"),
                            Duration.ZERO,
                            series))
                    .noneMatch(RuleFinding::certain)
                    .anyMatch(finding -> finding.kind() == RuleFinding.Kind.AMBIGUOUS_MATCH);
            Assertions.assertThatThrownBy(() -> series.query("pg_locks_count + on (instance) pg_stat_db_hits"))
                    .isInstanceOf(Series.NotEvaluatedException.class)
                    .hasMessageContaining("found duplicate series");
        } finally {
            exporter.stop(0);
        }
    }
}
