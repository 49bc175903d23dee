package dev.tocsin.domain.chain;

import dev.tocsin.domain.alert.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What of an alerting rule decides whether it rings, as whom and when; two rules that agree in it are one.
 *
 * <p>Annotations are no part of it, for they are only told. Neither is the group: a rule that was moved is the same rule.
 *
 * @param expr as Prometheus prints what it has parsed, so that white space changes nothing
 * @param labels those it adds, as they are written
 */
public record RuleVersion(String name, String expr, Duration holdFor, Duration keepFiringFor, Labels labels) {

    /** In what it differs from another one, by the names of a rule file. */
    public List<String> differences(RuleVersion other) {
        var differences = new ArrayList<String>();
        if (!name.equals(other.name)) {
            differences.add("alert");
        }
        if (!expr.equals(other.expr)) {
            differences.add("expr");
        }
        if (!holdFor.equals(other.holdFor)) {
            differences.add("for");
        }
        if (!keepFiringFor.equals(other.keepFiringFor)) {
            differences.add("keep_firing_for");
        }
        if (!labels.equals(other.labels)) {
            differences.add("labels");
        }
        return differences;
    }
}
