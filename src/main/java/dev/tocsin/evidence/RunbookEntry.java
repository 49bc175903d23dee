package dev.tocsin.evidence;

import dev.tocsin.domain.run.Conclusion;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a runbook says of a run: a row of a log, or the lines of a block.
 *
 * @param link where the evidence is, as seen from the runbook
 */
public record RunbookEntry(VerdictDocument document, Optional<String> link) {
    /** The first line of the table that rows are added to. */
    static final String TITLE = "| date (UTC) | scenario | target | verdict | figures | asked for by | run |";

    static final String RULE = "|---|---|---|---|---|---|---|";

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final Pattern PASSED = Pattern.compile("^\\s*PASSED on (?<when>[-0-9: ]+ UTC)");

    private static final Pattern RUN = Pattern.compile("(?m)^Run (?<run>\\[?[-0-9a-f]{36}]?(?:\\([!-~&&[^)]]+\\))?)");

    private static final Pattern KEPT = Pattern.compile("(?m)^Passed last on [ -~]+\\.");

    /** More outages than these are counted and not listed. */
    private static final int OUTAGES = 5;

    public String scenario() {
        return document.run().scenario();
    }

    String id() {
        return document.run().id();
    }

    /** When the run began; of two results the later one is the last. */
    Instant began() {
        return document.run().admittedAt();
    }

    /** One row of the table. */
    public String row() {
        var run = document.run();
        return "| "
                + String.join(
                        " | ",
                        DATE.format(run.admittedAt()),
                        escaped(run.scenario()),
                        escaped(run.target()),
                        document.verdict().name(),
                        figures(),
                        askedForBy(),
                        linked())
                + " |";
    }

    /** The alerts of which the run proved that they do not ring, though its runbook is there for when they do. */
    public List<String> silent() {
        return document.checks().stream()
                .filter(check ->
                        check.family().equals("fires") && check.reason().equals("NotDelivered"))
                .map(check -> check.name().replaceAll(" fires$", ""))
                .distinct()
                .toList();
    }

    /**
     * The last result, for a block that is replaced as a whole.
     *
     * @param before what stands there, from which the last pass is kept
     */
    List<String> block(List<String> before) {
        var run = document.run();
        var lines = new ArrayList<String>();
        lines.add("%s on %s UTC, target %s: %s."
                .formatted(document.verdict().name(), DATE.format(run.admittedAt()), escaped(run.target()), figures()));
        lines.add("Run %s, asked for by %s.".formatted(linked(), askedForBy()));
        if (!silent().isEmpty()) {
            lines.add("");
            lines.add("**Did not ring, though this runbook promises it: "
                    + silent().stream().map(RunbookEntry::escaped).collect(Collectors.joining(", ")) + ".**");
        }
        if (document.verdict() != Conclusion.PASSED) {
            lines.add("");
            lines.add(lastPass(before).orElse("No earlier pass is known here."));
        }
        if (!document.reasons().isEmpty()) {
            lines.add("");
            document.reasons().forEach(reason -> lines.add("* " + escaped(reason)));
        }
        return lines;
    }

    /** Told by the block itself when it was one, else by the line in which it was kept. */
    private static Optional<String> lastPass(List<String> before) {
        var text = String.join("", before);
        var passed = PASSED.matcher(text);
        if (passed.find()) {
            return RUN.matcher(text)
                    .results()
                    .findFirst()
                    .map(run -> "Passed last on %s, run %s.".formatted(passed.group("when"), run.group("run")));
        }
        return KEPT.matcher(text).results().findFirst().map(MatchResult::group);
    }

    private String askedForBy() {
        var run = document.run();
        return escaped(run.requestedBy() + run.reason().map(why -> ": " + why).orElse(""));
    }

    private String linked() {
        return link.map(to -> "[" + id() + "](" + to + ")").orElse(id());
    }

    private String figures() {
        var figures = new ArrayList<String>();
        for (var check : document.checks()) {
            if (check.family().equals("fires") || check.family().equals("resolves")) {
                check.latencySeconds()
                        .ifPresent(seconds -> figures.add("%s %.1f s".formatted(escaped(check.name()), seconds)));
            }
            check.brokeAt().ifPresent(broke -> figures.add("broke at " + broke));
        }
        document.durability().ifPresent(durability -> durability(durability, figures));
        return figures.isEmpty()
                ? "none"
                : String.join(", ", figures.stream().distinct().toList());
    }

    private static void durability(DurabilityDocument durability, List<String> figures) {
        figures.add(durability.acknowledged() + " acknowledged");
        figures.add(
                durability.commits().map(commits -> commits.lost() + " lost").orElse("not read back"));
        durability.commits().ifPresent(commits -> {
            if (commits.resolvedIndeterminate() + commits.vanishedIndeterminate() > 0) {
                figures.add((commits.resolvedIndeterminate() + commits.vanishedIndeterminate()) + " without an answer");
            }
        });
        var outages = durability.outages();
        if (!outages.isEmpty()) {
            figures.add("RTO "
                    + outages.stream()
                            .limit(OUTAGES)
                            .map(outage -> "%.1f s".formatted(outage.seconds()))
                            .collect(Collectors.joining(" / "))
                    + (outages.size() > OUTAGES ? " and " + (outages.size() - OUTAGES) + " more" : ""));
        }
        durability.recoveryPoint().ifPresent(point -> figures.add("RPO %.1f s".formatted(point.seconds())));
    }

    /** Whatever somebody gave as a reason, it stays one cell of one line and no tag or comment. */
    private static String escaped(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ")
                .replace("\\", "\\\\")
                .replace("|", "\\|")
                .replace("<", "&lt;")
                .strip();
    }
}
