package dev.tocsin.domain.chain;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An alerting rule as Prometheus has loaded it, and how it stands.
 *
 * @param holdFor its {@code for}
 * @param interval of its group
 * @param labels those it adds, as they are written; a value may be a template
 * @param annotations the names of those it adds
 * @param health {@code ok}, {@code err} or {@code unknown}
 * @param evaluated when it was last evaluated; the epoch when never
 * @param holds whether its expression had a result when it was asked just now
 * @param series the selectors of its expression
 * @param window the longest range or offset that its expression looks back
 * @param alerts those it holds, pending and firing
 */
public record Rule(
        String group,
        String name,
        String query,
        Duration holdFor,
        Duration keepFiringFor,
        Duration interval,
        Labels labels,
        List<String> annotations,
        String health,
        String lastError,
        Instant evaluated,
        boolean holds,
        List<SelectorSeen> series,
        Duration window,
        List<ActiveInstance> alerts) {

    /**
     * A vector selector of an expression.
     *
     * @param needed whether the expression can have no result without it
     * @param count how many series it selects now
     * @param metricKnown whether any series of that metric is there, whatever its labels
     */
    public record SelectorSeen(String selector, boolean needed, long count, boolean metricKnown) {}

    /** One alert of a rule; {@code state} is pending or firing, {@code since} when its expression became true. */
    public record ActiveInstance(Labels labels, String state, Instant since) {}

    /** What a rule's expression and its series were when they were asked for. */
    public record Now(boolean holds, List<SelectorSeen> series) {
        public Now {
            series = List.copyOf(series);
        }
    }

    /** This rule, its expression and series asked for just now. */
    public Rule with(Now now) {
        return new Rule(
                group,
                name,
                query,
                holdFor,
                keepFiringFor,
                interval,
                labels,
                annotations,
                health,
                lastError,
                evaluated,
                now.holds(),
                now.series(),
                window,
                alerts);
    }

    public Rule {
        annotations = List.copyOf(annotations);
        series = List.copyOf(series);
        alerts = List.copyOf(alerts);
    }

    Rule essence() {
        return new Rule(
                group,
                name,
                query,
                holdFor,
                keepFiringFor,
                interval,
                labels,
                annotations,
                health,
                lastError,
                Instant.EPOCH,
                holds,
                series.stream()
                        .map(one -> new SelectorSeen(
                                one.selector(), one.needed(), Math.min(1, one.count()), one.metricKnown()))
                        .toList(),
                window,
                alerts);
    }

    /** What of it decides whether it rings. */
    public RuleVersion version() {
        return new RuleVersion(name, query, holdFor, keepFiringFor, labels);
    }

    /** Pending, firing, or why neither. */
    public String state() {
        if (alerts.stream().anyMatch(alert -> alert.state().equals("firing"))) {
            return "firing";
        }
        return alerts.isEmpty() ? "inactive" : "pending";
    }

    String summary() {
        return "rule " + name + " is " + state() + (health.equals("err") ? ", and fails: " + lastError : "");
    }

    /** What every alert of this rule carries for certain: its name, and labels that are no templates. */
    public Labels certainLabels() {
        var certain = new TreeMap<String, String>();
        labels.pairs().forEach((name, value) -> {
            if (!value.contains("{{")) {
                certain.put(name, value);
            }
        });
        certain.put(Labels.ALERTNAME, name);
        return Labels.of(certain);
    }

    /** Whether an alert of this rule can satisfy the matchers, as far as its certain labels tell. */
    public boolean mayMatch(Matchers matchers) {
        Map<String, String> certain = certainLabels().pairs();
        return matchers.all().stream()
                .filter(matcher -> certain.containsKey(matcher.label()))
                .allMatch(matcher -> matcher.matches(certainLabels()));
    }
}
