package dev.tocsin.cli;

import dev.tocsin.draft.Drafted;
import java.util.ArrayList;
import java.util.List;

/** What became of each rule, as text for people. */
public final class DraftTable {
    private DraftTable() {}

    /** A row for each rule, and below it what was found wrong with some. */
    public static String of(List<Drafted> drafts) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("RULE", "SCENARIO", "STIMULUS, OR WHY NOT"));
        var below = new StringBuilder();
        for (var drafted : drafts) {
            rows.add(List.of(
                    drafted.rule().name(),
                    drafted.scenario().map(Drafted.DraftedScenario::name).orElse("<none>"),
                    drafted.scenario()
                            .map(Drafted.DraftedScenario::intensity)
                            .orElse(drafted.reason())
                            .replaceAll("\\s+", " ")));
            details(drafted, below);
        }
        return Output.table(rows) + (below.isEmpty() ? "" : "\n" + below);
    }

    private static void details(Drafted drafted, StringBuilder text) {
        var lines = new ArrayList<String>();
        drafted.findings()
                .forEach(finding ->
                        lines.add(finding.what() + ": " + finding.proof() + "; to mend it, " + finding.mend()));
        drafted.notes().forEach(lines::add);
        if (!lines.isEmpty()) {
            text.append(drafted.rule().name())
                    .append(" (")
                    .append(drafted.rule().file())
                    .append(':')
                    .append(drafted.rule().line())
                    .append(")\n");
            lines.forEach(line ->
                    text.append("  ").append(line.replaceAll("\\s+", " ")).append('\n'));
        }
    }

    /** How many of each. */
    public static String summary(List<Drafted> drafts) {
        var written =
                drafts.stream().filter(each -> each.scenario().isPresent()).count();
        var dead = drafts.stream().filter(Drafted::neverFires).count();
        return "%d of %d rules drafted, %d can never fire as written, %d explained"
                .formatted(written, drafts.size(), dead, drafts.size() - written - dead);
    }
}
