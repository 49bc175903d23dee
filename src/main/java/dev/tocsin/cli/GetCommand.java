package dev.tocsin.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Lists what the service knows. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        subcommands = GetDashboardCommand.class,
        description = "List scenarios, runs, alerts, or which rules are proven.")
final class GetCommand extends ApiCommand {
    enum What {
        SCENARIOS,
        RUNS,
        ALERTS,
        COVERAGE
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "scenarios|runs|alerts|coverage", description = "What to list.")
    private @Nullable What what;

    @Override
    int call(ApiClient api) {
        if (what == null) {
            throw new ParameterException(spec.commandLine(), "say what to list: scenarios, runs, alerts or coverage");
        }
        switch (what) {
            case SCENARIOS -> list(api.get("/api/v1/scenarios"), "scenarios", GetCommand::scenarios);
            case RUNS -> list(api.get("/api/v1/runs"), "runs", GetCommand::runs);
            case ALERTS -> list(api.get("/api/v1/alerts"), "alerts", GetCommand::alerts);
            case COVERAGE -> list(api.get("/api/v1/coverage"), "rules", GetCommand::coverage);
        }
        return ExitCode.PASSED;
    }

    private interface Rows {
        List<List<String>> of(JsonNode items);
    }

    private void list(JsonNode document, String key, Rows rows) {
        print(document, Output.table(rows.of(document.path(key))));
    }

    private static List<List<String>> scenarios(JsonNode items) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("NAME", "LAST-VERDICT", "LAST-RUN", "OWNER", "MISTAKES"));
        items.forEach(item -> rows.add(List.of(
                text(item, "name"),
                text(item.path("lastRun"), "verdict"),
                text(item.path("lastRun"), "admittedAt"),
                text(item, "owner"),
                String.valueOf(item.path("mistakes").size()))));
        return rows;
    }

    private static List<List<String>> runs(JsonNode items) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("ID", "SCENARIO", "TARGET", "VERDICT", "ADMITTED"));
        items.forEach(item -> rows.add(List.of(
                text(item, "id"),
                text(item, "scenario"),
                text(item, "target"),
                text(item, "verdict"),
                text(item, "admittedAt"))));
        return rows;
    }

    private static List<List<String>> alerts(JsonNode items) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("ALERT", "SINCE", "RESOLVED", "NOTIFICATIONS"));
        items.forEach(item -> rows.add(List.of(
                text(item.path("labels"), "alertname"),
                text(item, "startsAt"),
                text(item, "endsAt"),
                item.path("deliveries").asString())));
        return rows;
    }

    private static List<List<String>> coverage(JsonNode items) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("ALERT", "STATUS", "PROVEN", "SCENARIO", "RUN"));
        var names =
                items.valueStream().collect(Collectors.groupingBy(item -> text(item, "name"), Collectors.counting()));
        items.forEach(item -> {
            var name = text(item, "name");
            var status = text(item, "status");
            // What the status follows from: of a failed rule the run that it failed in.
            var run = item.path(status.equals("failed") ? "lastTrial" : "lastProof");
            rows.add(List.of(
                    names.getOrDefault(name, 0L) > 1 ? name + labels(item) : name,
                    status,
                    text(item.path("lastProof"), "at"),
                    run.path("scenario").asString(expecting(item.path("scenarios"))),
                    text(run, "run")));
        });
        return rows;
    }

    /** Tells rules of one name apart. */
    private static String labels(JsonNode item) {
        return item.path("labels").properties().stream()
                .map(label -> label.getKey() + "=\"" + label.getValue().asString() + "\"")
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String expecting(JsonNode names) {
        return names.isEmpty()
                ? "<none>"
                : names.valueStream().map(JsonNode::asString).collect(Collectors.joining(","));
    }

    private static String text(JsonNode node, String key) {
        return node.path(key).asString("<none>");
    }
}
