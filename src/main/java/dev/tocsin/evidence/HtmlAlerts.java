package dev.tocsin.evidence;

import dev.tocsin.chart.Markup;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.evidence.VerdictDocument.SeenAlert;
import java.util.List;

/** The alerts that notifications told of, a card each. */
final class HtmlAlerts {
    /** A browser shows that many at once, and nobody reads more. */
    private static final int MOST = 200;

    private HtmlAlerts() {}

    static void write(Markup page, RunState run, List<SeenAlert> alerts) {
        page.open("section", "aria-labelledby", "alerts");
        page.element("h2", "Alerts", "id", "alerts");
        if (alerts.isEmpty()) {
            page.element("p", "Not one notification arrived.");
        }
        page.open("div", "class", "cards");
        alerts.stream().limit(MOST).forEach(alert -> card(page, run, alert));
        page.close();
        if (alerts.size() > MOST) {
            page.element("p", (alerts.size() - MOST) + " more stand in " + Evidence.VERDICT + ".");
        }
        page.close();
    }

    private static void card(Markup page, RunState run, SeenAlert alert) {
        var clock = new RunClock(run.admitted());
        page.open("article", "class", "card");
        page.open("h3").text(alert.labels().alertname() + " ");
        page.element("span", role(run, alert), "class", "role").close();
        page.open("dl", "class", "facts");
        HtmlValues.term(page, "Firing since", clock.offset(alert.startsAt()));
        HtmlValues.term(
                page, "Delivered", alert.firstDeliveredAt().map(clock::offset).orElse("never"));
        HtmlValues.term(page, "Ended", alert.endsAt().map(clock::offset).orElse("not told"));
        HtmlValues.term(
                page,
                "Delivered as resolved",
                alert.resolvedDeliveredAt().map(clock::offset).orElse("never"));
        HtmlValues.term(page, "Notifications", String.valueOf(alert.deliveries()));
        HtmlValues.term(page, "Receivers", String.join(", ", alert.receivers()));
        page.close();
        HtmlValues.folded(page, "Labels", alert.labels().pairs());
        if (!alert.annotations().isEmpty()) {
            HtmlValues.folded(page, "Annotations", alert.annotations());
        }
        page.close();
    }

    private static String role(RunState run, SeenAlert alert) {
        if (run.scenario().alerts().stream()
                .anyMatch(expectation -> expectation.matchers().match(alert.labels()))) {
            return alert.startsAt().isBefore(run.admitted()) ? "expected, and firing before the run" : "expected";
        }
        if (run.scenario().never().stream().anyMatch(matchers -> matchers.match(alert.labels()))) {
            return "must stay silent";
        }
        return run.foreign(alert.labels()) ? "of another server" : "not expected";
    }
}
