package dev.tocsin.domain.verdict;

import dev.tocsin.domain.chain.Gap;
import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Routes;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Explains why an alert was delivered later than it had to be. */
final class Lateness {
    private final RunState run;
    private final AlertExpectation expectation;
    private final Sightings sightings;
    private final Instant start;
    private final Instant delivered;

    Lateness(RunState run, AlertExpectation expectation, Instant start, Instant delivered) {
        this.run = run;
        this.expectation = expectation;
        this.start = start;
        this.delivered = delivered;
        sightings = new Sightings(run, expectation.matchers());
    }

    /** What held it up, in the order of the chain; empty when nothing was seen that did. */
    Optional<Break> why() {
        return begunAnew().or(this::muted).or(this::alertmanagerAway).or(this::openGroup);
    }

    private Optional<Break> begunAnew() {
        return gaps("Prometheus")
                .map(gap -> new Break(
                        Link.PENDING,
                        "BegunAnew",
                        "Prometheus was away, and one that restarts begins each `for` anew",
                        List.of(
                                gap.toString(),
                                "for: "
                                        + Durations.print(
                                                rule().map(Rule::holdFor).orElse(Duration.ZERO))),
                        "allow for the boot, a scrape and the whole `for` once more, or look at why it was away"));
    }

    /** What is muted no more does not come at once, but with the next flush of its group. */
    private Optional<Break> muted() {
        return sightings
                .held()
                .filter(seen -> !seen.at().isBefore(start) && !seen.at().isAfter(delivered))
                .flatMap(seen -> Sightings.mutedBy(seen.sight()).stream()
                        .map(by -> new Break(
                                Link.MUTED,
                                "Unmuted",
                                "it was muted by " + by + ", and when that ends an alert waits for the next"
                                        + " group_interval of its group",
                                List.of("Alertmanager held " + seen.sight().labels() + " as "
                                        + seen.sight().state() + " at " + seen.at()),
                                "amtool silence query; look at inhibit_rules and at the time intervals of its route")))
                .findFirst();
    }

    private Optional<Break> alertmanagerAway() {
        return gaps("Alertmanager")
                .map(gap -> new Break(
                        Link.ACCEPTED,
                        "AlertmanagerAway",
                        "Alertmanager was away or restarted while it was waited for",
                        List.of(gap.toString()),
                        "look at the log of Alertmanager, and at why it was away"));
    }

    private Optional<Break> openGroup() {
        return rule().map(rule -> Routes.of(run.chain(), expectation.matchers(), rule))
                .filter(routes -> !routes.openGroups().isEmpty())
                .flatMap(routes -> routes.ours().map(Route::groupInterval).max(Comparator.naturalOrder()))
                .map(interval -> new Break(
                        Link.GROUPED,
                        "JoinedOpenGroup",
                        "its group was open already, and what joins one waits for as long as group_interval",
                        List.of("group_interval: " + Durations.print(interval)),
                        "group_by: ['...'] on the route that leads here, or a deadline that allows for it"));
    }

    private Optional<Gap> gaps(String kind) {
        return run.chain().gaps(kind).stream()
                .filter(gap -> gap.touches(start, delivered))
                .findFirst();
    }

    private Optional<Rule> rule() {
        return run.chain().firstRules(expectation.matchers().title()).stream()
                .flatMap(rules -> Preflight.matching(expectation, rules))
                .findFirst();
    }
}
