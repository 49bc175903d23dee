package dev.tocsin.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Runs as text for people. */
public final class RunTable {
    private RunTable() {}

    /** A whole run. */
    static String describe(JsonNode run) {
        var text = new StringBuilder();
        text.append(run.path("verdict").asString(run.path("phase").asString("")))
                .append("  ")
                .append(run.path("scenario").asString(""))
                .append("  run ")
                .append(run.path("id").asString(""))
                .append("\n\n");
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("RESULT", "CHECK", "OBSERVED", "BROKE-AT"));
        run.path("checks")
                .forEach(check -> rows.add(List.of(
                        check.path("result").asString("").toUpperCase(Locale.ROOT),
                        check.path("name").asString(""),
                        check.path("observed").asString(""),
                        check.path("brokeAt").asString(""))));
        text.append(Output.table(rows));
        section(text, "because", run.path("reasons"));
        var next = next(run, "  ");
        if (!next.isEmpty()) {
            text.append("\nnext:\n").append(next);
        }
        section(text, "warnings", run.path("warnings"));
        return text.toString();
    }

    /** What to type next for each check that knows where the chain broke, a line each. */
    public static String next(JsonNode run, String prefix) {
        var text = new StringBuilder();
        run.path("checks").forEach(check -> {
            if (check.path("next").isString()) {
                text.append(prefix)
                        .append("it broke at ")
                        .append(check.path("brokeAt").asString(""))
                        .append("; next: ")
                        .append(check.path("next").asString())
                        .append('\n');
            }
        });
        return text.toString();
    }

    private static void section(StringBuilder text, String title, JsonNode lines) {
        if (!lines.isEmpty()) {
            text.append('\n').append(title).append(":\n");
            lines.forEach(line -> text.append("  ").append(line.asString()).append('\n'));
        }
    }

    /** How long a family of checks took, the slowest of them, or why there is no time. */
    public static String latency(JsonNode run, String family) {
        var slowest = -1.0;
        var any = false;
        for (var check : run.path("checks")) {
            if (check.path("family").asString("").equals(family)) {
                any = true;
                // An alert may resolve before the release was verified; that is no time at all.
                var seconds = check.path("latencySeconds");
                slowest = seconds.isNumber() ? Math.max(slowest, Math.max(0, seconds.asDouble())) : slowest;
            }
        }
        return slowest >= 0 ? "%.1fs".formatted(slowest) : any ? "<none>" : "<unset>";
    }
}
