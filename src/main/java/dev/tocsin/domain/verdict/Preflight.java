package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Drill;
import dev.tocsin.domain.chain.HeldAlert;
import dev.tocsin.domain.chain.Latency;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Routes;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.routing.PartialLabels;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Silence;
import dev.tocsin.domain.routing.Ternary;
import dev.tocsin.domain.run.ActiveAlert;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Deadline;
import dev.tocsin.domain.scenario.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells, before anything is stressed, what would make the proof void. */
public final class Preflight {
    /** {@code startsAt} is Prometheus' time and an alert has ended by Alertmanager's; both are compared with ours. */
    public static final Duration MOST_SKEW = Duration.ofSeconds(5);

    private final RunState run;

    private Preflight(RunState run) {
        this.run = run;
    }

    /** Whether the target can be stressed as written, whatever is expected of it. */
    public static boolean mayStress(RunState run) {
        return new Preflight(run).againstTarget().isEmpty();
    }

    /** Whether nothing that was seen stands against stressing the target. */
    public static boolean clear(RunState run) {
        var preflight = new Preflight(run);
        return mayStress(run)
                && run.scenario().alerts().stream()
                        .allMatch(expectation -> preflight.against(expectation).isEmpty());
    }

    /** Those of the alerts that a run expects to ring, and that would be firing already if it began now. */
    public static List<ActiveAlert> active(RunState run, List<ActiveAlert> alerts) {
        return alerts.stream()
                .filter(alert -> !Drill.is(alert.labels()))
                .filter(alert -> run.scenario().alerts().stream()
                        .anyMatch(expectation -> expectation.matchers().match(alert.labels())))
                .toList();
    }

    /** Everything that stands against any of its expectations, in the order of the chain for each. */
    public static List<Break> everything(RunState run) {
        var preflight = new Preflight(run);
        return run.scenario().alerts().stream()
                .flatMap(expectation -> preflight.against(expectation).stream())
                .distinct()
                .toList();
    }

    /** What stands against stressing the target, whatever is expected of it. */
    static List<Break> againstTarget(RunState run) {
        return new Preflight(run).againstTarget();
    }

    /** The first link that stands against an expectation. */
    static Optional<Break> against(RunState run, AlertExpectation expectation) {
        return new Preflight(run).against(expectation).stream().findFirst();
    }

    /** Everything that stands against an expectation, in the order of the chain. */
    private List<Break> against(AlertExpectation expectation) {
        var breaks = new ArrayList<>(againstTarget());
        prometheusAway(breaks);
        alertmanagersAway(breaks);
        skew(breaks);
        var title = expectation.matchers().title();
        run.chain().rules(title).ifPresent(rules -> {
            rules(expectation, rules, breaks);
            run.chain().targets(title).ifPresent(targets -> targets(rules, targets, breaks));
            series(expectation, rules, breaks);
            active(expectation, rules, breaks);
            matching(expectation, rules).findFirst().ifPresent(rule -> {
                routed(expectation, rule, breaks);
                inhibited(expectation, rule, breaks);
            });
        });
        notToldApart(expectation, breaks);
        deadlines(expectation, breaks);
        sending(breaks);
        held(expectation, breaks);
        silenced(expectation, breaks);
        breaks.sort((one, other) -> one.link().compareTo(other.link()));
        return breaks;
    }

    private List<Break> againstTarget() {
        var breaks = new ArrayList<Break>();
        targetAway(breaks);
        needsUnmet(breaks);
        return breaks;
    }

    /**
     * Whose alerts these would be could not be told: neither by the labels of the targets nor by the matchers. A scenario
     * that names more than the alert and its severity is trusted to name its target.
     */
    private void notToldApart(AlertExpectation expectation, List<Break> breaks) {
        var alike = run.before().stream()
                .filter(neighbour -> !neighbour.toldFrom(run.labels()))
                .toList();
        if (!expectation.matchers().tellServersApart()
                && !alike.isEmpty()
                && run.chain().looked()) {
            breaks.add(new Break(
                    Link.CONTRACT,
                    "NotToldApart",
                    "target " + alike.getFirst().target()
                            + " is being stressed too, and alerts of the two cannot be told apart",
                    alike.stream()
                            .map(neighbour -> "run " + neighbour.run() + " on " + neighbour.target()
                                    + ", whose alerts carry "
                                    + neighbour.labels().pairs() + "; those of "
                                    + run.target() + " carry " + run.labels().pairs())
                            .toList(),
                    "set `labels` on both targets in the configuration, with one label that differs, or run one after"
                            + " the other"));
        }
    }

    private void targetAway(List<Break> breaks) {
        sources(Sight.TARGET)
                .filter(source -> !source.answers())
                .forEach(source -> breaks.add(new Break(
                        Link.STIMULUS,
                        "TargetUnreachable",
                        "the target does not let Tocsin in, so nothing can be done to it",
                        List.of(source.source() + ": " + source.detail()),
                        "psql postgresql://" + url(source.source()) + ", from where Tocsin runs")));
    }

    /** All of them at once: whoever may grant the rights is asked only once. */
    private void needsUnmet(List<Break> breaks) {
        var seen = run.chain().latest(Sight.NeedsSeen.class).stream()
                .filter(needs -> !needs.unmet().isEmpty())
                .toList();
        if (!seen.isEmpty()) {
            var mends = seen.stream()
                    .flatMap(needs -> needs.unmet().stream())
                    .map(Sight.Unmet::mend)
                    .distinct()
                    .collect(Collectors.joining("; "));
            breaks.add(new Break(
                    Link.STIMULUS,
                    "NeedsUnmet",
                    seen.getFirst().summary(),
                    seen.stream()
                            .flatMap(needs -> needs.unmet().stream()
                                    .map(unmet -> needs.stimulus() + ": " + unmet.what() + "; " + unmet.mend()))
                            .toList(),
                    mends));
        }
    }

    private void prometheusAway(List<Break> breaks) {
        sources("Prometheus")
                .filter(source -> !source.answers())
                .forEach(source -> breaks.add(new Break(
                        Link.SCRAPE,
                        "PrometheusUnreachable",
                        "Prometheus does not answer, so nothing is scraped and nothing can ring",
                        List.of(source.source() + ": " + source.detail()),
                        "curl -sS " + url(source.source()) + "/-/ready")));
    }

    private void alertmanagersAway(List<Break> breaks) {
        var all = sources("Alertmanager").toList();
        if (!all.isEmpty() && all.stream().noneMatch(Sight.SourceSeen::answers)) {
            breaks.add(new Break(
                    Link.ACCEPTED,
                    "AlertmanagerUnreachable",
                    "no Alertmanager answers, so no alert is accepted or delivered",
                    all.stream()
                            .map(source -> source.source() + ": " + source.detail())
                            .toList(),
                    "curl -sS " + url(all.getFirst().source()) + "/-/ready"));
        }
    }

    private void skew(List<Break> breaks) {
        run.chain().latest(Sight.SourceSeen.class).stream()
                .filter(source -> Math.abs(source.aheadMillis().orElse(0L)) > MOST_SKEW.toMillis())
                .forEach(source -> breaks.add(new Break(
                        Link.ACCEPTED,
                        "ClockSkew",
                        "the clock of " + source.source()
                                + " is not Tocsin's; alerts may be taken for older ones, or for ended",
                        List.of("%s is %.1f s ahead of Tocsin (negative: behind), and at most %d s may be"
                                .formatted(
                                        source.source(),
                                        source.aheadMillis().orElse(0L) / 1000.0,
                                        MOST_SKEW.toSeconds())),
                        "chronyc tracking, on both machines")));
    }

    private void rules(AlertExpectation expectation, List<Rule> rules, List<Break> breaks) {
        var title = expectation.matchers().title();
        if (rules.isEmpty()) {
            breaks.add(new Break(
                    Link.RULE,
                    "RuleAbsent",
                    "Prometheus has loaded no rule " + title,
                    List.of(),
                    "look for it in /api/v1/rules of Prometheus; with the Prometheus operator, check the labels that"
                            + " ruleSelector asks for"));
            return;
        }
        if (rules.stream().noneMatch(rule -> rule.mayMatch(expectation.matchers()))) {
            breaks.add(new Break(
                    Link.CONTRACT,
                    "RuleContradicts",
                    "the rule " + title + " is loaded, but its alerts carry other labels than expected",
                    rules.stream()
                            .map(rule -> "rule " + rule.name() + " of group " + rule.group() + " sets "
                                    + rule.labels().pairs() + ", expected is " + expectation.matchers())
                            .toList(),
                    "mend the labels of the rule, or the matchers of the scenario"));
            return;
        }
        matching(expectation, rules)
                .filter(rule -> rule.health().equals("err"))
                .forEach(rule -> breaks.add(unhealthy(run, rule)));
    }

    static Break unhealthy(RunState run, Rule rule) {
        return new Break(
                Link.RULE,
                "RuleUnhealthy",
                "the rule " + rule.name() + " cannot be evaluated: " + rule.lastError(),
                List.of("expression: " + rule.query()),
                query(run, rule));
    }

    private static void targets(List<Rule> rules, Sight.TargetsSeen seen, List<Break> breaks) {
        if (!rules.isEmpty()) {
            notScraped(rules, seen).ifPresent(breaks::add);
        }
    }

    /** The targets are gone or fail, and a series that the expression needs is not there. */
    static Optional<Break> notScraped(List<Rule> rules, Sight.TargetsSeen seen) {
        var missing = rules.stream().flatMap(Preflight::missing).toList();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        var down = seen.targets().stream()
                .filter(target -> !target.health().equals("up"))
                .toList();
        if (!down.isEmpty()) {
            return Optional.of(new Break(
                    Link.SCRAPE,
                    "TargetDown",
                    "Prometheus cannot scrape " + down.getFirst().name() + ": "
                            + down.getFirst().lastError(),
                    down.stream()
                            .map(target -> target.name() + " of " + target.pool() + " is " + target.health()
                                    + ", interval " + Durations.print(target.interval()) + ", timeout "
                                    + Durations.print(target.timeout()) + ": " + target.lastError())
                            .toList(),
                    "curl -sS the target's /metrics from where Prometheus runs"));
        }
        if (seen.targets().isEmpty() && !seen.dropped().isEmpty()) {
            return Optional.of(new Break(
                    Link.SCRAPE,
                    "TargetDropped",
                    "no target is scraped that has the series, and relabelling dropped "
                            + String.join(", ", seen.dropped()),
                    missing.stream()
                            .map(series -> "no series " + series.selector())
                            .toList(),
                    "look at relabel_configs, and at the dropped targets on Prometheus' page /service-discovery"));
        }
        return Optional.empty();
    }

    /** Series that an expression needs and that are not there. */
    static Stream<Rule.SelectorSeen> missing(Rule rule) {
        var none = rule.series().stream().allMatch(series -> series.count() == 0);
        return rule.series().stream()
                .filter(series -> series.count() == 0 && !series.metricKnown())
                .filter(series -> series.needed() || none);
    }

    private void series(AlertExpectation expectation, List<Rule> rules, List<Break> breaks) {
        var matching = matching(expectation, rules).toList();
        if (!matching.isEmpty()
                && !causeMakesSeries(expectation)
                && matching.stream().allMatch(rule -> missing(rule).findAny().isPresent())) {
            breaks.add(absent(matching.getFirst()));
        }
    }

    /** Then that there are none yet says nothing; if they do not come either, that is found out under the stimulus. */
    private boolean causeMakesSeries(AlertExpectation expectation) {
        return run.scenario().stress().stream()
                .anyMatch(step -> step.name().equals(expectation.causedBy())
                        && step.stimulus().makesSeries());
    }

    static Break absent(Rule rule) {
        var missing = missing(rule).map(Rule.SelectorSeen::selector).toList();
        return new Break(
                Link.SERIES,
                "SeriesAbsent",
                "the rule " + rule.name() + " lives on " + String.join(", ", missing) + ", and there is no such series",
                List.of("expression: " + rule.query()),
                "look for the metric in the exporter's /metrics; was it renamed, or is a query of the exporter missing?");
    }

    private void active(AlertExpectation expectation, List<Rule> rules, List<Break> breaks) {
        matching(expectation, rules)
                .flatMap(rule -> rule.alerts().stream())
                .filter(alert -> expectation.matchers().match(alert.labels()))
                .findFirst()
                .ifPresent(alert -> breaks.add(new Break(
                        Link.FIRING,
                        alert.state().equals("firing") ? "AlreadyFiring" : "AlreadyPending",
                        "it is " + alert.state() + " already, so it could not be told what made it ring",
                        List.of(alert.labels() + " is " + alert.state() + ", its expression true since "
                                + alert.since()),
                        "wait until it has resolved, then run again")));
    }

    private void held(AlertExpectation expectation, List<Break> breaks) {
        run.chain().latest(Sight.AlertsHeld.class).stream()
                .flatMap(seen -> seen.alerts().stream())
                .filter(alert -> expectation.matchers().match(alert.labels()) && !Drill.is(alert.labels()))
                .map(Preflight::already)
                .findFirst()
                .ifPresent(breaks::add);
    }

    private static Break already(HeldAlert alert) {
        return new Break(
                Link.FIRING,
                "AlreadyFiring",
                "Alertmanager holds it already, since " + alert.startsAt()
                        + ", and would deliver another as a repeat of it",
                List.of(alert.labels() + " is " + alert.state()),
                "wait until it has resolved, then run again");
    }

    private void sending(List<Break> breaks) {
        run.chain().latest(Sight.NotifierSeen.class).stream()
                .filter(notifier -> notifier.alertmanagers().isEmpty())
                .forEach(_ -> breaks.add(new Break(
                        Link.SENT,
                        "NoAlertmanager",
                        "Prometheus knows no Alertmanager, so it sends alerts to nobody",
                        List.of("/api/v1/alertmanagers lists none"),
                        "look at `alerting.alertmanagers` in the configuration of Prometheus")));
    }

    private void routed(AlertExpectation expectation, Rule rule, List<Break> breaks) {
        var routes = Routes.of(run.chain(), expectation.matchers(), rule);
        if (routes.arrives() == Ternary.NO) {
            breaks.add(new Break(
                    Link.ROUTED,
                    "NotRouted",
                    "no route of Alertmanager brings it to this webhook",
                    List.of(
                            "it goes to "
                                    + routes.all()
                                            .map(Route::receiver)
                                            .distinct()
                                            .toList(),
                            "receivers that lead here: "
                                    + routes.receiversHere().stream()
                                            .map(Receiver::name)
                                            .toList()),
                    "amtool config routes test "
                            + rule.certainLabels().pairs().entrySet().stream()
                                    .map(pair -> pair.getKey() + "=" + pair.getValue())
                                    .collect(Collectors.joining(" "))));
            return;
        }
        var routing = routes.routing();
        var muted = routes.ours()
                .map(route -> routing.flatMap(known -> known.mutedAt(route, run.lastHeard())))
                .toList();
        if (!muted.isEmpty() && muted.stream().allMatch(Optional::isPresent)) {
            breaks.add(new Break(
                    Link.MUTED,
                    "MutedInTime",
                    "its route sends nothing now: it is " + muted.getFirst().orElseThrow(),
                    List.of("at " + run.lastHeard()),
                    "look at mute_time_intervals and active_time_intervals of its route, or run at another time"));
        }
        var webhooks = routes.receiversHere().stream()
                .flatMap(receiver -> receiver.webhooks().stream())
                .toList();
        if (!webhooks.isEmpty() && webhooks.stream().allMatch(Receiver.Webhook::customPayload)) {
            breaks.add(new Break(
                    Link.DELIVERED,
                    "CustomPayload",
                    "the webhook's body is a template of its own, which cannot be read",
                    List.of(),
                    "leave `payload` out of the webhook that leads here"));
        }
        if (!webhooks.isEmpty()
                && !(expectation.resolves() instanceof Deadline.NeverChecked)
                && webhooks.stream().noneMatch(Receiver.Webhook::sendResolved)) {
            breaks.add(
                    new Break(
                            Link.RESOLVED,
                            "NoSendResolved",
                            "the receiver does not tell when an alert has resolved",
                            routes.receiversHere().stream()
                                    .map(receiver -> "receiver " + receiver.name() + " has send_resolved: false")
                                    .toList(),
                            "set send_resolved: true on the webhook that leads here, or `resolves: never-checked` in the scenario"));
        }
    }

    private void inhibited(AlertExpectation expectation, Rule rule, List<Break> breaks) {
        var routes = Routes.of(run.chain(), expectation.matchers(), rule);
        var active = run.baseline().stream()
                .flatMap(baseline -> baseline.alerts().stream())
                .filter(alert -> alert.state().equals("active"))
                .map(alert -> PartialLabels.whole(alert.labels()))
                .toList();
        routes.routing().stream()
                .flatMap(routing -> routing.inhibitors(routes.labels(), active).stream())
                .filter(inhibition -> inhibition.certainty() == Ternary.YES)
                .findFirst()
                .ifPresent(inhibition -> breaks.add(new Break(
                        Link.MUTED,
                        "Inhibited",
                        "it is inhibited by " + inhibition.source().certain() + ", which is active",
                        List.of("inhibit rule from " + inhibition.rule().source() + " to "
                                + inhibition.rule().target() + ", equal "
                                + inhibition.rule().equal()),
                        "wait until that has resolved, or look at inhibit_rules")));
    }

    private void deadlines(AlertExpectation expectation, List<Break> breaks) {
        Latency.toFire(run.chain(), expectation.matchers()).ifPresent(latency -> {
            var evidence = latency.terms().stream().map(Preflight::term).toList();
            if (expectation.fires() instanceof Deadline.Within(Duration time) && time.compareTo(latency.least()) < 0) {
                breaks.add(new Break(
                        latency.heaviest(Latency.Term::least).link(),
                        "DeadlineTooShort",
                        "it is to ring within " + Durations.print(time) + ", and what is deployed takes "
                                + Durations.print(latency.least()) + " at the least",
                        evidence,
                        "set `fires: {within: " + Durations.print(latency.most()) + "}`, or leave it out"));
            }
            var guard = run.scenario().maxDuration();
            if (expectation.fires() instanceof Deadline.Derived
                    && latency.most().compareTo(guard) >= 0) {
                breaks.add(new Break(
                        latency.heaviest(Latency.Term::most).link(),
                        "GuardTooShort",
                        "what is deployed may take " + Durations.print(latency.most())
                                + ", and guards.maxDuration stops the run after " + Durations.print(guard),
                        evidence,
                        "set guards.maxDuration above " + Durations.print(latency.most())));
            }
        });
    }

    private static String term(Latency.Term term) {
        return term.link() + ": " + term.what() + ", " + Durations.print(term.least()) + " to "
                + Durations.print(term.most());
    }

    private void silenced(AlertExpectation expectation, List<Break> breaks) {
        var certain = run.chain().rules(expectation.matchers().title()).stream()
                .flatMap(rules -> matching(expectation, rules))
                .map(Rule::certainLabels)
                .toList();
        for (var seen : run.chain().latest(Sight.SilencesSeen.class)) {
            seen.silences().stream()
                    .filter(silence -> certain.stream()
                            .anyMatch(labels -> silence.matchers().stream()
                                            .allMatch(matcher -> labels.pairs().containsKey(matcher.label()))
                                    && silence.mutes(labels)))
                    .findFirst()
                    .ifPresent(silence -> breaks.add(new Break(
                            Link.MUTED,
                            "Silenced",
                            "it is silenced by " + silence.createdBy() + " until " + silence.endsAt(),
                            List.of(silenced(silence)),
                            "amtool silence expire " + silence.id())));
        }
    }

    static String silenced(Silence silence) {
        return "silence " + silence.id() + " of " + silence.createdBy() + " (" + silence.comment() + "), matching "
                + silence.matchers().stream().map(Object::toString).collect(Collectors.joining(", ")) + ", from "
                + silence.startsAt() + " until " + silence.endsAt();
    }

    private Stream<Sight.SourceSeen> sources(String kind) {
        return run.chain().latest(Sight.SourceSeen.class).stream()
                .filter(source -> source.source().startsWith(kind));
    }

    static Stream<Rule> matching(AlertExpectation expectation, List<Rule> rules) {
        return rules.stream().filter(rule -> rule.mayMatch(expectation.matchers()));
    }

    /** How to ask Prometheus for a rule's expression. */
    static String query(RunState run, Rule rule) {
        var prometheus = run.chain().latest(Sight.SourceSeen.class).stream()
                .map(Sight.SourceSeen::source)
                .filter(source -> source.startsWith("Prometheus"))
                .map(Preflight::url)
                .findFirst()
                .orElse("PROMETHEUS");
        return "promtool query instant " + prometheus + " '" + rule.query().strip() + "'";
    }

    private static String url(String source) {
        return source.substring(source.indexOf(' ') + 1);
    }

    static boolean up(ScrapeTarget target) {
        return target.health().equals("up");
    }
}
