package dev.tocsin.evidence;

import dev.tocsin.domain.scenario.Mode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** {@code report.md}: what a person reads in the morning, and what a runbook quotes. */
final class MarkdownReport {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private record Moment(Instant at, String what) {}

    private MarkdownReport() {}

    static String render(VerdictDocument document) {
        var run = document.run();
        var text = new StringBuilder();
        text.append("# ")
                .append(document.verdict())
                .append(": ")
                .append(run.title())
                .append("\n\n");
        document.reasons()
                .forEach(reason -> text.append("* ").append(escaped(reason)).append('\n'));
        if (!document.reasons().isEmpty()) {
            text.append('\n');
        }
        text.append("| | |\n|---|---|\n");
        row(text, "run", run.id());
        row(text, "scenario", run.scenario());
        if (run.mode() != Mode.PROOF) {
            row(text, "mode", run.mode().toString());
        }
        row(text, "target", run.target());
        row(text, "from", run.admittedAt() + ", for %.1f s".formatted(run.seconds()));
        row(
                text,
                "asked for by",
                run.requestedBy() + run.reason().map(why -> ": " + why).orElse(""));
        run.owner().ifPresent(owner -> row(text, "owner", owner));
        run.runbook().ifPresent(runbook -> row(text, "runbook", runbook));
        if (!run.controls().isEmpty()) {
            row(text, "evidence for", String.join(", ", run.controls()));
        }
        checks(text, document.checks());
        broken(text, document.checks());
        links(text, document.checks());
        deadlines(text, document.checks());
        timeline(text, document);
        alerts(text, document.alerts());
        document.durability().ifPresent(durability -> durability(text, durability));
        list(text, "Warnings", document.warnings());
        text.append("\n## Recompute it\n\nFacts ")
                .append(document.journal().firstSeq())
                .append(" to ")
                .append(document.journal().lastSeq())
                .append(" of the journal stand in `journal.ndjson`, chained by their hashes to `")
                .append(document.journal().lastHash())
                .append("`.\n`tocsin judge` on this folder checks the chain and judges them again.\n");
        return text.toString();
    }

    private static void checks(StringBuilder text, List<VerdictDocument.JudgedCheck> checks) {
        text.append("\n## Checks\n\n| result | check | expected | observed |\n|---|---|---|---|\n");
        for (var check : checks) {
            text.append("| ")
                    .append(check.result().toUpperCase(Locale.ROOT))
                    .append(" | ")
                    .append(escaped(check.name()))
                    .append(" | ")
                    .append(escaped(check.expected()))
                    .append(" | ")
                    .append(escaped(check.observed()))
                    .append(check.brokeAt()
                            .map(link -> "; broke at **" + link + "**")
                            .orElse(""))
                    .append(" |\n");
        }
    }

    private static void broken(StringBuilder text, List<VerdictDocument.JudgedCheck> checks) {
        for (var check : checks) {
            if (check.next().isPresent()) {
                var lines = new ArrayList<>(List.of(check.message()));
                lines.addAll(check.evidence());
                lines.add("next: " + check.next().get());
                list(
                        text,
                        check.name()
                                + check.brokeAt()
                                        .map(link -> ": broke at " + link)
                                        .orElse(""),
                        lines);
            }
        }
    }

    private static void links(StringBuilder text, List<VerdictDocument.JudgedCheck> checks) {
        for (var check : checks) {
            if (!check.links().isEmpty()) {
                text.append("\n## Where the time went: ")
                        .append(escaped(check.name()))
                        .append("\n\n| link | from, to | took | at the least |\n|---|---|---|---|\n");
                check.links()
                        .forEach(link -> seconds(text, link.link(), link.what(), link.seconds(), link.floorSeconds()));
                seconds(
                        text,
                        "all",
                        "start to webhook",
                        check.links().stream()
                                .mapToDouble(VerdictDocument.TimedLink::seconds)
                                .sum(),
                        check.links().stream()
                                .mapToDouble(VerdictDocument.TimedLink::floorSeconds)
                                .sum());
            }
        }
    }

    private static void deadlines(StringBuilder text, List<VerdictDocument.JudgedCheck> checks) {
        for (var check : checks) {
            if (!check.deadline().isEmpty()) {
                text.append("\n## How its deadline was derived: ")
                        .append(escaped(check.name()))
                        .append("\n\n| link | term | at the least | at the most |\n|---|---|---|---|\n");
                check.deadline()
                        .forEach(term ->
                                seconds(text, term.link(), term.what(), term.leastSeconds(), term.mostSeconds()));
                seconds(
                        text,
                        "all",
                        "their sum",
                        check.deadline().stream()
                                .mapToDouble(VerdictDocument.DeadlineTerm::leastSeconds)
                                .sum(),
                        check.deadline().stream()
                                .mapToDouble(VerdictDocument.DeadlineTerm::mostSeconds)
                                .sum());
            }
        }
    }

    private static void seconds(StringBuilder text, String link, String what, double took, double floor) {
        text.append("| %s | %s | %.3f s | %.3f s |%n".formatted(link, what, took, floor));
    }

    private static void timeline(StringBuilder text, VerdictDocument document) {
        var moments = new ArrayList<Moment>();
        document.stimuli().forEach((name, stimulus) -> {
            moments.add(new Moment(stimulus.startingAt(), name + " starts (" + stimulus.kind() + ")"));
            stimulus.appliedAt().ifPresent(at -> moments.add(new Moment(at, name + " is in full effect")));
            stimulus.releasedAt().ifPresent(at -> moments.add(new Moment(at, name + " was released, verified")));
        });
        for (var alert : document.alerts()) {
            moments.add(new Moment(alert.startsAt(), alert.labels().alertname() + " fires in Prometheus"));
            alert.firstDeliveredAt()
                    .ifPresent(at -> moments.add(new Moment(at, alert.labels().alertname() + " is delivered")));
            alert.resolvedDeliveredAt()
                    .ifPresent(at ->
                            moments.add(new Moment(at, alert.labels().alertname() + " is delivered as resolved")));
        }
        moments.sort(Comparator.comparing(Moment::at));
        text.append("\n## Timeline (UTC)\n\n| time | since start | what |\n|---|---|---|\n");
        var start = document.run().admittedAt();
        for (var moment : moments) {
            text.append("| ")
                    .append(CLOCK.format(moment.at()))
                    .append(" | %+.1f s | ".formatted((moment.at().toEpochMilli() - start.toEpochMilli()) / 1000.0))
                    .append(escaped(moment.what()))
                    .append(" |\n");
        }
        list(
                text,
                "What the stimuli did",
                document.stimuli().entrySet().stream()
                        .flatMap(entry -> entry.getValue().summary().stream().map(line -> entry.getKey() + ": " + line))
                        .distinct() // a stimulus that was only taken back after a crash tells the same of both
                        .toList());
    }

    private static void alerts(StringBuilder text, List<VerdictDocument.SeenAlert> alerts) {
        if (alerts.isEmpty()) {
            text.append("\n## Alerts\n\nNot one notification arrived.\n");
            return;
        }
        text.append("\n## Alerts\n\n| alert | firing since | notifications | receivers |\n|---|---|---|---|\n");
        for (var alert : alerts) {
            text.append("| ")
                    .append(escaped(alert.labels().toString()))
                    .append(" | ")
                    .append(alert.startsAt())
                    .append(" | ")
                    .append(alert.deliveries())
                    .append(" | ")
                    .append(escaped(String.join(", ", alert.receivers())))
                    .append(" |\n");
        }
    }

    private static void durability(StringBuilder text, DurabilityDocument ledger) {
        text.append("\n## Durability\n\n| | |\n|---|---|\n");
        row(text, "writers", ledger.writers() + ", " + ledger.rowsEach() + " rows a commit");
        row(text, "acknowledged", String.valueOf(ledger.acknowledged()));
        row(text, "rejected", String.valueOf(ledger.rejected()));
        row(text, "connections refused", String.valueOf(ledger.connectionsRefused()));
        ledger.commits().ifPresent(commits -> {
            row(text, "survived", String.valueOf(commits.survived()));
            row(
                    text,
                    "lost",
                    commits.lost()
                            + (commits.lostFirst().isEmpty() ? "" : ": " + String.join(", ", commits.lostFirst())));
            row(
                    text,
                    "without an answer",
                    commits.resolvedIndeterminate() + " there, " + commits.vanishedIndeterminate() + " not there");
            row(
                    text,
                    "wrong rows",
                    "%d phantom, %d torn, %d altered, %d duplicated, %d of strangers"
                            .formatted(
                                    commits.phantom(),
                                    commits.torn(),
                                    commits.altered(),
                                    commits.duplicated(),
                                    commits.strangers()));
        });
        ledger.recoveryPoint()
                .ifPresent(point -> row(
                        text,
                        "recovery point",
                        "%.1f s before the outage%s"
                                .formatted(
                                        point.seconds(),
                                        point.walBytes()
                                                .map(bytes -> ", " + bytes + " bytes of WAL")
                                                .orElse(""))));
        row(text, "longest gap", "%.3f s".formatted(ledger.longestGapSeconds()));
        list(
                text,
                "Outages of writes",
                ledger.outages().stream()
                        .map(outage -> "%s: %.3f s".formatted(outage.from(), outage.seconds()))
                        .toList());
        list(
                text,
                "Servers",
                ledger.servers().stream()
                        .map(server -> server.at() + ": " + server.seen().summary())
                        .toList());
        list(text, "Settings behind the promise", ledger.settings());
        ledger.standbys()
                .ifPresent(standbys -> list(
                        text, "Standbys", standbys.isEmpty() ? List.of("None streams from this server.") : standbys));
        list(text, "What this does not prove", ledger.notProved());
    }

    private static void list(StringBuilder text, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append("\n## ").append(title).append("\n\n");
            lines.forEach(line -> text.append("* ").append(escaped(line)).append('\n'));
        }
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append("| ").append(name).append(" | ").append(escaped(value)).append(" |\n");
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;");
    }
}
