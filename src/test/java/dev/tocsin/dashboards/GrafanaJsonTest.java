package dev.tocsin.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.promql.Promql;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the panels of a dashboard ask. */
final class GrafanaJsonTest {
    private static final String WHOLE = """
            {
              "title": "PostgreSQL",
              "templating": { "list": [
                { "name": "DS", "type": "datasource", "query": "prometheus" },
                { "name": "instance", "type": "query", "includeAll": true, "current": { "value": ["$__all"] } },
                { "name": "db", "type": "query", "current": { "value": "app" } },
                { "name": "mode", "type": "query", "multi": true, "current": { "value": ["a.b", "c"] } },
                { "name": "window", "type": "interval", "query": "5m,1h", "current": {} },
                { "name": "exported", "type": "query", "current": {} }
              ] },
              "panels": [
                { "type": "row", "title": "Load", "panels": [
                  { "id": 1, "type": "timeseries", "title": "Connections",
                    "fieldConfig": { "defaults": { "unit": "short", "thresholds": { "mode": "absolute",
                      "steps": [{ "color": "green", "value": null }, { "color": "red", "value": 80 }] } } }, "datasource": { "type": "prometheus", "uid": "${DS}" },
                    "targets": [
                      { "refId": "A", "expr": "sum(pg_stat_activity_count{instance=\\"$instance\\", datname=\\"${db}\\"})" },
                      { "refId": "B", "expr": "pg_settings_max_connections{instance!=\\"[[instance]]\\"}" },
                      { "refId": "C", "expr": "up", "hide": true } ] } ] },
                { "id": 2, "type": "stat", "title": "Rate",
                  "fieldConfig": { "defaults": { "thresholds": { "mode": "percentage", "steps": [{ "color": "red", "value": 80 }] } } }, "targets": [
                  { "refId": "A", "expr": "rate(pg_x_total{mode=\\"$mode\\", e=\\"$exported\\"}[$__rate_interval]) + rate(pg_x_total[${window}])" } ] },
                { "id": 3, "type": "timeseries", "title": "Rate", "repeat": "db", "transformations": [{ "id": "reduce" }],
                  "targets": [ { "refId": "A", "expr": "pg_up" } ] },
                { "id": 4, "type": "text", "title": "About" },
                { "id": 5, "type": "logs", "title": "Logs", "datasource": { "type": "loki" }, "targets": [ { "expr": "{app=\\"pg\\"}" } ] },
                { "id": 6, "type": "timeseries", "title": "Library", "libraryPanel": { "uid": "x" } },
                { "id": 7, "type": "timeseries", "title": "Undefined", "targets": [ { "expr": "up{x=\\"$nowhere\\"}" } ] },
                { "id": 8, "type": "stat", "title": "Empty", "targets": [] }
              ]
            }
            """;

    @Test
    void queriesAreFilledIn() {
        var dashboard = GrafanaJson.read(WHOLE, Map.of());

        assertThat(dashboard.title()).isEqualTo("PostgreSQL");
        assertThat(dashboard.panels())
                .containsExactly(
                        new Dashboard.Panel(
                                "Connections",
                                List.of(
                                        new Dashboard.Query(
                                                "A", "sum(pg_stat_activity_count{instance=~\".*\", datname=\"app\"})"),
                                        new Dashboard.Query("B", "pg_settings_max_connections{instance!~\".*\"}")),
                                Optional.of("short"),
                                List.of(80.0)),
                        new Dashboard.Panel(
                                "Rate",
                                List.of(new Dashboard.Query(
                                        "A",
                                        "rate(pg_x_total{mode=~\"(a\\.b|c)\", e=~\".*\"}[1m]) + rate(pg_x_total[5m])")),
                                Optional.empty(),
                                List.of()),
                        new Dashboard.Panel(
                                "Rate (3)", List.of(new Dashboard.Query("A", "pg_up")), Optional.empty(), List.of()));
    }

    @Test
    void whatCannotBeJudgedIsListed() {
        assertThat(GrafanaJson.read(WHOLE, Map.of()).unjudged())
                .containsExactly(
                        "the transformations of Rate (3): its queries are judged as they are",
                        "the repetition of Rate (3) for each db: it is judged once, with all of them",
                        "Logs asks loki, not Prometheus",
                        "Library is a library panel, whose queries are not in the dashboard",
                        "Undefined uses $nowhere, which the dashboard does not define",
                        "Empty asks nothing of Prometheus");
    }

    @Test
    void aVariableMayBeGiven() {
        var panel = GrafanaJson.read(WHOLE, Map.of("instance", "db-0:9187"))
                .panels()
                .getFirst();

        assertThat(panel.queries().getFirst().promql()).contains("{instance=\"db-0:9187\", ");
        assertThat(panel.together())
                .isEqualTo(
                        "label_replace(sum(pg_stat_activity_count{instance=\"db-0:9187\", datname=\"app\"}),"
                                + " \"query\", \"A\", \"\", \"\") or"
                                + " label_replace(pg_settings_max_connections{instance!=\"db-0:9187\"}, \"query\", \"B\", \"\", \"\")");
        assertThat(Promql.parse(panel.together())).isNotNull();
    }

    @Test
    void whatGrafanaAnswersIsReadToo() {
        assertThat(GrafanaJson.read("{\"meta\": {}, \"dashboard\": " + WHOLE + "}", Map.of()))
                .isEqualTo(GrafanaJson.read(WHOLE, Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"not json; no JSON", "{}; it has no panels", "[]; it has no panels"})
    void whatIsNoDashboardIsRefused(String text, String why) {
        assertThatThrownBy(() -> GrafanaJson.read(text, Map.of())).hasMessageContaining(why);
    }
}
