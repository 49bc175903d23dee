package dev.tocsin.draft;

import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.domain.scenario.Stimulus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The scenario of one rule as a file. */
record ScenarioText(
        String name,
        RuleFile.AlertRule rule,
        Stimulus stimulus,
        Optional<Stimulus> background,
        List<String> narrowing,
        Duration fires,
        Optional<Duration> resolves,
        String why) {

    private static final int WIDTH = 110;

    String write() {
        var text = new StringBuilder();
        comment(
                text,
                "Drafted from rule " + rule.name() + " of "
                        + Path.of(rule.file()).getFileName() + ", line " + rule.line() + ":");
        rule.expression()
                .lines()
                .forEach(line -> text.append("#   ").append(line.strip()).append('\n'));
        if (!rule.hold().isZero()) {
            comment(text, "for " + Durations.print(rule.hold()));
        }
        comment(text, why);
        text.append("apiVersion: tocsin.dev/v1alpha1\nkind: Scenario\nmetadata:\n  name: ")
                .append(name)
                .append("\nspec:\n  title: ")
                .append(quoted(rule.name() + " rings under " + stimulus.kind()))
                .append('\n');
        background.ifPresent(load -> text.append("  background:\n    - name: load\n      ")
                .append(StimulusText.of(load))
                .append('\n'));
        text.append("  stress:\n    - ")
                .append(StimulusText.of(stimulus))
                .append("\n      hold: untilDelivered\n  expect:\n    alerts:\n      - matchers:\n");
        matchers()
                .forEach(matcher -> text.append("          - ")
                        .append(singleQuoted(matcher))
                        .append('\n'));
        text.append("        fires: { within: ").append(Durations.print(fires)).append(" }\n");
        text.append("        resolves: ")
                .append(resolves.map(within -> "{ within: " + Durations.print(within) + " }")
                        .orElse("never-checked"))
                .append('\n');
        text.append("  guards: { maxDuration: ")
                .append(Durations.print(longest()))
                .append(" }\n");
        return text.toString();
    }

    /** Its name, the labels that the rule itself gives it, and what else tells it apart. */
    private List<String> matchers() {
        var matchers = new ArrayList<String>();
        matchers.add("alertname=" + quoted(rule.name()));
        rule.labels().entrySet().stream()
                .filter(label ->
                        !label.getValue().contains("{{") && !label.getValue().isEmpty())
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(label -> matchers.add(label.getKey() + "=" + quoted(label.getValue())));
        matchers.addAll(narrowing);
        return matchers;
    }

    private Duration longest() {
        var all = fires.plus(resolves.orElse(Duration.ZERO)).plus(Duration.ofMinutes(3));
        return Duration.ofMinutes(Math.max(15, all.toMinutes() + 1));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static String singleQuoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static void comment(StringBuilder text, String sentence) {
        var line = new StringBuilder("#");
        for (var word : sentence.split("\\s+", -1)) {
            if (line.length() + word.length() > WIDTH) {
                text.append(line).append('\n');
                line.setLength(1);
            }
            line.append(' ').append(word);
        }
        text.append(line).append('\n');
    }
}
