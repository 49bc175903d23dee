package dev.tocsin.evidence;

import dev.tocsin.chart.Markup;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.verdict.Verdict;
import dev.tocsin.evidence.VerdictDocument.JudgedCheck;
import dev.tocsin.evidence.VerdictDocument.SeenAlert;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** {@code report.html}: a run on one page, for people; it loads nothing and runs nothing. */
final class HtmlReport {
    private static final String STYLE = style();
    static final String POLICY =
            "default-src 'none'; style-src 'sha256-" + digest(STYLE) + "'; base-uri 'none'; form-action 'none'";

    private HtmlReport() {}

    static String render(RunState run, VerdictDocument document, List<Recorded> facts) {
        var page = begun(document.verdict() + ": " + document.run().title() + " on "
                + document.run().target());
        header(page, document);
        page.open("main");
        facts(page, document.run());
        HtmlChecks.table(page, document.checks());
        HtmlSignals.write(page, run, HtmlTimeline.write(page, run, facts));
        HtmlChecks.chains(page, document.checks());
        HtmlAlerts.write(page, run, document.alerts(), facts);
        document.durability().ifPresent(durability -> HtmlDurability.write(page, durability));
        warnings(page, document.warnings());
        HtmlEnvironment.write(page, run);
        recompute(page, document);
        page.close();
        page.open("footer")
                .element("p", "Rendered from the journal of the run alone. Times are UTC.")
                .close();
        return page.close().close().toString();
    }

    static String going(RunState run, Verdict verdict, List<Recorded> facts) {
        var checks = verdict.checks().stream().map(JudgedCheck::of).toList();
        var page = begun(run.scenario().title() + " on " + run.target());
        page.open("header", "class", "verdict is-going");
        page.open("div").open("h1");
        page.element("span", run.phase().name(), "class", "word").text(" ");
        page.element("span", run.scenario().title(), "class", "title").close();
        page.element(
                "p",
                checks.stream().filter(check -> check.result().equals("open")).count() + " of " + checks.size()
                        + " checks are open.",
                "class",
                "reasons");
        page.close().close();
        page.open("main");
        HtmlChecks.table(page, checks);
        HtmlSignals.write(page, run, HtmlTimeline.write(page, run, facts));
        HtmlChecks.chains(page, checks);
        HtmlAlerts.write(
                page, run, run.episodes().all().stream().map(SeenAlert::of).toList(), facts);
        warnings(page, verdict.warnings());
        return page.close().close().close().toString();
    }

    private static Markup begun(String title) {
        var page = Markup.document();
        page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en");
        page.open("head");
        page.empty("meta", "charset", "utf-8");
        page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.empty("meta", "name", "color-scheme", "content", "light dark");
        page.element("title", title);
        page.style(STYLE).close();
        return page.open("body");
    }

    private static void header(Markup page, VerdictDocument document) {
        page.open("header", "class", "verdict " + Icon.of(document.verdict()).kind());
        Icon.of(document.verdict()).draw(page, 56);
        page.open("div");
        page.open("h1")
                .element("span", document.verdict().name(), "class", "word")
                .text(" ");
        page.element("span", document.run().title(), "class", "title").close();
        reasons(page, document);
        page.close().close();
    }

    private static void reasons(Markup page, VerdictDocument document) {
        if (document.reasons().size() > 1) {
            page.open("ul", "class", "reasons");
            document.reasons().forEach(reason -> page.element("li", reason));
            page.close();
        } else {
            page.element(
                    "p", document.reasons().stream().findFirst().orElseGet(() -> all(document)), "class", "reasons");
        }
    }

    private static String all(VerdictDocument document) {
        var checks = document.checks().size();
        if (document.verdict() != Conclusion.PASSED) {
            return "No reason is known.";
        }
        return switch (checks) {
            case 1 -> "The one check passed.";
            case 2 -> "Both checks passed.";
            default -> "All " + checks + " checks passed.";
        };
    }

    private static void facts(Markup page, VerdictDocument.Run run) {
        var clock = new RunClock(run.admittedAt());
        page.open("section", "aria-labelledby", "run");
        page.element("h2", "The run", "id", "run");
        page.open("dl", "class", "facts");
        HtmlValues.term(page, "Scenario", run.scenario());
        HtmlValues.term(page, "Target", run.target());
        HtmlValues.term(page, "Mode", run.mode().toString());
        HtmlValues.term(page, "Began", RunClock.date(run.admittedAt()));
        HtmlValues.term(page, "Took", RunClock.seconds(run.seconds(), 1) + ", to " + clock.time(run.endedAt()));
        HtmlValues.term(
                page,
                "Asked for by",
                run.requestedBy() + run.reason().map(why -> ": " + why).orElse(""));
        run.owner().ifPresent(owner -> HtmlValues.term(page, "Owner", owner));
        run.runbook().ifPresent(runbook -> {
            HtmlValues.begin(page, "Runbook");
            HtmlValues.address(page, runbook);
            HtmlValues.end(page);
        });
        if (!run.controls().isEmpty()) {
            HtmlValues.term(page, "Evidence for", String.join(", ", run.controls()));
        }
        run.parameters().forEach((name, value) -> HtmlValues.term(page, "Parameter " + name, value));
        HtmlValues.term(page, "Run", run.id());
        page.close().close();
    }

    private static void warnings(Markup page, List<String> warnings) {
        if (!warnings.isEmpty()) {
            page.open("section", "class", "warnings", "aria-labelledby", "warnings");
            page.open("h2", "id", "warnings");
            Icon.WARNING.draw(page, 20);
            page.text(" Warnings").close();
            HtmlValues.list(page, warnings);
            page.close();
        }
    }

    private static void recompute(Markup page, VerdictDocument document) {
        var journal = document.journal();
        page.open("section", "aria-labelledby", "recompute");
        page.element("h2", "Recompute it", "id", "recompute");
        page.open("p");
        page.text("This page is no proof; the journal is. Facts " + journal.firstSeq() + " to " + journal.lastSeq()
                + " stand in ");
        page.element("code", Evidence.JOURNAL);
        page.text(", each chained to the one before by its SHA-256, and the last hash is")
                .close();
        page.open("p").element("code", journal.lastHash(), "class", "digest").close();
        page.element("p", "Both of these check the chain, and judge or render the facts again:");
        page.open("pre", "tabindex", "0");
        page.element(
                "code",
                "tocsin judge " + document.run().id() + "\ntocsin report "
                        + document.run().id() + " -o html");
        page.close();
        page.element("p", "They take the folder of the evidence; it is named after the run.")
                .close();
    }

    private static String style() {
        try (var in = Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String text) {
        try {
            var sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(sha);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
