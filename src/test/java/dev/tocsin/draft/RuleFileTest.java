package dev.tocsin.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.yaml.InvalidFileException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rule files as they are met, and what is said of those that cannot be used. */
final class RuleFileTest {
    @Test
    void readsAlertsAndRecordings() throws Exception {
        var file = RuleFile.read("r.yml", """
                groups:
                  - name: g
                    interval: 20s
                    limit: 10
                    rules:
                      - record: a:b
                        expr: sum(x)
                      - alert: Full
                        expr: |
                          a:b > 1
                        for: 5m
                        keep_firing_for: 1m
                        labels: { severity: page }
                        annotations: { summary: "full" }
                """);
        assertThat(file.recordings()).extracting(RuleFile.RecordingRule::name).containsExactly("a:b");
        var alert = file.alerts().getFirst();
        assertThat(alert.line()).isEqualTo(8);
        assertThat(alert.expression()).isEqualTo("a:b > 1");
        assertThat(alert.hold()).isEqualTo(Duration.ofMinutes(5));
        assertThat(alert.keepFiring()).isEqualTo(Duration.ofMinutes(1));
        assertThat(alert.labels()).containsEntry("severity", "page");
    }

    @Test
    void readsObjectsOfKubernetesAmongOthers() throws Exception {
        var file = RuleFile.read("r.yml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: { name: other }
                ---
                apiVersion: monitoring.coreos.com/v1
                kind: PrometheusRule
                metadata: { name: pg, labels: { release: x } }
                spec:
                  groups: [{ name: g, rules: [{ alert: One, expr: pg_up == 0 }] }]
                ---
                apiVersion: v1
                kind: List
                items:
                  - kind: PrometheusRule
                    spec:
                      groups: [{ name: h, rules: [{ alert: Two, expr: pg_up == 0 }] }]
                """);
        assertThat(file.alerts()).extracting(RuleFile.AlertRule::name).containsExactly("One", "Two");
    }

    @Test
    void namesEveryMistakeWithItsPlace() {
        assertThatThrownBy(() -> RuleFile.read("r.yml", """
                        groups:
                          - name: g
                            rules:
                              - alert: NoExpr
                              - alert: BadFor
                                expr: up
                                for: soon
                              - expr: up
                        """))
                .isInstanceOf(InvalidFileException.class)
                .hasMessageContainingAll("r.yml:4:", "expr", "r.yml:7:", "soon", "r.yml:8:", "alert");
        assertThatThrownBy(() -> RuleFile.read("r.yml", "rules: []"))
                .hasMessageContaining("no file of Prometheus rules");
        assertThatThrownBy(() -> RuleFile.read("r.yml", "groups: [")).hasMessageContaining("not YAML");
    }

    @Test
    void namesEveryMistakeOfAQueriesFile() {
        assertThatThrownBy(() -> QueriesFile.read("q.yml", "a: { query: SELECT 1 }\nb: { metrics: [] }"))
                .isInstanceOf(InvalidFileException.class)
                .hasMessageContainingAll("q.yml:1:", "a needs the key metrics", "q.yml:2:", "b needs the key query");
    }

    @Test
    void anExpressionThatCannotBeReadIsNamedBesideOtherMistakes() {
        var text = """
                groups:
                  - name: g
                    rules:
                      - { alert: Open, expr: sum(pg_up }
                      - { alert: Waits, expr: pg_up == 0, for: long }
                """;
        assertThatThrownBy(() -> RuleFile.read("rules.yml", text))
                .hasMessageContaining("4:9")
                .hasMessageContaining("the expression is no PromQL")
                .hasMessageContaining("5:");
    }
}
