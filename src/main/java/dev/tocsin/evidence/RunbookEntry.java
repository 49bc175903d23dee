package dev.tocsin.evidence;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

    /** The last result, for a block that is replaced as a whole. */
    List<String> block() {
        var run = document.run();
        var lines = new ArrayList<String>();
        lines.add("%s on %s UTC, target %s: %s."
                .formatted(document.verdict().name(), DATE.format(run.admittedAt()), escaped(run.target()), figures()));
        lines.add("Run %s, asked for by %s.".formatted(linked(), askedForBy()));
        if (!document.reasons().isEmpty()) {
            lines.add("");
            document.reasons().forEach(reason -> lines.add("* " + escaped(reason)));
        }
        return lines;
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
