package dev.tocsin.evidence;

import dev.tocsin.chart.Markup;
import java.util.List;
import java.util.Locale;

/** What the ledger of a run holds, in a box. */
final class HtmlDurability {
    private HtmlDurability() {}

    static void write(Markup page, DurabilityDocument ledger) {
        page.open("section", "class", "box", "aria-labelledby", "durability");
        page.element("h2", "Durability", "id", "durability");
        page.open("dl", "class", "facts figures");
        HtmlValues.term(page, "Acknowledged", count(ledger.acknowledged()));
        ledger.commits().ifPresent(commits -> {
            HtmlValues.term(page, "Survived", count(commits.survived()));
            HtmlValues.term(page, "Lost", count(commits.lost()));
        });
        HtmlValues.term(page, "Longest gap", RunClock.seconds(ledger.longestGapSeconds(), 3));
        page.close();
        page.open("dl", "class", "facts");
        HtmlValues.term(page, "Writers", ledger.writers() + ", " + ledger.rowsEach() + " rows a commit");
        HtmlValues.term(page, "Rejected", count(ledger.rejected()));
        HtmlValues.term(page, "Connections refused", count(ledger.connectionsRefused()));
        ledger.commits().ifPresent(commits -> commits(page, commits));
        ledger.recoveryPoint().ifPresent(point -> HtmlValues.term(page, "Recovery point", recoveryPoint(point)));
        page.close();
        HtmlValues.list(
                page,
                "Outages of writes",
                ledger.outages().stream()
                        .map(outage -> RunClock.date(outage.from()) + ": " + RunClock.seconds(outage.seconds(), 3))
                        .toList());
        HtmlValues.list(
                page,
                "Servers",
                ledger.servers().stream()
                        .map(server -> RunClock.date(server.at()) + ": "
                                + server.seen().summary())
                        .toList());
        HtmlValues.list(page, "Settings behind the promise", ledger.settings());
        ledger.standbys()
                .ifPresent(standbys -> HtmlValues.list(
                        page, "Standbys", standbys.isEmpty() ? List.of("None streams from this server.") : standbys));
        HtmlValues.list(page, "What this does not prove", ledger.notProved());
        page.close();
    }

    private static void commits(Markup page, DurabilityDocument.Commits commits) {
        if (!commits.lostFirst().isEmpty()) {
            HtmlValues.term(page, "The first that were lost", String.join(", ", commits.lostFirst()));
        }
        HtmlValues.term(
                page,
                "Without an answer",
                count(commits.resolvedIndeterminate()) + " there, " + count(commits.vanishedIndeterminate())
                        + " not there");
        HtmlValues.term(
                page,
                "Wrong rows",
                String.format(
                        Locale.ROOT,
                        "%,d phantom, %,d torn, %,d altered, %,d duplicated, %,d of strangers",
                        commits.phantom(),
                        commits.torn(),
                        commits.altered(),
                        commits.duplicated(),
                        commits.strangers()));
    }

    private static String recoveryPoint(DurabilityDocument.RecoveryPoint point) {
        return RunClock.seconds(point.seconds(), 1) + " before the outage"
                + point.walBytes()
                        .map(bytes -> ", " + count(bytes) + " bytes of WAL")
                        .orElse("");
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
