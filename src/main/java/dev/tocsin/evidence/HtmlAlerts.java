package dev.tocsin.evidence;

import dev.tocsin.chart.Markup;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.evidence.VerdictDocument.SeenAlert;
import java.util.List;

/** The alerts that notifications told of, a card each. */
final class HtmlAlerts {
    /** A browser shows that many at once, and nobody reads more. */
    private static final int MOST = 200;

    /** The first tell what is to be known of how Alertmanager is set up; all of them stand in the journal. */
    private static final int MOST_SENT = 20;

    private static final int MOST_CHARACTERS = 8000;

    private HtmlAlerts() {}

    static void write(Markup page, RunState run, List<SeenAlert> alerts, List<Recorded> facts) {
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
        sent(page, run, facts);
        page.close();
    }

    /** As it came over the wire, for who wants to see what Alertmanager really said. */
    private static void sent(Markup page, RunState run, List<Recorded> facts) {
        var clock = new RunClock(run.admitted());
        var sent = facts.stream()
                .filter(recorded -> recorded.fact() instanceof Fact.NotificationReceived)
                .toList();
        if (sent.isEmpty()) {
            return;
        }
        page.open("details").element("summary", "What Alertmanager sent (" + sent.size() + ")");
        for (var recorded : sent.subList(0, Math.min(sent.size(), MOST_SENT))) {
            if (recorded.fact() instanceof Fact.NotificationReceived(var notification)) {
                var raw = notification.raw();
                page.element("p", clock.offset(recorded.at()));
                page.open("p")
                        .element("code", raw.substring(0, Math.min(raw.length(), MOST_CHARACTERS)), "class", "verbatim")
                        .close();
                if (raw.length() > MOST_CHARACTERS) {
                    page.element(
                            "p",
                            (raw.length() - MOST_CHARACTERS) + " more characters stand in " + Evidence.JOURNAL + ".");
                }
            }
        }
        if (sent.size() > MOST_SENT) {
            page.element("p", (sent.size() - MOST_SENT) + " more stand in " + Evidence.JOURNAL + ".");
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
