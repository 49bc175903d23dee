package dev.tocsin.evidence;

import dev.tocsin.chart.Markup;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.Durations;
import java.util.List;
import java.util.stream.Stream;

/** What the run was made against, as far as the journal knows: servers with their versions, rules, scrape targets. */
final class HtmlEnvironment {
    private HtmlEnvironment() {}

    static void write(Markup page, RunState run) {
        page.open("section", "aria-labelledby", "environment");
        page.element("h2", "Environment", "id", "environment");
        var sources = Stream.concat(
                        run.chain().latest(Sight.SourceSeen.class).stream().map(HtmlEnvironment::source), servers(run))
                .toList();
        if (sources.isEmpty()) {
            page.element("p", "Nothing was looked at, so no version is known.");
        } else {
            page.open("div", "class", "scroll", "tabindex", "0").open("table");
            HtmlValues.head(page, "Server", "Version, as it was seen last", "Running since");
            page.open("tbody");
            for (var source : sources) {
                page.open("tr").element("th", source.name(), "scope", "row");
                page.element("td", source.version())
                        .element("td", source.since())
                        .close();
            }
            page.close().close().close();
        }
        HtmlValues.list(page, "Labels of the target", labels(run));
        rules(page, run);
        HtmlValues.list(page, "Scrape targets", targets(run));
        HtmlValues.list(
                page,
                "Sending and routing",
                Stream.concat(
                                run.chain().latest(Sight.NotifierSeen.class).stream()
                                        .map(Sight::summary),
                                run.chain().latest(Sight.RoutingSeen.class).stream()
                                        .map(Sight::summary))
                        .toList());
        page.close();
    }

    private record Source(String name, String version, String since) {}

    private static Source source(Sight.SourceSeen seen) {
        return new Source(
                seen.source(),
                seen.answers() ? version(seen) : "does not answer: " + seen.detail(),
                seen.startedAt().map(RunClock::date).orElse("not told"));
    }

    private static String version(Sight.SourceSeen seen) {
        return seen.source().startsWith(Sight.TARGET) && seen.detail().matches("\\d{5,7}")
                ? version(Integer.parseInt(seen.detail()))
                : seen.detail();
    }

    /** As people say it: PostgreSQL tells programs 180002 and means 18.2. */
    private static String version(int number) {
        return number / 10_000 + "." + number % 10_000;
    }

    /** The server behind the ledger. */
    private static Stream<Source> servers(RunState run) {
        return run.ledger().servers().stream()
                .reduce((_, last) -> last)
                .map(seen -> new Source(
                        "PostgreSQL of the ledger",
                        version(seen.server().version()),
                        RunClock.date(seen.server().postmasterStarted())))
                .stream();
    }

    private static List<String> labels(RunState run) {
        return run.labels().pairs().entrySet().stream()
                .map(pair -> pair.getKey() + "=\"" + pair.getValue() + "\"")
                .toList();
    }

    private static void rules(Markup page, RunState run) {
        var rules = run.chain().first(Sight.RulesSeen.class).stream()
                .flatMap(seen -> seen.rules().stream())
                .toList();
        if (rules.isEmpty()) {
            return;
        }
        page.element("h3", "Rules under test, as Prometheus had loaded them");
        page.open("div", "class", "scroll", "tabindex", "0").open("table");
        HtmlValues.head(page, "Rule", "Expression", "for", "Evaluated every");
        page.open("tbody");
        for (var rule : rules) {
            page.open("tr").element("th", name(rule), "scope", "row");
            page.open("td")
                    .element("code", rule.query().strip(), "class", "verbatim")
                    .close();
            page.element("td", Durations.print(rule.holdFor()));
            page.element("td", Durations.print(rule.interval())).close();
        }
        page.close().close().close();
    }

    private static String name(Rule rule) {
        return rule.group().isEmpty() ? rule.name() : rule.name() + " in " + rule.group();
    }

    private static List<String> targets(RunState run) {
        return run.chain().first(Sight.TargetsSeen.class).stream()
                .flatMap(seen -> seen.targets().stream())
                .map(HtmlEnvironment::target)
                .distinct()
                .toList();
    }

    private static String target(ScrapeTarget target) {
        return target.name() + ", " + target.health() + ", every " + Durations.print(target.interval()) + ", timeout "
                + Durations.print(target.timeout());
    }
}
