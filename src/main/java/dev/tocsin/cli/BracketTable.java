package dev.tocsin.cli;

import dev.tocsin.domain.run.Conclusion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * Between which steps of a parameter the alerts of a scenario begin to ring.
 *
 * @param probes one run for each step, from low to high
 */
record BracketTable(String parameter, List<Probe> probes) {

    /** One step and the run that tried it. */
    record Probe(String value, JsonNode run) {
        Conclusion verdict() {
            return Conclusion.valueOf(run.path("verdict").asString());
        }

        boolean known() {
            return verdict() == Conclusion.PASSED;
        }

        /** Whether every expected alert rang. */
        boolean rang() {
            return thresholds().stream()
                    .allMatch(check -> check.path("reason").asString("").equals("Delivered"));
        }

        /** Whether none of them did. */
        boolean silent() {
            return thresholds().stream()
                    .allMatch(check -> check.path("reason").asString("").equals("Silent"));
        }

        List<JsonNode> thresholds() {
            return StreamSupport.stream(run.path("checks").spliterator(), false)
                    .filter(check -> check.path("family").asString("").equals("threshold"))
                    .toList();
        }

        String answer() {
            return !known() ? "unknown" : rang() ? "yes" : silent() ? "no" : "some";
        }
    }

    BracketTable {
        probes = List.copyOf(probes);
    }

    String text() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("STEP", "RINGS", "AFTER", "DONE", "RUN"));
        for (var probe : probes) {
            rows.add(List.of(
                    parameter + "=" + probe.value(),
                    probe.answer(),
                    RunTable.latency(probe.run(), "threshold"),
                    evidence(probe, line -> !line.startsWith(RULE)),
                    probe.run().path("id").asString("")));
        }
        var text = new StringBuilder(Output.table(rows))
                .append('\n')
                .append(conclusion())
                .append('\n');
        var rule = evidence(probes.getLast(), line -> line.startsWith(RULE));
        return rule.isEmpty() ? text.toString() : text.append(rule).append('\n').toString();
    }

    private static final String RULE = "the rule says: ";

    private static String evidence(Probe probe, java.util.function.Predicate<String> wanted) {
        return probe.thresholds().stream()
                .flatMap(check -> StreamSupport.stream(check.path("evidence").spliterator(), false))
                .map(JsonNode::asString)
                .filter(wanted)
                .findFirst()
                .orElse("");
    }

    /** The last step below which nothing rang and from which on everything did. */
    private int edge() {
        return IntStream.rangeClosed(0, probes.size())
                .filter(at -> probes.subList(0, at).stream().allMatch(Probe::silent)
                        && probes.subList(at, probes.size()).stream().allMatch(Probe::rang))
                .findFirst()
                .orElse(-1);
    }

    private String conclusion() {
        if (!probes.stream().allMatch(Probe::known)) {
            return "not every step could be judged, so it is unknown where it begins to ring";
        }
        var edge = edge();
        if (edge < 0) {
            return "it does not ring from one step on: a lower step rang where a higher one did not";
        }
        if (edge == 0) {
            return "it rings at every step, so it begins to ring below " + parameter + "="
                    + probes.getFirst().value();
        }
        return edge == probes.size()
                ? "it rings at none of these steps"
                : "it begins to ring between " + parameter + "="
                        + probes.get(edge - 1).value() + " and " + parameter + "="
                        + probes.get(edge).value();
    }

    /** Found is a pass; to ring at no step, or not in order, is a failure; else it is not known. */
    int exitCode() {
        if (!probes.stream().allMatch(Probe::known)) {
            return ExitCode.worst(probes.stream().map(Probe::verdict).toList());
        }
        var edge = edge();
        return edge < 0 || edge == probes.size()
                ? ExitCode.FAILED
                : edge == 0 ? ExitCode.INCONCLUSIVE : ExitCode.PASSED;
    }
}
