package dev.tocsin.domain.routing;

import java.util.List;

/** What an Alertmanager's configuration says about where alerts go and when they are muted. */
public record Routing(Route root, List<Receiver> receivers, List<InhibitRule> inhibitRules, List<TimeInterval> times) {
    public Routing {
        receivers = List.copyOf(receivers);
        inhibitRules = List.copyOf(inhibitRules);
        times = List.copyOf(times);
    }
}
