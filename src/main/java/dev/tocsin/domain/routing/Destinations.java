package dev.tocsin.domain.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The routes that an alert is handed to, each list in the order of the tree.
 *
 * @param certain those that get it in any case
 * @param possible those that get it or not, as labels turn out that are not known; at least one route always gets it
 */
public record Destinations(List<Route> certain, List<Route> possible) {
    public Destinations {
        certain = List.copyOf(certain);
        possible = List.copyOf(possible);
    }

    /** Walks the tree as Alertmanager does, with what is known of the labels. */
    static Destinations of(Route root, PartialLabels labels) {
        var certain = new ArrayList<Route>();
        var possible = new ArrayList<Route>();
        hand(root, labels.satisfy(root.matchers()), labels, certain, possible);
        return new Destinations(certain, possible);
    }

    private static void hand(
            Route route, Ternary arrives, PartialLabels labels, List<Route> certain, List<Route> possible) {
        if (arrives == Ternary.NO) {
            return;
        }
        var goesOn = arrives;
        var taken = Ternary.NO;
        for (var child : route.routes()) {
            var matches = labels.satisfy(child.matchers());
            hand(child, goesOn.and(matches), labels, certain, possible);
            taken = taken.or(matches);
            if (!child.goOn()) {
                goesOn = goesOn.and(matches.not());
            }
        }
        switch (arrives.and(taken.not())) {
            case YES -> certain.add(route);
            case DEPENDS -> possible.add(route);
            case NO -> {}
        }
    }

    /** Whether the alert gets to a receiver; also certain when every route that it may take leads there. */
    public Ternary reach(String receiver) {
        if (leadsTo(certain.stream(), receiver)) {
            return Ternary.YES;
        }
        if (!leadsTo(possible.stream(), receiver)) {
            return Ternary.NO;
        }
        var everyWay = certain.isEmpty()
                && possible.stream().allMatch(route -> route.receiver().equals(receiver));
        return everyWay ? Ternary.YES : Ternary.DEPENDS;
    }

    private static boolean leadsTo(Stream<Route> routes, String receiver) {
        return routes.anyMatch(route -> route.receiver().equals(receiver));
    }
}
