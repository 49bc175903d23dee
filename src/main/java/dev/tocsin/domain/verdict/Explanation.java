package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Chain.Timed;
import dev.tocsin.domain.chain.HeldAlert;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Routes;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.routing.Silence;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Explains why an alert was not delivered, from what was seen of the chain since its stimulus.
 *
 * <p>It walks back from the webhook: the farthest place that the alert was seen at tells which link it did not pass.
 */
final class Explanation {
    /** To look and to send take time too. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** The rule was evaluated, and there was no reason to ring. */
    static final String EXPRESSION_FALSE = "ExpressionFalse";

    /** What Tocsin answers to a body that can never be read. */
    private static final int UNREADABLE = 400;

    private final RunState run;
    private final AlertExpectation expectation;
    private final String title;
    private final Instant start;
    private final Instant asOf;
    private final Sightings sightings;

    Explanation(RunState run, AlertExpectation expectation, Instant start, Instant asOf) {
        this.run = run;
        this.expectation = expectation;
        this.start = start;
        this.asOf = asOf;
        title = expectation.matchers().title();
        sightings = new Sightings(run, expectation.matchers());
    }

    /** The link that broke; empty when nothing was looked at, or when nothing of it tells. */
    Optional<Break> undelivered() {
        if (!run.chain().looked()) {
            return failing();
        }
        var held = held(labels -> expectation.matchers().match(labels));
        if (!held.isEmpty()) {
            return Optional.of(behindAlertmanager(held));
        }
        return contradicted()
                .or(this::tooShort)
                .or(this::notAccepted)
                .or(this::notFiring)
                .or(this::notPending);
    }

    private List<Timed<HeldAlert>> held(Predicate<Labels> wanted) {
        return run.chain()
                .all(Sight.AlertsHeld.class)
                .filter(seen -> !seen.at().isBefore(start))
                .flatMap(seen -> seen.sight().alerts().stream()
                        .filter(alert -> wanted.test(alert.labels()))
                        .map(alert -> new Timed<>(seen.at(), alert)))
                .toList();
    }

    private Break behindAlertmanager(List<Timed<HeldAlert>> held) {
        var last = held.getLast().sight();
        if (!last.silencedBy().isEmpty()) {
            return silenced(last);
        }
        if (!last.inhibitedBy().isEmpty()) {
            return new Break(
                    Link.MUTED,
                    "Inhibited",
                    "Alertmanager inhibits it because of " + String.join(", ", last.inhibitedBy()),
                    List.of(seen(last)),
                    "look at inhibit_rules in the configuration of Alertmanager");
        }
        if (!last.mutedBy().isEmpty()) {
            return mutedInTime(String.join(", ", last.mutedBy()), last);
        }
        return elsewhere(last)
                .or(() -> mutedNow(last))
                .or(this::failing)
                .or(() -> truncated(last))
                .or(this::tooShort)
                .or(() -> overdue(held.getFirst()))
                .orElseGet(() -> new Break(
                        Link.GROUPED,
                        "StillGrouped",
                        "Alertmanager holds it and has not notified anybody yet",
                        List.of(seen(last)),
                        "look at group_wait and group_interval of its route"));
    }

    private Break silenced(HeldAlert alert) {
        var silences = run.chain()
                .all(Sight.SilencesSeen.class)
                .flatMap(seen -> seen.sight().silences().stream())
                .filter(silence -> alert.silencedBy().contains(silence.id()))
                .distinct()
                .toList();
        var by = silences.stream().map(Silence::createdBy).findFirst().orElse("somebody");
        var evidence = new ArrayList<>(List.of(seen(alert)));
        silences.forEach(silence -> evidence.add(Preflight.silenced(silence)));
        return new Break(
                Link.MUTED,
                "Silenced",
                "Alertmanager holds it and silences it, by the wish of " + by,
                evidence,
                "amtool silence expire " + String.join(" ", alert.silencedBy()));
    }

    private static Break mutedInTime(String interval, HeldAlert alert) {
        return new Break(
                Link.MUTED,
                "MutedInTime",
                "Alertmanager holds it and sends nothing at this time: " + interval,
                List.of(seen(alert)),
                "look at mute_time_intervals and active_time_intervals of its route");
    }

    private Stream<Routing> routings() {
        return run.chain().latest(Sight.RoutingSeen.class).stream().flatMap(seen -> seen.routing().stream());
    }

    /** No receiver that it was handed to leads here. */
    private Optional<Break> elsewhere(HeldAlert alert) {
        var here = routings()
                .flatMap(routing -> routing.receivers().stream())
                .filter(Routes::leadsHere)
                .map(Receiver::name)
                .toList();
        return routings().findAny().isEmpty() || alert.receivers().stream().anyMatch(here::contains)
                ? Optional.empty()
                : Optional.of(new Break(
                        Link.ROUTED,
                        "NotRouted",
                        "Alertmanager holds it, and hands it to " + String.join(", ", alert.receivers())
                                + ", which does not lead here",
                        List.of(seen(alert), "receivers that lead here: " + here),
                        "amtool config routes test alertname=" + title));
    }

    /** Older releases do not tell that a time interval mutes an alert, so the configuration is asked. */
    private Optional<Break> mutedNow(HeldAlert alert) {
        return routings()
                .flatMap(routing -> routing.routesOf(alert.labels()).stream()
                        .flatMap(route -> routing.mutedAt(route, run.lastHeard()).stream()))
                .findFirst()
                .map(why -> mutedInTime(why, alert));
    }

    /** Held for longer than any grouping takes, so it was sent, and nobody has answered. */
    private Optional<Break> overdue(Timed<HeldAlert> first) {
        return routings()
                .flatMap(routing -> routing.routesOf(first.sight().labels()).stream())
                .map(Explanation::longestWait)
                .findFirst()
                .filter(wait -> first.at().plus(wait).plus(GRACE).isBefore(asOf))
                .map(wait -> new Break(
                        Link.DELIVERED,
                        "NotAnswered",
                        "Alertmanager has held it for longer than it groups, and no notification has arrived",
                        List.of(seen(first.sight()), "seen at " + first.at() + ", grouped for at most " + wait),
                        "look for \"notify\" in the log of Alertmanager; is the webhook's answer late?"));
    }

    /** An alert that ends before its group is flushed for the first time is never told at all. */
    private Optional<Break> tooShort() {
        var spans = sightings.remembered().stream()
                .filter(span -> !span.until().isBefore(start))
                .toList();
        var longest = spans.stream()
                .map(span -> Duration.between(span.from(), span.until()))
                .max(Comparator.naturalOrder());
        if (longest.isEmpty()
                || spans.stream().anyMatch(span -> !span.until().plus(GRACE).isBefore(asOf))) {
            return Optional.empty();
        }
        return sightings
                .routesHere(spans.getFirst().labels())
                .map(Explanation::longestWait)
                .max(Comparator.naturalOrder())
                .filter(wait -> longest.get().compareTo(wait.plus(GRACE)) < 0)
                .map(wait -> new Break(
                        Link.GROUPED,
                        "TooShort",
                        "it rang too short to be told: it had ended before Alertmanager notified, which may take "
                                + Durations.print(wait),
                        spans.stream().map(Sightings::print).toList(),
                        "hold the stimulus for longer, or give the rule keep_firing_for"));
    }

    private static Duration longestWait(Route route) {
        return route.groupWait().compareTo(route.groupInterval()) > 0 ? route.groupWait() : route.groupInterval();
    }

    /** The webhook was called and did not take it, by what Alertmanager counts or by what we answered. */
    private Optional<Break> failing() {
        var refused = run.refusals().stream()
                .filter(refusal -> !refusal.at().isBefore(start))
                .map(refusal -> "Tocsin answered " + refusal.status() + " at " + refusal.at() + ": " + refusal.why())
                .distinct()
                .toList();
        var failed = new ArrayList<String>(refused);
        for (var latest : run.chain().latest(Sight.CountersSeen.class)) {
            var before = run.chain()
                    .all(Sight.CountersSeen.class)
                    .filter(seen -> seen.sight().alertmanager().equals(latest.alertmanager()))
                    .findFirst()
                    .map(seen -> seen.sight().failed())
                    .orElse(0L);
            if (latest.failed() > before) {
                failed.add(latest.alertmanager() + " counts " + (latest.failed() - before)
                        + " webhook notifications that failed in the run");
            }
        }
        if (run.refusals().stream()
                .anyMatch(refusal ->
                        refusal.status() == UNREADABLE && !refusal.at().isBefore(start))) {
            return Optional.of(new Break(
                    Link.DELIVERED,
                    "CustomPayload",
                    "Alertmanager notified, and the body was not its own: a custom payload, or changed on the way",
                    failed,
                    "leave `payload` out of the webhook that leads here; look at proxies before it"));
        }
        return failed.isEmpty()
                ? Optional.empty()
                : Optional.of(new Break(
                        Link.DELIVERED,
                        "WebhookRefused",
                        refused.isEmpty()
                                ? "Alertmanager tried to notify, and failed"
                                : "Alertmanager notified, and the webhook refused",
                        failed,
                        "look for \"notify\" in the log of Alertmanager"));
    }

    private Optional<Break> truncated(HeldAlert alert) {
        return run.truncated() == 0
                ? Optional.empty()
                : Optional.of(new Break(
                        Link.GROUPED,
                        "Truncated",
                        "Alertmanager holds it, and max_alerts cut " + run.truncated() + " alerts off",
                        List.of(seen(alert)),
                        "set max_alerts: 0 on the webhook that leads here"));
    }

    /** An alert of that name rang, with labels that the matchers do not match. */
    private Optional<Break> contradicted() {
        var delivered = run.episodes().all().stream()
                .filter(episode -> !episode.startsAt().isBefore(start))
                .map(episode -> episode.labels())
                .filter(labels -> labels.alertname().equals(title));
        var held = held(labels -> labels.alertname().equals(title)).stream()
                .map(seen -> seen.sight().labels());
        var firing = rules().flatMap(seen -> seen.sight().stream())
                .flatMap(rule -> rule.alerts().stream())
                .filter(alert ->
                        alert.state().equals("firing") && !alert.since().isBefore(start))
                .map(alert -> alert.labels())
                .filter(labels -> labels.alertname().equals(title));
        return Stream.of(delivered, held, firing)
                .flatMap(labels -> labels)
                .filter(labels -> !expectation.matchers().match(labels) && !run.foreign(labels))
                .findFirst()
                .filter(_ -> !firingAsExpected())
                .map(labels -> new Break(
                        Link.CONTRACT,
                        "OtherLabels",
                        "an alert of that name rang, with other labels than expected",
                        List.of("rang: " + labels, "expected: " + expectation.matchers()),
                        "mend the labels of the rule, or the matchers of the scenario"));
    }

    private boolean firingAsExpected() {
        return rules().flatMap(seen -> seen.sight().stream()).anyMatch(rule -> has(rule, "firing"))
                || remembered("firing");
    }

    private boolean has(Rule rule, String state) {
        return rule.alerts().stream()
                .anyMatch(alert ->
                        alert.state().equals(state) && expectation.matchers().match(alert.labels()));
    }

    private boolean remembered(String state) {
        return run.chain().latest(Sight.HistorySeen.class).stream()
                .filter(seen -> seen.title().equals(title))
                .flatMap(seen -> seen.spans().stream())
                .anyMatch(span -> span.state().equals(state)
                        && !span.until().isBefore(start)
                        && expectation.matchers().match(span.labels()));
    }

    private Stream<Timed<List<Rule>>> rules() {
        return run.chain()
                .all(Sight.RulesSeen.class)
                .filter(seen -> seen.sight().title().equals(title) && !seen.at().isBefore(start))
                .map(seen -> new Timed<>(seen.at(), seen.sight().rules()));
    }

    /** It fired in Prometheus, and no Alertmanager was ever seen to hold it. */
    private Optional<Break> notAccepted() {
        if (!firingAsExpected()) {
            return Optional.empty();
        }
        var away = awayOf("Alertmanager");
        if (!away.isEmpty()) {
            return Optional.of(new Break(
                    Link.ACCEPTED,
                    "AlertmanagerUnreachable",
                    "it fired in Prometheus while Alertmanager did not answer",
                    away,
                    "look at the log of Alertmanager, and at why it was away"));
        }
        var notifiers = run.chain().latest(Sight.NotifierSeen.class);
        var before = run.chain().all(Sight.NotifierSeen.class).map(Timed::sight).findFirst();
        var evidence = new ArrayList<String>();
        for (var now : notifiers) {
            evidence.add("Prometheus sends to " + now.alertmanagers() + "; in the run "
                    + (now.errors() - before.map(Sight.NotifierSeen::errors).orElse(0L)) + " errors, "
                    + (now.dropped() - before.map(Sight.NotifierSeen::dropped).orElse(0L)) + " dropped");
        }
        var limited = limited();
        if (!limited.isEmpty()) {
            return Optional.of(new Break(
                    Link.ACCEPTED,
                    "Limited",
                    "it fired in Prometheus, and Alertmanager refuses alerts for a limit",
                    limited,
                    "look at --alerts.per-alertname-limit of Alertmanager"));
        }
        var lost = notifiers.stream()
                .anyMatch(now -> now.errors()
                                > before.map(Sight.NotifierSeen::errors).orElse(0L)
                        || now.dropped()
                                > before.map(Sight.NotifierSeen::dropped).orElse(0L));
        return Optional.of(new Break(
                Link.SENT,
                lost ? "Dropped" : "NotSent",
                lost
                        ? "it fired in Prometheus, which could not hand it to Alertmanager and dropped it"
                        : "it fired in Prometheus, and no Alertmanager that Tocsin knows was seen to hold it",
                evidence,
                "look at alerting.alertmanagers and alert_relabel_configs in the configuration of Prometheus"));
    }

    private List<String> limited() {
        return run.chain().latest(Sight.CountersSeen.class).stream()
                .filter(now -> now.limited() > countersBefore(now).limited())
                .map(now -> now.alertmanager() + " refused "
                        + (now.limited() - countersBefore(now).limited()) + " alerts in the run")
                .toList();
    }

    private Sight.CountersSeen countersBefore(Sight.CountersSeen now) {
        return run.chain()
                .all(Sight.CountersSeen.class)
                .map(Timed::sight)
                .filter(seen -> seen.alertmanager().equals(now.alertmanager()))
                .findFirst()
                .orElse(now);
    }

    private List<String> awayOf(String kind) {
        return run.chain()
                .all(Sight.SourceSeen.class)
                .filter(seen ->
                        seen.sight().source().startsWith(kind) && !seen.sight().answers())
                .map(seen -> seen.sight().source() + " did not answer at " + seen.at() + ": "
                        + seen.sight().detail())
                .toList();
    }

    /** It was pending, and never fired. */
    private Optional<Break> notFiring() {
        return rules().flatMap(seen -> seen.sight().stream())
                .filter(rule -> has(rule, "pending"))
                .findFirst()
                .map(rule -> new Break(
                        Link.PENDING,
                        "NeverFired",
                        "it was pending and never fired: its expression was not true for as long as `for: "
                                + Durations.print(rule.holdFor()) + "` asks",
                        rule.alerts().stream()
                                .map(alert -> alert.labels() + " was " + alert.state() + " since " + alert.since())
                                .toList(),
                        "look at the rule's `for`, and at how long the stimulus was held"));
    }

    /** It was not even pending: the rule, its series, or what scrapes them. */
    private Optional<Break> notPending() {
        var away = awayOf("Prometheus");
        if (!away.isEmpty()) {
            return Optional.of(new Break(
                    Link.SCRAPE,
                    "PrometheusUnreachable",
                    "Prometheus did not answer in the run",
                    away,
                    "look at the log of Prometheus, and at why it was away"));
        }
        var rules = run.chain().rules(title).orElse(List.of());
        if (rules.isEmpty()) {
            return Optional.of(new Break(
                    Link.RULE, "RuleAbsent", "Prometheus has no rule " + title, List.of(), "look in /api/v1/rules"));
        }
        var unhealthy = Preflight.matching(expectation, rules)
                .filter(rule -> rule.health().equals("err"))
                .findFirst();
        if (unhealthy.isPresent()) {
            return unhealthy.map(rule -> Preflight.unhealthy(run, rule));
        }
        return vanished()
                .or(this::down)
                .or(() -> Preflight.matching(expectation, rules)
                        .filter(rule -> Preflight.missing(rule).findAny().isPresent())
                        .findFirst()
                        .map(Preflight::absent))
                .or(this::seldom)
                .or(() -> Preflight.matching(expectation, rules).findFirst().map(this::untrue));
    }

    /** What a target tells of itself goes with it, and an expression on that can only be false when the target is gone. */
    private Optional<Break> vanished() {
        var rules = run.chain().rules(title).orElse(List.of());
        var gone = run.chain().firstTargets(title).stream()
                .filter(target -> run.chain().targets(title).stream()
                        .flatMap(seen -> seen.targets().stream())
                        .noneMatch(now -> now.name().equals(target.name())))
                .toList();
        var lost = Preflight.matching(expectation, rules)
                .flatMap(rule -> rule.series().stream())
                .filter(series -> series.needed() && series.count() == 0 && thereBefore(series))
                .map(Rule.SelectorSeen::selector)
                .distinct()
                .toList();
        return gone.isEmpty() || lost.isEmpty()
                ? Optional.empty()
                : Optional.of(new Break(
                        Link.SERIES,
                        "ByConstruction",
                        "it could not ring by construction: its expression lives on " + String.join(", ", lost)
                                + ", which went away together with "
                                + gone.getFirst().name(),
                        gone.stream()
                                .map(target -> target.name() + " of " + target.pool()
                                        + " is no longer among the targets of Prometheus")
                                .toList(),
                        "write the rule with absent(), or on what others tell of it, as kube_pod_status_ready does"));
    }

    private boolean thereBefore(Rule.SelectorSeen series) {
        return run.chain().firstRules(title).stream()
                .flatMap(List::stream)
                .flatMap(rule -> rule.series().stream())
                .anyMatch(before -> before.selector().equals(series.selector()) && before.count() > 0);
    }

    private Optional<Break> down() {
        return run.chain().targets(title).stream()
                .flatMap(seen -> seen.targets().stream())
                .filter(target -> !Preflight.up(target))
                .findFirst()
                .map(target -> new Break(
                        Link.SCRAPE,
                        "TargetDown",
                        "Prometheus could not scrape " + target.name() + ": " + target.lastError(),
                        List.of(target.name() + " of " + target.pool() + " is " + target.health()),
                        "curl -sS the target's /metrics from where Prometheus runs"));
    }

    /** There may not have been one scrape since the stimulus began. */
    private Optional<Break> seldom() {
        return run.chain().firstTargets(title).stream()
                .filter(target -> target.interval().compareTo(Duration.between(start, asOf)) > 0)
                .findFirst()
                .map(target -> new Break(
                        Link.SCRAPE,
                        "ScrapedTooSeldom",
                        "Prometheus scrapes " + target.name() + " once in " + Durations.print(target.interval())
                                + ", which is longer than the run watched",
                        List.of("watched from " + start + " until " + asOf),
                        "give the expectation a longer `fires`, or leave it out and let it be derived"));
    }

    private Break untrue(Rule rule) {
        var everTrue = rules().flatMap(seen -> seen.sight().stream()).anyMatch(Rule::holds);
        return new Break(
                Link.RULE,
                everTrue ? "NotEvaluated" : EXPRESSION_FALSE,
                everTrue
                        ? "the expression was true, and the rule was not seen to notice: it was last evaluated at "
                                + rule.evaluated()
                        : "the expression was never true, though its series were there and the stimulus was applied",
                List.of("expression: " + rule.query(), "looked at until " + asOf),
                Preflight.query(run, rule));
    }

    private static String seen(HeldAlert alert) {
        return "Alertmanager holds " + alert.labels() + " since " + alert.startsAt() + ", " + alert.state() + ", for "
                + alert.receivers();
    }
}
