package dev.tocsin.domain.routing;

import dev.tocsin.domain.alert.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What an Alertmanager's configuration says about where alerts go and when they are muted. */
public record Routing(Route root, List<Receiver> receivers, List<InhibitRule> inhibitRules, List<TimeInterval> times) {
    public Routing {
        receivers = List.copyOf(receivers);
        inhibitRules = List.copyOf(inhibitRules);
        times = List.copyOf(times);
    }

    /** The routes that an alert is handed to, in the order of the tree: the deepest that match. */
    public List<Route> routesOf(Labels labels) {
        return routesFor(PartialLabels.whole(labels)).certain();
    }

    /** The routes that an alert will be handed to, of which not every label is known. */
    public Destinations routesFor(PartialLabels labels) {
        return Destinations.of(root, labels);
    }

    /** Why a route sends nothing at a moment, naming the time interval; empty when it sends. */
    public Optional<String> mutedAt(Route route, Instant moment) {
        if (!route.activeTimes().isEmpty()
                && covering(route.activeTimes(), moment).isEmpty()) {
            return Optional.of("outside of its active time intervals " + String.join(", ", route.activeTimes()));
        }
        return covering(route.muteTimes(), moment).map(name -> "in its mute time interval " + name);
    }

    private Optional<String> covering(List<String> names, Instant moment) {
        return times.stream()
                .filter(time -> names.contains(time.name()) && time.contains(moment))
                .map(TimeInterval::name)
                .findFirst();
    }

    /** The first of the active alerts that mutes an alert; resolved ones do not count and must not be given. */
    public Optional<Inhibition> inhibitor(Labels muted, Collection<Labels> active) {
        return inhibitors(
                        PartialLabels.whole(muted),
                        active.stream().map(PartialLabels::whole).toList())
                .stream()
                .findFirst();
    }

    /** The active alerts that mute an alert for certain, or may, as labels turn out that are not known. */
    public List<Inhibition> inhibitors(PartialLabels muted, Collection<PartialLabels> active) {
        var inhibitions = new ArrayList<Inhibition>();
        for (var rule : inhibitRules) {
            for (var source : active) {
                var certainty = rule.inhibits(source, muted);
                if (certainty != Ternary.NO) {
                    inhibitions.add(new Inhibition(rule, source, certainty));
                }
            }
        }
        return inhibitions;
    }
}
