package dev.tocsin.lab;

import dev.tocsin.cli.ExitCode;
import dev.tocsin.cli.UserException;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.draft.Drafted;
import dev.tocsin.json.Json;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.yaml.InvalidFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The runs in which drafted scenarios are tried. Those that do exactly the same to the target are tried in one run, which
 * expects the alerts of all of them: one flood rings seven rules as well as seven floods would, and disturbs the server once.
 */
final class DraftedRuns {
    /** A run, and the drafts that it tries. */
    record Together(Scenario scenario, ObjectNode document, List<Drafted> drafts) {
        Suite.Job job() {
            return new Suite.Job(scenario, Json.MAPPER.convertValue(document, Object.class));
        }

        private boolean takes(Scenario other) {
            return scenario.background().equals(other.background())
                    && scenario.stress().equals(other.stress())
                    && scenario.alerts().stream()
                            .map(AlertExpectation::matchers)
                            .noneMatch(one -> other.alerts().stream()
                                    .anyMatch(another ->
                                            another.matchers().title().equals(one.title())));
        }
    }

    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    /** A matcher, on a line of its own. */
    private static final Pattern ADDRESS = Pattern.compile(" *- '\\w+=\"127\\.0\\.0\\.1:\\d+\"'");

    private DraftedRuns() {}

    /**
     * One for each kind and intensity of stress, in the order of the drafts. They were drafted in one lab and are tried in any:
     * what tells a series by its address on loopback is left out, for that is another one in each.
     */
    static List<Together> of(List<Drafted> drafts) {
        var runs = new ArrayList<Together>();
        for (var draft : drafts) {
            if (draft.scenario().isPresent()) {
                var text = draft.scenario()
                        .get()
                        .text()
                        .lines()
                        .filter(line -> !ADDRESS.matcher(line).matches())
                        .collect(Collectors.joining("\n", "", "\n"));
                var scenario = read(draft.scenario().get().name(), text);
                var fitting = runs.stream().filter(run -> run.takes(scenario)).findFirst();
                if (fitting.isPresent()) {
                    runs.set(runs.indexOf(fitting.get()), joined(fitting.get(), draft, text));
                } else {
                    runs.add(new Together(scenario, (ObjectNode) YAML.readTree(text), List.of(draft)));
                }
            }
        }
        return runs;
    }

    private static Together joined(Together run, Drafted draft, String text) {
        var other = (ObjectNode) YAML.readTree(text);
        var longer = List.of(run.document(), other).stream()
                .max(Comparator.comparing(
                        each -> read("drafted", each.toString()).maxDuration()))
                .orElseThrow();
        var document = longer.deepCopy();
        var alerts = (ArrayNode) document.at("/spec/expect/alerts");
        alerts.removeAll();
        alerts.addAll((ArrayNode) run.document().at("/spec/expect/alerts"));
        alerts.addAll((ArrayNode) other.at("/spec/expect/alerts"));
        var drafts = new ArrayList<>(run.drafts());
        drafts.add(draft);
        ((ObjectNode) document.at("/metadata")).put("name", run.scenario().name());
        ((ObjectNode) document.at("/spec")).put("title", drafts.size() + " rules that one stimulus rings");
        return new Together(read(run.scenario().name(), document.toString()), document, drafts);
    }

    private static Scenario read(String name, String text) {
        try {
            return ScenarioReader.read(name, text);
        } catch (InvalidFileException e) {
            throw new UserException(ExitCode.DEFECT, "a drafted scenario cannot be read\n" + e.getMessage());
        }
    }
}
