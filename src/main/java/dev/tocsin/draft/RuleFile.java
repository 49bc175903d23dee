package dev.tocsin.draft;

import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.yaml.InvalidFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** A file of Prometheus rules, or of PrometheusRule objects, or of several of either. */
public record RuleFile(String file, List<AlertRule> alerts, List<RecordingRule> recordings) {

    /**
     * A rule that gives an alert.
     *
     * @param line where it stands in its file
     * @param hold its {@code for}
     */
    public record AlertRule(
            String file,
            int line,
            String group,
            Duration interval,
            String name,
            String expression,
            Duration hold,
            Duration keepFiring,
            Map<String, String> labels) {
        public AlertRule {
            labels = Map.copyOf(labels);
        }
    }

    /** A rule that gives a new series. */
    public record RecordingRule(String name, String expression, Map<String, String> labels) {
        public RecordingRule {
            labels = Map.copyOf(labels);
        }
    }

    private static final Duration EVALUATED = Duration.ofSeconds(15);

    public RuleFile {
        alerts = List.copyOf(alerts);
        recordings = List.copyOf(recordings);
    }

    /** Throws {@link InvalidFileException} naming every place that is wrong. */
    public static RuleFile read(String file, String text) throws InvalidFileException {
        var yaml = new YamlNodes(file);
        var alerts = new ArrayList<AlertRule>();
        var recordings = new ArrayList<RecordingRule>();
        var expressions = new LinkedHashMap<Node, String>();
        var documents = yaml.documents(text);
        for (var document : documents) {
            for (var object : objects(yaml, document)) {
                groups(yaml, object).forEach(group -> group(yaml, file, group, alerts, recordings, expressions));
            }
        }
        if (yaml.mistaken()) {
            expressions.forEach((node, expression) -> unreadable(expression)
                    .ifPresent(problem -> yaml.mistake(node, "the expression is no PromQL: " + problem)));
        }
        yaml.check();
        return new RuleFile(file, alerts, recordings);
    }

    /** A file that cannot be used says all at once; else a rule that cannot be read leaves the others. */
    private static Optional<String> unreadable(String expression) {
        try {
            Promql.parse(expression);
            return Optional.empty();
        } catch (PromqlException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The items of a Kubernetes List are objects of their own. */
    private static List<Node> objects(YamlNodes yaml, Node document) {
        var entries = yaml.entries(document, "a rule file");
        return entries.containsKey("items") ? yaml.items(entries.get("items"), "objects") : List.of(document);
    }

    private static List<Node> groups(YamlNodes yaml, Node object) {
        var top = yaml.entries(object, "a rule file");
        var entries = top.containsKey("spec") ? yaml.entries(top.get("spec"), "spec") : top;
        var groups = entries.get("groups");
        if (groups != null) {
            return yaml.items(groups, "groups");
        }
        if (yaml.text(top, "kind").map("PrometheusRule"::equals).orElse(!top.containsKey("kind"))) {
            yaml.mistake(object, "there is no key groups: this is no file of Prometheus rules");
        }
        return List.of();
    }

    private static void group(
            YamlNodes yaml,
            String file,
            Node node,
            List<AlertRule> alerts,
            List<RecordingRule> recordings,
            Map<Node, String> expressions) {
        var group = yaml.entries(node, "a group");
        var name = yaml.text(group, "name").orElse("");
        var interval = duration(yaml, group, "interval").orElse(EVALUATED);
        var rules = group.get("rules");
        if (rules == null) {
            return;
        }
        for (var each : yaml.items(rules, "rules")) {
            var rule = yaml.entries(each, "a rule");
            var expression = yaml.text(rule, "expr");
            var alert = yaml.text(rule, "alert");
            var record = yaml.text(rule, "record");
            expression.ifPresent(text -> expressions.put(each, text.strip()));
            if (expression.isEmpty()) {
                yaml.mistake(each, "a rule needs the key expr");
            } else if (alert.isPresent()) {
                alerts.add(new AlertRule(
                        file,
                        YamlNodes.line(each),
                        name,
                        interval,
                        alert.get(),
                        expression.get().strip(),
                        duration(yaml, rule, "for").orElse(Duration.ZERO),
                        duration(yaml, rule, "keep_firing_for").orElse(Duration.ZERO),
                        yaml.texts(rule, "labels")));
            } else if (record.isPresent()) {
                recordings.add(new RecordingRule(record.get(), expression.get().strip(), yaml.texts(rule, "labels")));
            } else {
                yaml.mistake(each, "a rule needs the key alert, or the key record");
            }
        }
    }

    private static Optional<Duration> duration(YamlNodes yaml, Map<String, Node> entries, String key) {
        var node = entries.get(key);
        if (node == null) {
            return Optional.empty();
        }
        try {
            return yaml.text(entries, key).map(Durations::parse);
        } catch (IllegalArgumentException e) {
            yaml.mistake(node, key + ": " + e.getMessage());
            return Optional.empty();
        }
    }
}
