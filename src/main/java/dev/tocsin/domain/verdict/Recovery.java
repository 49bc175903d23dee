package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.chain.Chain.Timed;
import dev.tocsin.domain.chain.Gap;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.AlertExpectation;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whether an alert that rang has really recovered, and why nobody told that it has.
 *
 * <p>Alertmanager calls resolved also what it no longer hears of, and often tells nothing of an end. So it is asked what
 * Prometheus holds.
 */
final class Recovery {
    private final RunState run;
    private final AlertExpectation expectation;
    private final Sightings sightings;

    Recovery(RunState run, AlertExpectation expectation) {
        this.run = run;
        this.expectation = expectation;
        sightings = new Sightings(run, expectation.matchers());
    }

    /** Why a resolved notification does not show a recovery. */
    Optional<Break> doubt(Collection<Episode> rang, Instant told) {
        return stillHeld(rang, told).or(() -> unseen(rang, told));
    }

    private Optional<Break> stillHeld(Collection<Episode> rang, Instant told) {
        return sightings
                .lastRules()
                .filter(seen -> seen.at().isAfter(told))
                .flatMap(seen -> rang.stream()
                        .filter(episode -> Sightings.firing(seen.sight(), episode.labels()))
                        .findFirst()
                        .map(episode -> new Break(
                                Link.RESOLVED,
                                "StillFiring",
                                "it was told resolved at " + told + ", and Prometheus holds it firing after that:"
                                        + " Alertmanager calls resolved also what it no longer hears of",
                                List.of("Prometheus held " + episode.labels() + " firing at " + seen.at()),
                                "look at prometheus_notifications_errors_total, and whether another Prometheus sends"
                                        + " it too")));
    }

    private Optional<Break> unseen(Collection<Episode> rang, Instant told) {
        var began = rang.stream().map(Episode::startsAt).min(Instant::compareTo).orElse(told);
        return run.chain().gaps("Prometheus").stream()
                .filter(gap -> gap.touches(began, told))
                .filter(gap -> !heldAfter(gap, rang, told))
                .findFirst()
                .map(gap -> new Break(
                        Link.RESOLVED,
                        "PrometheusGap",
                        "it was told resolved, but " + gap + ": Alertmanager calls resolved also what it no longer"
                                + " hears of, so this shows no recovery",
                        List.of("told resolved at " + told),
                        "look at why Prometheus was away, and run again"));
    }

    /** What Prometheus held after it was back ended by its own word. */
    private boolean heldAfter(Gap gap, Collection<Episode> rang, Instant told) {
        return gap.until()
                .filter(back -> rang.stream()
                        .allMatch(episode -> sightings
                                        .rules()
                                        .anyMatch(seen -> !seen.at().isBefore(back)
                                                && !seen.at().isAfter(told)
                                                && Sightings.firing(seen.sight(), episode.labels()))
                                || sightings.remembered().stream()
                                        .anyMatch(span -> span.until().isAfter(back)
                                                && Sightings.same(span.labels(), episode.labels()))))
                .isPresent();
    }

    /** Whether Prometheus was away when it should have told the end. */
    Optional<Gap> away(Instant released, Instant deadline) {
        return run.chain().gaps("Prometheus").stream()
                .filter(gap -> gap.until().isEmpty() && gap.touches(released, deadline))
                .findFirst();
    }

    /** Why there was no resolved notification of an episode; empty when nothing was seen that tells. */
    Optional<Break> untold(Episode episode) {
        return stillFiring(episode)
                .or(() -> notWanted(episode))
                .or(() -> muted(episode))
                .or(() -> forgotten(episode))
                .or(() -> endedInSilence(episode));
    }

    private Optional<Break> stillFiring(Episode episode) {
        return sightings
                .lastRules()
                .filter(seen -> Sightings.firing(seen.sight(), episode.labels()))
                .flatMap(seen -> Preflight.matching(expectation, seen.sight())
                        .findFirst()
                        .map(rule -> new Break(
                                Link.RESOLVED,
                                "StillFiring",
                                rule.holds()
                                        ? "Prometheus holds it firing, for its expression is still true"
                                        : "Prometheus holds it firing, though its expression is no longer true",
                                List.of("expression: " + rule.query(), "as seen since " + seen.at()),
                                rule.holds()
                                        ? Preflight.query(run, rule)
                                        : "look at keep_firing_for of the rule, and at its last evaluation")));
    }

    private Optional<Break> notWanted(Episode episode) {
        var receivers = sightings.receiversHere(episode.labels()).toList();
        return receivers.isEmpty()
                        || receivers.stream()
                                .flatMap(receiver -> receiver.webhooks().stream())
                                .anyMatch(Receiver.Webhook::sendResolved)
                ? Optional.empty()
                : Optional.of(new Break(
                        Link.RESOLVED,
                        "NoSendResolved",
                        "the receiver does not tell when an alert has resolved",
                        receivers.stream()
                                .map(receiver -> "receiver " + receiver.name() + " has send_resolved: false")
                                .toList(),
                        "set send_resolved: true on the webhook that leads here, or `resolves: never-checked` in the"
                                + " scenario"));
    }

    /** What is silenced or inhibited when it ends is never told resolved, not even when it is muted no more. */
    private Optional<Break> muted(Episode episode) {
        return sightings
                .held()
                .map(Timed::sight)
                .filter(alert -> alert.labels().equals(episode.labels()))
                .reduce((_, last) -> last)
                .flatMap(alert -> Sightings.mutedBy(alert)
                        .map(by -> new Break(
                                Link.RESOLVED,
                                "MutedWhenResolved",
                                "it was muted by " + by + " when it ended, and Alertmanager never tells the end of"
                                        + " what is muted",
                                List.of("Alertmanager held " + alert.labels() + " since " + alert.startsAt() + ", "
                                        + alert.state()),
                                "amtool silence query; amtool alert query --silenced --inhibited")));
    }

    private Optional<Break> forgotten(Episode episode) {
        var delivered = episode.delivered().orElseThrow().at();
        var gaps = run.chain().gaps("Alertmanager").stream()
                .filter(gap -> gap.touches(delivered, run.lastHeard()))
                .toList();
        return gaps.isEmpty()
                ? Optional.empty()
                : Optional.of(new Break(
                        Link.RESOLVED,
                        "AlertmanagerGap",
                        "Alertmanager was away or restarted since it had told that it fires, and may have forgotten"
                                + " whom it owes the end",
                        gaps.stream().map(Gap::toString).toList(),
                        "keep --storage.path of Alertmanager on a volume"));
    }

    private Optional<Break> endedInSilence(Episode episode) {
        return sightings
                .lastRules()
                .filter(_ -> sightings.inPrometheus(episode))
                .map(seen -> new Break(
                        Link.RESOLVED,
                        "EndNotTold",
                        "Prometheus had ended it, and Alertmanager did not tell",
                        List.of("Prometheus no longer held it firing at " + seen.at()),
                        "look at group_interval of its route, and for \"notify\" in the log of Alertmanager"));
    }
}
