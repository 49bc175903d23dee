package dev.tocsin.runs;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Routes;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.routing.Ternary;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.observe.Observers;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who will be told when the alerts of a scenario fire: the receivers of Alertmanager's route tree. */
public final class Recipients {
    /**
     * The receivers of each alert that a scenario expects.
     *
     * @param unknown why some of it is not known
     */
    record RecipientsDocument(List<AlertRecipients> alerts, List<String> unknown) {}

    /** The receivers of one alert. */
    record AlertRecipients(String name, List<Recipient> receivers) {}

    /**
     * A receiver.
     *
     * @param certain whether it is told whatever labels the alert will have that are not known before
     */
    record Recipient(String name, boolean certain) {}

    private final Observers observers;
    private final InstantSource clock;

    public Recipients(Observers observers, InstantSource clock) {
        this.observers = observers;
        this.clock = clock;
    }

    /** Asks Prometheus for the rules and Alertmanager for its routes. Blocks. */
    RecipientsDocument of(Scenario scenario) throws InterruptedException {
        var unknown = new ArrayList<String>();
        var rules = rules(unknown);
        var routing = routing(unknown);
        return new RecipientsDocument(
                scenario.alerts().stream()
                        .map(expected -> recipients(expected, rules, routing))
                        .toList(),
                unknown);
    }

    private List<Rule> rules(List<String> unknown) throws InterruptedException {
        try {
            return observers.rules();
        } catch (IOException e) {
            unknown.add("The labels of the alerts are not known: " + e.getMessage());
            return List.of();
        }
    }

    private Optional<Routing> routing(List<String> unknown) throws InterruptedException {
        var seen = observers.wires(clock).alertmanagers();
        var routing = seen.stream()
                .flatMap(one -> one.routing().stream())
                .flatMap(one -> one.routing().stream())
                .findFirst();
        if (routing.isEmpty()) {
            unknown.add(
                    seen.isEmpty()
                            ? "No Alertmanager is configured, so its receivers are not known."
                            : "Alertmanager did not tell its routes, so its receivers are not known.");
        }
        return routing;
    }

    private static AlertRecipients recipients(AlertExpectation expected, List<Rule> rules, Optional<Routing> routing) {
        var certain = rules.stream()
                .filter(rule -> rule.mayMatch(expected.matchers()))
                .findFirst()
                .map(Rule::certainLabels)
                .orElse(Labels.of(Map.of()));
        var routes = Routes.ahead(routing, expected.matchers(), certain);
        return new AlertRecipients(
                expected.matchers().title(),
                routes.all()
                        .map(Route::receiver)
                        .distinct()
                        .map(receiver -> new Recipient(
                                receiver,
                                routing.filter(known ->
                                                known.routesFor(routes.labels()).reach(receiver) == Ternary.YES)
                                        .isPresent()))
                        .toList());
    }
}
