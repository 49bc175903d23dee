package dev.tocsin.domain.doctor;

import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.scenario.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges whether Prometheus scrapes, evaluates, and sends where Tocsin looks. */
public final class PrometheusWiring {
    private static final int MOST_NAMED = 10;

    private static final Wire ANSWERS = new Wire("Prometheus: answers", Link.SCRAPE);
    private static final Wire TARGETS = new Wire("Prometheus: targets are up", Link.SCRAPE);
    private static final Wire RULES = new Wire("Prometheus: rules are loaded", Link.RULE);
    private static final Wire HEALTH = new Wire("Prometheus: rules can be evaluated", Link.RULE);
    private static final Wire SENDS = new Wire("Prometheus: knows an Alertmanager", Link.SENT);
    private static final Wire SAME = new Wire("Prometheus: sends to the Alertmanagers configured here", Link.SENT);

    private PrometheusWiring() {}

    public static List<Finding> judge(Optional<PrometheusSeen> seen) {
        if (seen.isEmpty()) {
            return List.of(ANSWERS.skipped("no Prometheus is configured: name it under `prometheus`"));
        }
        var prometheus = seen.get();
        if (!prometheus.about().answers()) {
            return List.of(
                    ANSWERS.failed(
                            prometheus.about().detail(),
                            "see that Prometheus runs, and that nothing stands between: kube-prometheus comes with a"
                                    + " NetworkPolicy that lets only a few in to port 9090. Try: curl -sS "
                                    + prometheus.url() + "/-/ready"),
                    TARGETS.skipped("Prometheus was not reached"),
                    RULES.skipped("Prometheus was not reached"),
                    SENDS.skipped("Prometheus was not reached"));
        }
        var findings = new ArrayList<Finding>();
        findings.add(ANSWERS.passed("Prometheus " + prometheus.about().detail() + " at " + prometheus.url()));
        findings.add(Clocks.judge("Prometheus", prometheus.about()));
        findings.add(targets(prometheus));
        rules(prometheus, findings);
        recipients(prometheus, findings);
        return findings;
    }

    private static Finding targets(PrometheusSeen prometheus) {
        var all = prometheus.targets();
        if (all.isEmpty()) {
            return TARGETS.failed(
                    "it scrapes nothing",
                    "look at scrape_configs, and with the Prometheus operator at the labels that"
                            + " serviceMonitorSelector and podMonitorSelector ask for; the page /service-discovery tells"
                            + " what was dropped");
        }
        var down = all.stream().filter(target -> !target.health().equals("up")).toList();
        return down.isEmpty()
                ? TARGETS.passed(all.size() + " of " + all.size())
                : TARGETS.warned(
                        down.size() + " of " + all.size() + " are not: "
                                + named(down.stream()
                                        .map(target -> target.name())
                                        .toList()),
                        "curl -sS the target's /metrics from where Prometheus runs",
                        down.stream()
                                .limit(MOST_NAMED)
                                .map(target -> target.name() + " is " + target.health() + ", scraped every "
                                        + Durations.print(target.interval()) + ": " + target.lastError())
                                .toList());
    }

    private static void rules(PrometheusSeen prometheus, List<Finding> findings) {
        if (prometheus.rules().isEmpty()) {
            findings.add(RULES.failed(
                    "not one alerting rule is loaded",
                    "look at rule_files; with the Prometheus operator a PrometheusRule must carry the labels that"
                            + " ruleSelector asks for (kube-prometheus-stack: `release: NAME`), or it is passed over"
                            + " without a word"));
            return;
        }
        findings.add(RULES.passed(
                prometheus.rules().size() + " alerting " + (prometheus.rules().size() == 1 ? "rule" : "rules")));
        var ill = prometheus.rules().stream()
                .filter(rule -> rule.health().equals("err"))
                .toList();
        findings.add(
                ill.isEmpty()
                        ? HEALTH.passed("all of them")
                        : HEALTH.failed(
                                ill.size() + " cannot: "
                                        + named(ill.stream().map(Rule::name).toList()),
                                "mend the expression. Try: promtool query instant " + prometheus.url() + " '"
                                        + ill.getFirst().query().strip() + "'",
                                ill.stream()
                                        .limit(MOST_NAMED)
                                        .map(rule -> rule.name() + ": " + rule.lastError())
                                        .toList()));
    }

    private static void recipients(PrometheusSeen prometheus, List<Finding> findings) {
        var all = prometheus.recipients();
        if (all.isEmpty()) {
            findings.add(SENDS.failed(
                    "it knows none, so it sends alerts to nobody",
                    "look at `alerting.alertmanagers` in the configuration of Prometheus (with the operator:"
                            + " spec.alerting of the Prometheus object). Try: curl -sS " + prometheus.url()
                            + "/api/v1/alertmanagers"));
            return;
        }
        findings.add(SENDS.passed(
                named(all.stream().map(PrometheusSeen.Recipient::url).toList())));
        if (prometheus.configured().isEmpty()) {
            return; // that there is none was found elsewhere
        }
        findings.add(same(prometheus));
    }

    private static Finding same(PrometheusSeen prometheus) {
        var evidence = prometheus.recipients().stream()
                .map(recipient -> recipient.url() + ": " + recipient.why())
                .toList();
        var strangers = prometheus.recipients().stream()
                .filter(recipient -> recipient.configuredAs().isEmpty())
                .map(PrometheusSeen.Recipient::url)
                .toList();
        var unknown = prometheus.configured().stream()
                .filter(url -> prometheus.recipients().stream()
                        .noneMatch(recipient -> recipient.configuredAs().equals(Optional.of(url))))
                .toList();
        var mend =
                "make `alerting.alertmanagers` of Prometheus and `alertmanagers` of Tocsin name the same, every peer of"
                        + " the cluster. Try: curl -sS " + prometheus.url() + "/api/v1/alertmanagers";
        if (strangers.size() == prometheus.recipients().size()) {
            return SAME.failed(
                    "it sends to " + named(strangers) + ", and configured here "
                            + (prometheus.configured().size() == 1 ? "is " : "are ") + named(prometheus.configured()),
                    mend,
                    evidence);
        }
        if (!strangers.isEmpty()) {
            return SAME.warned("it also sends to " + named(strangers) + ", which Tocsin does not ask", mend, evidence);
        }
        return unknown.isEmpty()
                ? SAME.passed("to every one of them", evidence.toArray(String[]::new))
                : SAME.warned("it does not send to " + named(unknown), mend, evidence);
    }

    private static String named(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())))
                + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "");
    }
}
