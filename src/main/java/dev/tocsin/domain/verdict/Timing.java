package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.chain.HeldAlert;
import dev.tocsin.domain.chain.Latency;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Routes;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.AlertExpectation;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the time of an alert that rang went, link by link, beside the least that what is deployed allows.
 *
 * <p>Scrapes and evaluations come at fixed phases, read before the stress; so the least time is that to the next scrape,
 * to the next evaluation after it, {@code for} in whole evaluations, and the wait of the group. It counts from when the
 * stimulus was in full effect, or from the scrape that saw it where that was earlier.
 */
final class Timing {
    private final RunState run;
    private final AlertExpectation expectation;

    Timing(RunState run, AlertExpectation expectation) {
        this.run = run;
        this.expectation = expectation;
    }

    /** The times of the links; nothing when rule, target or the alert in Prometheus were not seen. */
    List<LinkTime> of(Episode episode, Instant starting, Instant applied, Instant delivered) {
        var rule = rule().filter(known -> !known.interval().isZero());
        var target = target(episode);
        var active = rule.flatMap(known -> active(known, episode, starting));
        if (rule.isEmpty() || target.isEmpty() || active.isEmpty()) {
            return List.of();
        }
        var scraped = lastBefore(
                target.get().lastScrape(),
                target.get().interval(),
                active.get().minus(target.get().took()));
        var felt = scraped.isBefore(applied) ? scraped : applied;
        var anchor = felt.isBefore(starting) ? starting : felt;
        var seen = scraped.plus(target.get().took());
        var accepted = accepted(episode, delivered);

        var leastSeen = nextAfter(target.get().lastScrape(), target.get().interval(), anchor)
                .plus(target.get().took());
        var leastActive = nextAfter(rule.get().evaluated(), rule.get().interval(), leastSeen);
        var holdFor = Latency.roundedUp(rule.get().holdFor(), rule.get().interval());
        return List.of(
                time(Link.STIMULUS, "start to effect", starting, anchor, Duration.between(starting, anchor)),
                time(
                        Link.SCRAPE,
                        "effect to the sample that shows it",
                        anchor,
                        seen,
                        Duration.between(anchor, leastSeen)),
                time(Link.RULE, "sample to evaluation", seen, active.get(), Duration.between(leastSeen, leastActive)),
                time(Link.PENDING, "for", active.get(), episode.startsAt(), holdFor),
                time(Link.ACCEPTED, "firing to Alertmanager", episode.startsAt(), accepted, Duration.ZERO),
                time(Link.DELIVERED, "Alertmanager to the webhook", accepted, delivered, groupWait(rule.get())));
    }

    private static LinkTime time(Link link, String what, Instant from, Instant to, Duration floor) {
        return new LinkTime(link, what, Duration.between(from, to), floor);
    }

    private Optional<Rule> rule() {
        return run.chain().firstRules(expectation.matchers().title()).stream()
                .flatMap(List::stream)
                .filter(rule -> rule.mayMatch(expectation.matchers()))
                .findFirst();
    }

    private Optional<ScrapeTarget> target(Episode episode) {
        var targets = run.chain().firstTargets(expectation.matchers().title());
        return targets.stream()
                .filter(target ->
                        target.labels().get("instance").equals(episode.labels().get("instance")))
                .findFirst()
                .or(() -> targets.stream().findFirst());
    }

    /**
     * When the expression became true: without {@code for} that is when it fired, else as Prometheus was seen to tell. One
     * that was on too shortly to be seen is remembered as pending from the first second on after the evaluation.
     */
    private Optional<Instant> active(Rule rule, Episode episode, Instant starting) {
        if (rule.holdFor().isZero()) {
            return Optional.of(episode.startsAt());
        }
        var sightings = new Sightings(run, expectation.matchers());
        var seen = sightings
                .rules()
                .flatMap(looked -> looked.sight().stream())
                .flatMap(looked -> looked.alerts().stream())
                .filter(alert -> expectation.matchers().match(alert.labels()))
                .map(Rule.ActiveInstance::since);
        var remembered =
                sightings.remembered("pending").map(span -> lastBefore(rule.evaluated(), rule.interval(), span.from()));
        return latest(seen, episode, starting).or(() -> latest(remembered, episode, starting));
    }

    private static Optional<Instant> latest(Stream<Instant> since, Episode episode, Instant starting) {
        return since.filter(at -> !at.isBefore(starting) && !at.isAfter(episode.startsAt()))
                .max(Comparator.naturalOrder());
    }

    /** When Alertmanager had it: it tells of the last time that it heard, and was asked once a second. */
    private Instant accepted(Episode episode, Instant delivered) {
        return run.chain()
                .all(Sight.AlertsHeld.class)
                .flatMap(seen -> seen.sight().alerts().stream())
                .filter(alert -> alert.labels().equals(episode.labels())
                        && alert.startsAt().equals(episode.startsAt()))
                .map(HeldAlert::updatedAt)
                .filter(at -> at.isBefore(delivered) && !at.isBefore(episode.startsAt()))
                .min(Comparator.naturalOrder())
                .orElse(delivered);
    }

    private Duration groupWait(Rule rule) {
        var routes = Routes.of(run.chain(), expectation.matchers(), rule);
        return routes.openGroups().isEmpty()
                ? routes.ours()
                        .map(Route::groupWait)
                        .min(Comparator.naturalOrder())
                        .orElse(Duration.ZERO)
                : Duration.ZERO;
    }

    private static Instant lastBefore(Instant phase, Duration interval, Instant moment) {
        var intervals = Math.floorDiv(Duration.between(phase, moment).toMillis(), interval.toMillis());
        return phase.plus(interval.multipliedBy(intervals));
    }

    private static Instant nextAfter(Instant phase, Duration interval, Instant moment) {
        var last = lastBefore(phase, interval, moment);
        return last.equals(moment) ? last : last.plus(interval);
    }
}
