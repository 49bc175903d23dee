package dev.tocsin.domain.doctor;

import dev.tocsin.domain.chain.HeldAlert;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Routes;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.scenario.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells how far a drill came, link by link. */
public final class DrillJudgement {
    private static final Wire ACCEPTED = new Wire("drill: every Alertmanager takes it in", Link.ACCEPTED);
    private static final Wire MUTED = new Wire("drill: nothing mutes it", Link.MUTED);
    private static final Wire ROUTED = new Wire("drill: a route brings it here", Link.ROUTED);
    private static final Wire GROUPED = new Wire("drill: its group is sent", Link.GROUPED);
    private static final Wire DELIVERED = new Wire("drill: it is delivered here", Link.DELIVERED);
    private static final Wire RESOLVED = new Wire("drill: its end is delivered here", Link.RESOLVED);

    private static final String NOT_SO_FAR = "it did not come so far";

    private final DrillSeen seen;

    private DrillJudgement(DrillSeen seen) {
        this.seen = seen;
    }

    /** Whether it may be posted at all: where no route brings it here, it would only ring elsewhere. */
    public static boolean comesHere(DrillSeen seen) {
        return seen.routing()
                .map(routing -> !DrillLabels.here(routing, seen.labels()).isEmpty())
                .orElse(true);
    }

    public static List<Finding> judge(DrillSeen seen) {
        return new DrillJudgement(seen).judge();
    }

    private List<Finding> judge() {
        if (!comesHere(seen)) {
            return List.of(
                    ACCEPTED.skipped("it was not posted, for it could only have rung elsewhere"),
                    MUTED.skipped(NOT_SO_FAR),
                    notRouted(),
                    GROUPED.skipped(NOT_SO_FAR),
                    DELIVERED.skipped(NOT_SO_FAR),
                    RESOLVED.skipped(NOT_SO_FAR));
        }
        var findings = new ArrayList<Finding>();
        findings.add(accepted());
        if (seen.peers().stream().allMatch(peer -> peer.accepted().isEmpty())) {
            Stream.of(MUTED, ROUTED, GROUPED, DELIVERED, RESOLVED)
                    .forEach(wire -> findings.add(wire.skipped(NOT_SO_FAR)));
            return findings;
        }
        // A notification that arrived has passed every link before it, whatever a peer may say.
        var delivered = first(true).isPresent();
        var muted = muted().filter(_ -> !delivered);
        findings.add(muted.orElseGet(() -> MUTED.passed("neither silence, inhibition nor time interval")));
        var elsewhere = elsewhere().filter(_ -> !delivered);
        findings.add(elsewhere.orElseGet(this::routed));
        if (muted.isPresent() || elsewhere.isPresent()) {
            Stream.of(GROUPED, DELIVERED, RESOLVED).forEach(wire -> findings.add(wire.skipped(NOT_SO_FAR)));
            return findings;
        }
        findings.addAll(delivered ? delivered() : notDelivered());
        return findings;
    }

    private Finding accepted() {
        var missing =
                seen.peers().stream().filter(peer -> peer.accepted().isEmpty()).toList();
        var took = seen.peers().stream()
                .flatMap(peer -> peer.accepted().stream())
                .max(Comparator.naturalOrder())
                .map(at -> Duration.between(seen.began(), at));
        if (seen.peers().isEmpty()) {
            return ACCEPTED.failed(
                    "no Alertmanager is configured to post it to", "name every peer under `alertmanagers`");
        }
        if (!missing.isEmpty()) {
            return ACCEPTED.failed(
                    missing.size() + " of " + seen.peers().size() + " did not",
                    "see that it runs and that its API is open to Tocsin. Try: tocsin doctor, and amtool alert query"
                            + " --alertmanager.url " + url(missing.getFirst().name()),
                    missing.stream()
                            .map(peer -> peer.name() + ": " + peer.problem().orElse("no answer"))
                            .toList());
        }
        var finding = ACCEPTED.passed(
                seen.peers().size() == 1
                        ? "by the one there is"
                        : "by all " + seen.peers().size());
        return took.map(finding::in).orElse(finding);
    }

    private Optional<Finding> muted() {
        var evidence = seen.peers().stream()
                .flatMap(peer -> peer.held().stream()
                        .filter(held -> held.state().equals("suppressed"))
                        .map(held -> peer.name() + ": " + why(held)))
                .toList();
        var held = held().filter(one -> one.state().equals("suppressed")).findFirst();
        if (held.isPresent()) {
            return Optional.of(MUTED.failed(
                    "Alertmanager holds it and sends nothing: " + why(held.get()), mend(held.get()), evidence));
        }
        return mutedInTime(seen.waitedUntil())
                .map(why -> MUTED.failed(
                        "its route sends nothing now: it is " + why,
                        "wait, or change mute_time_intervals or active_time_intervals of the route"));
    }

    /** Older releases do not tell that a time interval mutes an alert, but their configuration does. */
    private Optional<String> mutedInTime(Instant now) {
        return seen.routing()
                .map(routing -> routesHere(routing)
                        .map(route -> routing.mutedAt(route, now))
                        .toList())
                .filter(muted -> !muted.isEmpty() && muted.stream().allMatch(Optional::isPresent))
                .flatMap(List::getFirst);
    }

    private Stream<Route> routesHere(Routing routing) {
        var here = DrillLabels.here(routing, seen.labels());
        return routing.routesOf(seen.labels()).stream().filter(route -> here.contains(route.receiver()));
    }

    private static String why(HeldAlert held) {
        return Stream.of(
                        named("silenced by ", held.silencedBy()),
                        named("inhibited by ", held.inhibitedBy()),
                        named("muted in the time interval ", held.mutedBy()))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
    }

    private static Optional<String> named(String what, List<String> by) {
        return by.isEmpty() ? Optional.empty() : Optional.of(what + String.join(", ", by));
    }

    private static String mend(HeldAlert held) {
        if (!held.silencedBy().isEmpty()) {
            return "end the silence, or see that it does not match so much. Try: amtool silence query, then amtool silence"
                    + " expire " + held.silencedBy().getFirst();
        }
        return held.inhibitedBy().isEmpty()
                ? "wait, or change mute_time_intervals or active_time_intervals of the route"
                : "wait until that alert has resolved, or change inhibit_rules";
    }

    private Finding notRouted() {
        var routing = seen.routing().orElseThrow();
        return ROUTED.failed(
                "no route brings it here; it would go to "
                        + String.join(", ", DrillLabels.others(routing, seen.labels())),
                "add a route to a receiver with this webhook, or give the drill the labels that your route asks for:"
                        + " tocsin doctor --drill --label NAME=VALUE. Try: amtool config routes test "
                        + seen.labels().pairs().entrySet().stream()
                                .map(pair -> pair.getKey() + "=" + pair.getValue())
                                .collect(Collectors.joining(" ")),
                List.of(
                        "labels: " + seen.labels(),
                        "receivers that lead here: "
                                + routing.receivers().stream()
                                        .filter(Routes::leadsHere)
                                        .map(Receiver::name)
                                        .toList()));
    }

    /** Alertmanager itself says that it goes to others only, though its configuration was read differently. */
    private Optional<Finding> elsewhere() {
        if (seen.routing().isEmpty()) {
            return Optional.empty();
        }
        var here = DrillLabels.here(seen.routing().get(), seen.labels());
        var held = held().toList();
        return !held.isEmpty()
                        && held.stream()
                                .noneMatch(one -> one.receivers().stream().anyMatch(here::contains))
                ? Optional.of(ROUTED.failed(
                        "Alertmanager sends it to " + held.getFirst().receivers() + " only",
                        "was its configuration changed just now? Ring again",
                        List.of("expected: " + here)))
                : Optional.empty();
    }

    private Finding routed() {
        if (seen.routing().isEmpty()) {
            return held().findFirst()
                    .map(held -> ROUTED.passed("to " + String.join(", ", held.receivers())))
                    .orElseGet(() -> ROUTED.skipped("no Alertmanager said where it goes"));
        }
        var routing = seen.routing().get();
        var others = DrillLabels.others(routing, seen.labels());
        return ROUTED.passed("to " + String.join(", ", DrillLabels.here(routing, seen.labels()))
                + (others.isEmpty() ? ", and to nobody else" : "; it also went to " + String.join(", ", others)));
    }

    private List<Finding> delivered() {
        var arrival = first(true).orElseThrow();
        var took = Duration.between(seen.began(), arrival.at());
        var times = seen.arrivals().stream().filter(DrillSeen.Arrival::firing).count();
        return List.of(
                GROUPED.passed("yes"),
                DELIVERED
                        .passed("by receiver " + arrival.receiver() + ", "
                                + (times == 1 ? "once" : times + " times, which is normal with several Alertmanagers"))
                        .in(took),
                resolved());
    }

    private Finding resolved() {
        var ended = first(false);
        if (ended.isPresent()) {
            return RESOLVED.passed("by receiver " + ended.get().receiver())
                    .in(Duration.between(seen.closed(), ended.get().at()));
        }
        var waited = Durations.print(toSeconds(Duration.between(seen.closed(), seen.resolvedUntil())));
        var evidence = seen.peers().stream()
                .flatMap(peer -> peer.notClosed().stream().map(why -> peer.name() + " was not told: " + why))
                .toList();
        var never = webhooksHere().noneMatch(Receiver.Webhook::sendResolved)
                && seen.routing().isPresent();
        return never
                ? RESOLVED.failed(
                        "send_resolved is false, so it is never told",
                        "set `send_resolved: true` on the webhook that leads here",
                        evidence)
                : RESOLVED.failed(
                        "it was not told within " + waited,
                        "is group_interval longer? Give it more time: tocsin doctor --drill --within 10m",
                        evidence);
    }

    private List<Finding> notDelivered() {
        var waited = Duration.between(seen.began(), seen.waitedUntil());
        var failures = seen.peers().stream().mapToLong(DrillSeen.Peer::failures).sum();
        var evidence = new ArrayList<String>();
        seen.peers().stream()
                .filter(peer -> peer.failures() > 0)
                .forEach(peer ->
                        evidence.add(peer.name() + ": " + peer.failures() + " webhook requests failed meanwhile"));
        seen.refusals()
                .forEach(refused -> evidence.add(
                        "this webhook answered " + refused.status() + " at " + refused.at() + ": " + refused.why()));
        if (!seen.refusals().isEmpty()) {
            var last = seen.refusals().getLast();
            return broke(
                    GROUPED.passed("yes"),
                    DELIVERED.failed(
                            "this webhook turned it away with " + last.status() + ": " + last.why(),
                            mendRefusal(last),
                            evidence));
        }
        if (failures > 0) {
            return broke(
                    GROUPED.passed("yes"),
                    DELIVERED.failed(
                            "Alertmanager could not post it, and nothing was heard here",
                            "see the url of the webhook, TLS, and what stands between Alertmanager and Tocsin. Try, from"
                                    + " where Alertmanager runs: curl -i -X POST http://TOCSIN:8080/api/v1/webhooks/alertmanager;"
                                    + " Alertmanager's log says \"Notify for alerts failed\" and why",
                            evidence));
        }
        if (seen.truncated() > 0) {
            return broke(
                    GROUPED.failed(
                            "max_alerts cut " + seen.truncated() + " alerts off, and it may be among them",
                            "set `max_alerts: 0` on the webhook that leads here"),
                    DELIVERED.skipped(NOT_SO_FAR));
        }
        var longest = longestWait();
        if (longest.isPresent() && longest.get().compareTo(waited) > 0) {
            return broke(
                    GROUPED.failed(
                            "it may still wait for its group: up to " + Durations.print(longest.get()) + ", and "
                                    + Durations.print(toSeconds(waited)) + " were waited",
                            "give it more time: tocsin doctor --drill --within "
                                    + Durations.print(longest.get().plusMinutes(1))),
                    DELIVERED.skipped(NOT_SO_FAR));
        }
        return broke(
                GROUPED.passed("its time to wait is over"),
                DELIVERED.failed(
                        "nothing was heard of it within " + Durations.print(toSeconds(waited))
                                + ", and Alertmanager counts no failure",
                        "does the webhook's url lead to another Tocsin, or to a proxy that answers itself? Alertmanager's log"
                                + " at level debug says where it posts"));
    }

    private static List<Finding> broke(Finding grouped, Finding delivered) {
        return List.of(grouped, delivered, RESOLVED.skipped(NOT_SO_FAR));
    }

    static String mendRefusal(OwnSeen.Refused refused) {
        return switch (refused.status()) {
            case 401 ->
                "give Alertmanager's http_config the credentials of auth.webhook: `authorization` for bearerFile,"
                        + " `basic_auth` for basic";
            case 413 -> "group by more labels, so that a notification is smaller";
            case 503 -> "see the disk under `data`; Alertmanager sends it again";
            default ->
                "leave `payload` out of the webhook that leads here; only the usual body of version 4 can be read";
        };
    }

    private Optional<Duration> longestWait() {
        return seen.routing()
                .flatMap(
                        routing -> routesHere(routing).map(DrillJudgement::wait).max(Comparator.naturalOrder()));
    }

    /** A group that is open already sends at its interval. */
    private static Duration wait(Route route) {
        return route.groupWait().compareTo(route.groupInterval()) > 0 ? route.groupWait() : route.groupInterval();
    }

    private Stream<Receiver.Webhook> webhooksHere() {
        return seen.routing().stream()
                .flatMap(routing -> routing.receivers().stream()
                        .filter(receiver ->
                                DrillLabels.here(routing, seen.labels()).contains(receiver.name())))
                .flatMap(receiver -> receiver.webhooks().stream());
    }

    private Stream<HeldAlert> held() {
        return seen.peers().stream().flatMap(peer -> peer.held().stream());
    }

    private Optional<DrillSeen.Arrival> first(boolean firing) {
        return seen.arrivals().stream()
                .filter(arrival -> arrival.firing() == firing)
                .min(Comparator.comparing(DrillSeen.Arrival::at));
    }

    private static Duration toSeconds(Duration time) {
        return Duration.ofSeconds(Math.max(1, time.toSeconds()));
    }

    private static String url(String name) {
        return name.substring(name.indexOf(' ') + 1);
    }

    /** How long a drill with these labels may take until it is delivered, and then until its end is, with nothing wrong. */
    public static Duration patience(DrillSeen seen, int peers) {
        var slack = Duration.ofSeconds(30);
        var peerWait = Duration.ofSeconds(15).multipliedBy(Math.max(0, peers - 1));
        return new DrillJudgement(seen)
                .longestWait()
                .orElse(Duration.ofMinutes(1))
                .plus(slack)
                .plus(peerWait);
    }

    /** Whether something holds it back, so that nothing need be waited for. */
    public static boolean muted(DrillSeen seen, Instant now) {
        var judgement = new DrillJudgement(seen);
        return judgement.held().anyMatch(held -> held.state().equals("suppressed"))
                || judgement.held().findAny().isPresent()
                        && judgement.mutedInTime(now).isPresent();
    }

    /** Whether it makes sense to wait for its end. */
    public static boolean tellsItsEnd(DrillSeen seen) {
        var judgement = new DrillJudgement(seen);
        return seen.routing().isEmpty() || judgement.webhooksHere().anyMatch(Receiver.Webhook::sendResolved);
    }

    /** Whether it was heard already that it fires, or that it has ended. */
    public static Optional<Instant> heard(DrillSeen seen, boolean firing) {
        return new DrillJudgement(seen).first(firing).map(DrillSeen.Arrival::at);
    }
}
