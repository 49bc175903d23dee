package dev.tocsin.lab;

import dev.tocsin.cli.Output;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.draft.Drafted;
import dev.tocsin.lab.Suite.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What became of every rule of a file: drafted or why not, fired after, resolved after, verdict. */
final class DraftTable {
    private static final String NONE = "<none>";

    /** A rule and the run that tried it, where it was drafted. */
    record Row(Drafted draft, Optional<Result> result) {
        private String title() {
            return draft.rule().name();
        }

        private Stream<JsonNode> checks() {
            return result.stream()
                    .flatMap(run -> run.run().path("checks").valueStream())
                    .filter(check -> check.path("name").asString("").startsWith(title() + " "));
        }

        /** Of its own checks; a run that ended early says the same of all its rules. */
        Optional<Conclusion> verdict() {
            if (result.isEmpty()) {
                return Optional.empty();
            }
            var of = result.get().conclusion();
            var results =
                    checks().map(check -> check.path("result").asString("")).toList();
            if (of == Conclusion.ERROR || of == Conclusion.ABORTED) {
                return Optional.of(of);
            }
            if (results.contains("failed")) {
                return Optional.of(Conclusion.FAILED);
            }
            var ofOthers = of == Conclusion.FAILED
                    || result.get()
                            .run()
                            .path("checks")
                            .valueStream()
                            .anyMatch(check -> check.path("result").asString("").equals("inconclusive"));
            var clean = !results.isEmpty() && results.stream().allMatch("passed"::equals);
            return Optional.of(
                    clean && (of == Conclusion.PASSED || ofOthers) ? Conclusion.PASSED : Conclusion.INCONCLUSIVE);
        }

        OptionalDouble seconds(String family) {
            return checks().filter(check -> check.path("family").asString("").equals(family))
                    .map(check -> check.path("latencySeconds"))
                    .filter(JsonNode::isNumber)
                    // An alert may resolve before the release was verified; that is no time at all.
                    .mapToDouble(seconds -> Math.max(0, seconds.asDouble()))
                    .max();
        }

        private String time(String family) {
            return result.isEmpty()
                    ? ""
                    : seconds(family).stream()
                            .mapToObj("%.1fs"::formatted)
                            .findFirst()
                            .orElse(NONE);
        }

        private String drafted() {
            return draft.scenario()
                    .map(Drafted.DraftedScenario::intensity)
                    .orElse(draft.neverFires() ? "can never fire" : "not drafted");
        }
    }

    private DraftTable() {}

    /** For people: a line for each rule, then why those that did not pass did not. */
    static String text(List<Row> rows) {
        var table = new ArrayList<List<String>>();
        table.add(List.of("RULE", "GROUP", "DRAFTED AS", "FIRES", "RESOLVES", "VERDICT"));
        for (var row : rows) {
            table.add(List.of(
                    row.title(),
                    row.draft().rule().group(),
                    row.drafted().strip(),
                    row.time("fires"),
                    row.time("resolves"),
                    row.verdict().map(Conclusion::name).orElse("")));
        }
        var text = new StringBuilder(Output.table(table));
        for (var row : rows) {
            if (row.draft().scenario().isEmpty()) {
                line(text, row, row.draft().reason());
                row.draft().findings().stream()
                        .filter(finding -> !row.draft().reason().contains(finding.what()))
                        .forEach(finding -> line(text, row, finding.what() + ": " + finding.proof()));
            }
            row.checks()
                    .filter(check -> !check.path("result").asString("").equals("passed"))
                    .forEach(check -> line(
                            text,
                            row,
                            check.path("name").asString("") + ": "
                                    + check.path("message").asString("")));
        }
        return text.append(summary(rows)).toString();
    }

    /** For programs. */
    static List<Map<String, Object>> document(List<Row> rows) {
        return rows.stream().map(DraftTable::document).toList();
    }

    private static Map<String, Object> document(Row row) {
        var document = new LinkedHashMap<String, Object>();
        document.put("rule", row.title());
        document.put("group", row.draft().rule().group());
        row.draft().scenario().ifPresent(scenario -> {
            document.put("scenario", scenario.name());
            document.put("stimulus", scenario.stimulus().kind());
        });
        if (row.draft().scenario().isEmpty()) {
            document.put("reason", row.draft().reason());
        }
        document.put("findings", row.draft().findings());
        row.seconds("fires").ifPresent(seconds -> document.put("firesSeconds", seconds));
        row.seconds("resolves").ifPresent(seconds -> document.put("resolvesSeconds", seconds));
        row.verdict().ifPresent(verdict -> document.put("verdict", verdict));
        row.result()
                .ifPresent(result -> document.put("run", result.run().path("id").asString("")));
        return document;
    }

    private static String summary(List<Row> rows) {
        var drafted =
                rows.stream().filter(row -> row.draft().scenario().isPresent()).count();
        var passed = rows.stream()
                .filter(row -> row.verdict().equals(Optional.of(Conclusion.PASSED)))
                .count();
        return "%n%d rules: %d drafted, of which %d fired, were delivered and resolved; %d can never fire as written%n"
                .formatted(
                        rows.size(),
                        drafted,
                        passed,
                        rows.stream().filter(row -> row.draft().neverFires()).count());
    }

    private static void line(StringBuilder text, Row row, String line) {
        text.append("  ").append(row.title()).append(": ").append(line).append('\n');
    }
}
