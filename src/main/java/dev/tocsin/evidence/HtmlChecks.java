package dev.tocsin.evidence;

import dev.tocsin.chart.Markup;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.evidence.VerdictDocument.JudgedCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The checks of a run: each beside what was expected, and where the time of each alert went or its chain broke. */
final class HtmlChecks {
    /** The links that an alert which rang is timed by. */
    private static final List<Link> TIMED =
            List.of(Link.STIMULUS, Link.SCRAPE, Link.RULE, Link.PENDING, Link.ACCEPTED, Link.DELIVERED);

    private HtmlChecks() {}

    static void table(Markup page, List<JudgedCheck> checks) {
        page.open("section", "aria-labelledby", "checks");
        page.element("h2", "Checks", "id", "checks");
        page.open("div", "class", "scroll", "tabindex", "0").open("table", "class", "checks");
        HtmlValues.head(page, "Result", "Check", "Expected", "Observed");
        page.open("tbody");
        for (var check : checks) {
            page.open("tr").open("td");
            result(page, check);
            page.close().element("th", check.name(), "scope", "row");
            page.element("td", check.expected());
            page.open("td").text(check.observed());
            check.brokeAt().ifPresent(link -> {
                page.text("; broke at ");
                page.element("strong", link);
            });
            page.close().close();
        }
        page.close().close().close().close();
    }

    private static void result(Markup page, JudgedCheck check) {
        var icon = Icon.ofResult(check.result());
        page.open("span", "class", "result " + icon.kind());
        icon.draw(page, 18);
        page.text(" " + check.result().toUpperCase(Locale.ROOT)).close();
    }

    /** What stands behind each check that has more to it than its row. */
    static void chains(Markup page, List<JudgedCheck> checks) {
        var told = checks.stream().filter(HtmlChecks::hasMore).toList();
        if (told.isEmpty()) {
            return;
        }
        page.open("section", "aria-labelledby", "chains");
        page.element("h2", "What stands behind the checks", "id", "chains");
        for (var check : told) {
            page.open("article", "class", Icon.ofResult(check.result()).kind());
            page.open("h3");
            result(page, check);
            page.text(" " + check.name()).close();
            page.element("p", check.message());
            chain(page, check);
            if (!check.evidence().isEmpty()) {
                page.element("h4", "What was seen");
                HtmlValues.list(page, check.evidence());
            }
            check.next()
                    .ifPresent(next -> page.open("p", "class", "next")
                            .element("strong", "Next: ")
                            .text(next)
                            .close());
            deadline(page, check);
            page.close();
        }
        page.close();
    }

    private static boolean hasMore(JudgedCheck check) {
        return !check.links().isEmpty()
                || check.brokeAt().isPresent()
                || !check.evidence().isEmpty()
                || check.next().isPresent()
                || !check.deadline().isEmpty();
    }

    private static void chain(Markup page, JudgedCheck check) {
        if (!check.links().isEmpty()) {
            timed(page, check);
        } else if (check.brokeAt().isPresent()) {
            untimed(page, check.brokeAt().get());
        }
    }

    private static void timed(Markup page, JudgedCheck check) {
        var all = check.links().stream()
                .mapToDouble(VerdictDocument.TimedLink::seconds)
                .sum();
        var floor = check.links().stream()
                .mapToDouble(VerdictDocument.TimedLink::floorSeconds)
                .sum();
        // Of a check that passed nobody need look at it.
        page.open("details", check.result().equals("passed") ? new String[0] : new String[] {"open", "open"});
        page.element(
                "summary",
                "Where the time went: " + RunClock.seconds(all, 1) + ", at the least " + RunClock.seconds(floor, 1));
        page.open("div", "class", "scroll", "tabindex", "0").open("table", "class", "links");
        HtmlValues.head(page, "Link", "From, to", "Took", "At the least", "From the start to the webhook");
        page.open("tbody");
        var before = 0.0;
        var untold = check.brokeAt();
        for (var link : check.links()) {
            if (untold.isPresent() && comesBefore(untold.get(), link.link())) {
                broken(page, untold.get());
                untold = Optional.empty();
            }
            var broke = untold.filter(link.link()::equals).isPresent();
            untold = broke ? Optional.empty() : untold;
            page.open("tr", "class", broke ? "broken" : "whole");
            name(page, link.link(), broke);
            page.element("td", link.what());
            seconds(page, link.seconds());
            seconds(page, link.floorSeconds());
            page.open("td", "class", "course");
            course(page, before, link, Math.max(all, floor));
            page.close().close();
            before += Math.max(0, link.seconds());
        }
        untold.ifPresent(link -> broken(page, link));
        page.close().open("tfoot").open("tr");
        page.element("th", "all", "scope", "row").element("td", "start to webhook");
        seconds(page, all);
        seconds(page, floor);
        page.element("td", "").close().close().close().close().close();
    }

    private static boolean comesBefore(String one, String other) {
        return place(one) < place(other);
    }

    private static int place(String link) {
        return Link.valueOf(link.toUpperCase(Locale.ROOT)).ordinal();
    }

    private static void broken(Markup page, String link) {
        page.open("tr", "class", "broken");
        name(page, link, true);
        page.element("td", "see below", "colspan", "4").close();
    }

    private static void name(Markup page, String link, boolean broke) {
        page.open("th", "scope", "row");
        if (broke) {
            Icon.FAILED.draw(page, 16);
            page.text(" " + link + ", broke here");
        } else {
            page.text(link);
        }
        page.close();
    }

    private static void seconds(Markup page, double seconds) {
        page.element("td", RunClock.seconds(seconds, 3), "class", "number");
    }

    /** The time of one link behind that of those before it, and the least it could have been. */
    private static void course(Markup page, double before, VerdictDocument.TimedLink link, double all) {
        page.drawing(
                "width",
                "100%",
                "height",
                "18",
                "role",
                "img",
                "aria-label",
                RunClock.seconds(link.seconds(), 3) + " of " + RunClock.seconds(all, 3));
        page.empty(
                "rect",
                "class",
                "took",
                "x",
                part(before, all),
                "y",
                "2",
                "width",
                part(link.seconds(), all),
                "height",
                "9");
        page.empty(
                "rect",
                "class",
                "floor",
                "x",
                part(before, all),
                "y",
                "13",
                "width",
                part(link.floorSeconds(), all),
                "height",
                "3");
        page.close();
    }

    private static String part(double seconds, double all) {
        return String.format(Locale.ROOT, "%.2f%%", all == 0 ? 0 : Math.clamp(seconds / all, 0, 1) * 100);
    }

    /** For an alert that did not ring there are no times; which link broke is all that is known. */
    private static void untimed(Markup page, String broke) {
        var links = new ArrayList<>(TIMED.stream().map(Link::toString).toList());
        if (!links.contains(broke)) {
            links.add(broke);
            links.sort((one, other) -> Integer.compare(place(one), place(other)));
        }
        page.open("ol", "class", "chain", "aria-label", "The chain of the alert");
        for (var link : links) {
            if (link.equals(broke)) {
                page.open("li", "class", "broken");
                Icon.FAILED.draw(page, 16);
                page.text(" " + link + ", broke here").close();
            } else {
                page.element("li", link, "class", comesBefore(broke, link) ? "after" : "before");
            }
        }
        page.close();
    }

    private static void deadline(Markup page, JudgedCheck check) {
        if (check.deadline().isEmpty()) {
            return;
        }
        page.open("details").element("summary", "How its deadline was derived");
        page.open("div", "class", "scroll", "tabindex", "0").open("table");
        HtmlValues.head(page, "Link", "Term", "At the least", "At the most");
        page.open("tbody");
        for (var term : check.deadline()) {
            page.open("tr").element("th", term.link(), "scope", "row").element("td", term.what());
            seconds(page, term.leastSeconds());
            seconds(page, term.mostSeconds());
            page.close();
        }
        page.close().open("tfoot").open("tr");
        page.element("th", "all", "scope", "row").element("td", "their sum");
        seconds(
                page,
                check.deadline().stream()
                        .mapToDouble(VerdictDocument.DeadlineTerm::leastSeconds)
                        .sum());
        seconds(
                page,
                check.deadline().stream()
                        .mapToDouble(VerdictDocument.DeadlineTerm::mostSeconds)
                        .sum());
        page.close().close().close().close().close();
    }
}
