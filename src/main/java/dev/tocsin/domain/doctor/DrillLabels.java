package dev.tocsin.domain.doctor;

import dev.tocsin.domain.alert.Drill;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import dev.tocsin.domain.chain.Routes;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds labels with which a drill comes here, and to as few others as can be. */
public final class DrillLabels {
    private static final String ANY = "drill";

    private final Routing routing;
    private final Map<String, String> given;
    private final List<Labels> candidates = new ArrayList<>();

    private DrillLabels(Routing routing, Map<String, String> given) {
        this.routing = routing;
        this.given = Map.copyOf(given);
    }

    /**
     * Chooses labels.
     *
     * @param routing where alerts go; empty when nobody could be asked
     * @param given what the caller wants to stand in them in any case
     * @param id the drill's own
     */
    public static Labels choose(Optional<Routing> routing, Map<String, String> given, String id) {
        var plain = new TreeMap<>(
                Map.of(Labels.ALERTNAME, Drill.ALERTNAME, "drill", "true", "severity", "none", Drill.LABEL, id));
        plain.putAll(given);
        var labels = Labels.of(plain);
        return routing.map(known -> new DrillLabels(known, given).choose(labels))
                .orElse(labels);
    }

    /** The receivers of an alert that lead here. */
    static List<String> here(Routing routing, Labels labels) {
        return receivers(routing, labels, true);
    }

    /** The receivers of an alert that do not. */
    static List<String> others(Routing routing, Labels labels) {
        return receivers(routing, labels, false);
    }

    private static List<String> receivers(Routing routing, Labels labels, boolean leadingHere) {
        return routing.routesOf(labels).stream()
                .map(Route::receiver)
                .distinct()
                .filter(name -> routing.receivers().stream()
                                .filter(receiver -> receiver.name().equals(name))
                                .anyMatch(Routes::leadsHere)
                        == leadingHere)
                .toList();
    }

    private Labels choose(Labels plain) {
        candidates.add(plain);
        derive(routing.root(), plain);
        return candidates.stream()
                .filter(labels -> !here(routing, labels).isEmpty())
                .min(Comparator.comparingInt(labels -> others(routing, labels).size()))
                .orElse(plain);
    }

    /** Walks to each route that leads here and collects what its matchers, and those above it, ask for. */
    private void derive(Route route, Labels soFar) {
        var labels = satisfying(route.matchers(), soFar);
        if (labels.isEmpty()) {
            return;
        }
        if (routing.receivers().stream()
                .filter(receiver -> receiver.name().equals(route.receiver()))
                .anyMatch(Routes::leadsHere)) {
            candidates.add(labels.get());
        }
        route.routes().forEach(child -> derive(child, labels.get()));
    }

    private Optional<Labels> satisfying(List<Matcher> matchers, Labels labels) {
        var pairs = new TreeMap<>(labels.pairs());
        for (var matcher : matchers) {
            if (matcher.matches(Labels.of(pairs))) {
                continue;
            }
            var value = values(matcher)
                    .filter(one -> matcher.matches(Labels.of(Map.of(matcher.label(), one))))
                    .findFirst();
            if (value.isEmpty()
                    || given.containsKey(matcher.label())
                    || matcher.label().equals(Drill.LABEL)) {
                return Optional.empty();
            }
            pairs.put(matcher.label(), value.get());
        }
        return matchers.stream().allMatch(matcher -> matcher.matches(Labels.of(pairs)))
                ? Optional.of(Labels.of(pairs))
                : Optional.empty();
    }

    /** Values that may satisfy it: for an expression its alternatives, and any word at all. */
    private static Stream<String> values(Matcher matcher) {
        return switch (matcher.operator()) {
            case EQUAL -> Stream.of(matcher.value());
            case NOT_EQUAL, NOT_MATCHES -> Stream.of(ANY, "");
            case MATCHES ->
                Stream.concat(
                        Stream.of(matcher.value().replaceAll("[()?^$]", "").split("\\|", -1))
                                .map(alternative ->
                                        alternative.replaceAll("\\.[*+]", ANY).replaceAll("\\\\(.)", "$1")),
                        Stream.of(ANY, "1", ""));
        };
    }
}
