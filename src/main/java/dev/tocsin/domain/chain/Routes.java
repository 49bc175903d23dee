package dev.tocsin.domain.chain;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.routing.PartialLabels;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.routing.Ternary;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where an expected alert goes in one Alertmanager, as far as its labels are known before it has fired. */
public record Routes(Optional<Routing> routing, PartialLabels labels, List<OpenGroup> groups) {
    /** The webhook's path, by which a receiver is known to lead here. */
    static final String WEBHOOK = "/api/v1/webhooks/alertmanager";

    /** What newer releases show in the place of a URL. */
    private static final String HIDDEN = "<secret>";

    public Routes {
        groups = List.copyOf(groups);
    }

    /** By the first Alertmanager whose configuration could be read; its peers share it. */
    public static Routes of(Chain chain, Matchers matchers, Rule rule) {
        return new Routes(
                chain.latest(Sight.RoutingSeen.class).stream()
                        .flatMap(seen -> seen.routing().stream())
                        .findFirst(),
                known(matchers, rule.certainLabels()),
                chain.first(Sight.GroupsSeen.class).stream()
                        .flatMap(seen -> seen.groups().stream())
                        .toList());
    }

    /** Before there is a run, and a chain to look at. */
    public static Routes ahead(Optional<Routing> routing, Matchers matchers, Labels certain) {
        return new Routes(routing, known(matchers, certain), List.of());
    }

    private static PartialLabels known(Matchers matchers, Labels ofRule) {
        var certain = new TreeMap<>(ofRule.pairs());
        matchers.all().stream()
                .filter(matcher -> matcher.operator() == Matcher.Operator.EQUAL)
                .forEach(matcher -> certain.putIfAbsent(matcher.label(), matcher.value()));
        return PartialLabels.atLeast(Labels.of(certain));
    }

    /** Whether a receiver leads here, as far as its URLs are shown. */
    public static boolean leadsHere(Receiver receiver) {
        return receiver.webhooks().stream()
                .anyMatch(webhook ->
                        webhook.url().contains(WEBHOOK) || webhook.url().equals(HIDDEN));
    }

    /** The receivers that lead here. */
    public List<Receiver> receiversHere() {
        return routing.stream()
                .flatMap(known -> known.receivers().stream())
                .filter(Routes::leadsHere)
                .toList();
    }

    /** Whether the alert comes here by any route. */
    public Ternary arrives() {
        return routing.map(known -> receiversHere().stream()
                        .map(receiver -> known.routesFor(labels).reach(receiver.name()))
                        .reduce(Ternary.NO, Ternary::or))
                .orElse(Ternary.DEPENDS);
    }

    /** Every route it may take. */
    public Stream<Route> all() {
        return routing.stream()
                .map(known -> known.routesFor(labels))
                .flatMap(destinations ->
                        Stream.concat(destinations.certain().stream(), destinations.possible().stream()));
    }

    /** Those of them that lead here. */
    public Stream<Route> ours() {
        var here = receiversHere().stream().map(Receiver::name).toList();
        return all().filter(route -> here.contains(route.receiver()));
    }

    /** Groups of those routes that are open and that the alert may join. */
    public List<OpenGroup> openGroups() {
        var receivers = ours().map(Route::receiver).toList();
        return groups.stream()
                .filter(group -> receivers.contains(group.receiver()))
                .filter(group -> group.labels().pairs().entrySet().stream()
                        .allMatch(pair -> labels.unknown().test(pair.getKey())
                                || labels.certain().get(pair.getKey()).equals(pair.getValue())))
                .toList();
    }
}
