package dev.tocsin.cli;

import dev.tocsin.domain.scenario.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Looks at every wire of a server, or rings a drill on them. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Check every wire between Prometheus, Alertmanager, Kubernetes, the target and a server; or ring a"
                        + " drill on them.")
final class DoctorCommand extends ApiCommand {
    /** The server allows a drill half an hour to ring, and the same to end. */
    private static final Duration LONGEST_DRILL = Duration.ofMinutes(65);

    @Option(
            names = "--drill",
            description = "Post a synthetic alert to every Alertmanager instead, follow it to the server's webhook, and"
                    + " end it.")
    private boolean drill;

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "A label of the drill. Default: what the routes that lead to the server ask for.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--within",
            paramLabel = "DURATION",
            description = "How long the drill may take to ring, and then to end. Default: what its route allows.")
    private @Nullable String within;

    @Override
    int call(ApiClient api) {
        if (!drill) {
            if (!labels.isEmpty() || within != null) {
                throw new UserException(ExitCode.USAGE, "--label and --within are for --drill");
            }
            var document = api.get("/api/v1/doctor");
            print(document, table(document, "check"));
            return exitCode(document);
        }
        var order = new LinkedHashMap<String, Object>();
        order.put("labels", labels);
        if (within != null) {
            order.put("within", checked(within));
        }
        tell("ringing a drill; this may take some minutes, Ctrl-C ends it");
        var document = api.post("/api/v1/doctor/drill", order, Map.of(), LONGEST_DRILL);
        print(document, table(document, "link") + "\nlabels: " + labels(document) + "\n");
        return exitCode(document);
    }

    private static String checked(String duration) {
        try {
            return Durations.print(Durations.parse(duration));
        } catch (IllegalArgumentException e) {
            throw new UserException(ExitCode.USAGE, "--within: " + e.getMessage());
        }
    }

    private static int exitCode(JsonNode document) {
        return switch (document.path("result").asString("")) {
            case "passed" -> ExitCode.PASSED;
            case "failed" -> ExitCode.FAILED;
            default -> ExitCode.INCONCLUSIVE;
        };
    }

    private static String labels(JsonNode document) {
        var all = new ArrayList<String>();
        document.path("labels")
                .properties()
                .forEach(pair -> all.add(pair.getKey() + "=\"" + pair.getValue().asString("") + "\""));
        return String.join(", ", all);
    }

    private static String table(JsonNode document, String what) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("RESULT", "LINK", "CHECK", "TOOK", "OBSERVED"));
        var mends = new StringBuilder();
        for (var finding : document.path("findings")) {
            rows.add(List.of(
                    text(finding, "result").toUpperCase(Locale.ROOT),
                    text(finding, "link"),
                    text(finding, "name"),
                    finding.path("seconds").isNumber()
                            ? "%.1fs".formatted(finding.path("seconds").asDouble())
                            : "",
                    text(finding, "observed")));
            mend(finding, mends);
        }
        return summary(document, what) + "\n\n" + Output.table(withoutEmpty(rows)) + mends;
    }

    /** Only a drill takes time. */
    private static List<List<String>> withoutEmpty(List<List<String>> rows) {
        var took = 3;
        if (rows.stream().skip(1).anyMatch(row -> !row.get(took).isEmpty())) {
            return rows;
        }
        return rows.stream()
                .map(row -> List.of(row.get(0), row.get(1), row.get(2), row.get(4)))
                .toList();
    }

    private static void mend(JsonNode finding, StringBuilder mends) {
        if (!finding.path("mend").isString()) {
            return;
        }
        mends.append('\n')
                .append(text(finding, "result").toUpperCase(Locale.ROOT))
                .append("  ")
                .append(text(finding, "name"))
                .append(": ")
                .append(text(finding, "observed"))
                .append('\n');
        finding.path("evidence")
                .forEach(line ->
                        mends.append("  seen: ").append(line.asString("")).append('\n'));
        mends.append("  mend: ").append(text(finding, "mend")).append('\n');
    }

    private static String summary(JsonNode document, String what) {
        var counts = new LinkedHashMap<String, Integer>();
        document.path("findings").forEach(finding -> counts.merge(text(finding, "result"), 1, Integer::sum));
        var parts = new ArrayList<String>();
        for (var result : List.of("passed", "warned", "failed", "skipped")) {
            if (counts.containsKey(result)) {
                parts.add(counts.get(result) + " " + result);
            }
        }
        var broke = document.path("brokeAt").asString("");
        return text(document, "result").toUpperCase(Locale.ROOT) + "  " + what + "s: " + String.join(", ", parts)
                + (broke.isEmpty() ? "" : "; broke at " + broke);
    }

    private static String text(JsonNode node, String key) {
        return node.path(key).asString("");
    }
}
