package dev.tocsin.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The table of {@code docs/compatibility.md}: what became of each shipped scenario on each stack. A campaign writes a column
 * for each stack on which the lab ran all of them, and leaves the others as they were.
 */
final class Compatibility {
    static final Path PAGE = Path.of("docs/compatibility.md");
    static final List<Stack> STACKS = List.of(Stack.DEBIAN_12, Stack.DEBIAN_13, Stack.NEWEST);

    private static final String BEGIN = "<!-- written by the campaign: begin -->\n";
    private static final String END = "<!-- written by the campaign: end -->\n";
    private static final Pattern VERSIONS = Pattern.compile("(?m)^stack \\S+: (.+)$");
    private static final Pattern VERDICT =
            Pattern.compile("(?m)^(\\S+) +(PASSED|FAILED|INCONCLUSIVE|ABORTED|ERROR)\\b");

    /** What was seen on one stack: its versions, the day, and each scenario's verdict. */
    private record Column(String versions, String day, Map<String, String> verdicts) {}

    private Compatibility() {}

    /** Writes what a lab printed that ran all scenarios. */
    static void write(String stack, String out, String err) throws IOException {
        var columns = read();
        columns.put(
                stack,
                new Column(
                        VERSIONS.matcher(err)
                                .results()
                                .map(found -> found.group(1))
                                .findFirst()
                                .orElse("unknown"),
                        LocalDate.now(Clock.systemUTC()).toString(),
                        VERDICT.matcher(out)
                                .results()
                                .collect(Collectors.toMap(
                                        found -> found.group(1), found -> found.group(2), (first, _) -> first))));
        var page = Files.readString(PAGE);
        Files.writeString(
                PAGE,
                page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
                        + table(columns)
                        + page.substring(page.indexOf(END)));
    }

    /** The scenarios that have a row, and how the columns are headed. */
    static Map<String, List<String>> rows() throws IOException {
        var columns = read();
        var rows = new LinkedHashMap<String, List<String>>();
        rows.put("", List.copyOf(columns.keySet()));
        scenarios(columns)
                .forEach(scenario -> rows.put(
                        scenario,
                        columns.values().stream()
                                .map(column -> column.verdicts().getOrDefault(scenario, "not run"))
                                .toList()));
        return rows;
    }

    private static Map<String, Column> read() throws IOException {
        var page = Files.readString(PAGE);
        var lines = page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END))
                .lines()
                .filter(line -> line.startsWith("|"))
                .map(Compatibility::cells)
                .toList();
        var columns = new LinkedHashMap<String, Column>();
        STACKS.forEach(stack -> columns.put(stack.toString(), new Column("not run", "", Map.of())));
        if (lines.size() > 4) {
            for (var i = 1; i < lines.getFirst().size(); i++) {
                var at = i;
                columns.put(
                        lines.getFirst().get(i).replace("`", ""),
                        new Column(
                                lines.get(2).get(i),
                                lines.get(3).get(i),
                                lines.subList(4, lines.size()).stream()
                                        .collect(Collectors.toMap(
                                                line -> line.getFirst().replace("`", ""), line -> line.get(at)))));
            }
        }
        return columns;
    }

    private static List<String> cells(String line) {
        return List.of(line.replaceAll("^\\| *| *\\|$", "").split(" *\\| *", -1));
    }

    private static TreeSet<String> scenarios(Map<String, Column> columns) {
        return columns.values().stream()
                .flatMap(column -> column.verdicts().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String table(Map<String, Column> columns) {
        var lines = new ArrayList<String>();
        lines.add(line(
                "scenario",
                columns.keySet().stream().map(name -> "`" + name + "`").toList()));
        lines.add("|---|" + "---|".repeat(columns.size()));
        lines.add(
                line("versions", columns.values().stream().map(Column::versions).toList()));
        lines.add(line("run on", columns.values().stream().map(Column::day).toList()));
        for (var scenario : scenarios(columns)) {
            lines.add(line(
                    "`" + scenario + "`",
                    columns.values().stream()
                            .map(column -> column.verdicts().getOrDefault(scenario, "not run"))
                            .toList()));
        }
        return lines.stream().map(each -> each + "\n").collect(Collectors.joining());
    }

    private static String line(String first, List<String> rest) {
        return "| " + first + " | " + String.join(" | ", rest) + " |";
    }
}
