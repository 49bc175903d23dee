package dev.tocsin.domain.routing;

import dev.tocsin.domain.alert.Matcher;
import java.time.Duration;
import java.util.List;

/**
 * A route with everything it inherits filled in.
 *
 * @param groupBy labels to group by; {@link #GROUP_BY_ALL} alone groups by all of them
 * @param goOn its {@code continue}: whether the routes after it are tried as well
 * @param muteTimes names of time intervals in which it sends nothing
 * @param activeTimes names of time intervals outside which it sends nothing; empty for always
 */
public record Route(
        String receiver,
        List<Matcher> matchers,
        List<String> groupBy,
        Duration groupWait,
        Duration groupInterval,
        Duration repeatInterval,
        boolean goOn,
        List<String> muteTimes,
        List<String> activeTimes,
        List<Route> routes) {
    /** Groups by every label. */
    public static final String GROUP_BY_ALL = "...";

    public Route {
        matchers = List.copyOf(matchers);
        groupBy = List.copyOf(groupBy);
        muteTimes = List.copyOf(muteTimes);
        activeTimes = List.copyOf(activeTimes);
        routes = List.copyOf(routes);
    }

    /** This route with others below it. */
    public Route with(List<Route> children) {
        return new Route(
                receiver,
                matchers,
                groupBy,
                groupWait,
                groupInterval,
                repeatInterval,
                goOn,
                muteTimes,
                activeTimes,
                children);
    }
}
