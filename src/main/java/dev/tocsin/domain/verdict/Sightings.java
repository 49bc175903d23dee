package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.chain.Chain.Timed;
import dev.tocsin.domain.chain.HeldAlert;
import dev.tocsin.domain.chain.Routes;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.chain.Span;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.run.RunState;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What was seen of one alert in Prometheus and in every Alertmanager, beside what notifications told. */
record Sightings(RunState run, Matchers matchers) {
    private static final String FIRING = "firing";

    /** Prometheus' own alerts lack the external labels that it adds when it sends. */
    static boolean same(Labels inPrometheus, Labels delivered) {
        return delivered.pairs().entrySet().containsAll(inPrometheus.pairs().entrySet());
    }

    /** Every look at the rules that was written down. */
    Stream<Timed<List<Rule>>> rules() {
        return run.chain()
                .all(Sight.RulesSeen.class)
                .filter(seen -> seen.sight().title().equals(matchers.title()))
                .map(seen -> new Timed<>(seen.at(), seen.sight().rules()));
    }

    static boolean firing(List<Rule> rules, Labels delivered) {
        return rules.stream()
                .flatMap(rule -> rule.alerts().stream())
                .anyMatch(alert -> firing(alert) && same(alert.labels(), delivered));
    }

    static boolean firing(Rule.ActiveInstance alert) {
        return alert.state().equals(FIRING);
    }

    /** How the rules stood when they were written down last. */
    Optional<Timed<List<Rule>>> lastRules() {
        return rules().reduce((_, last) -> last);
    }

    /** When Prometheus held it as firing, as it remembers itself. */
    List<Span> remembered() {
        return remembered(FIRING).toList();
    }

    /** When Prometheus held it in a state, as it remembers itself, in the order of time. */
    Stream<Span> remembered(String state) {
        return run.chain().latest(Sight.HistorySeen.class).stream()
                .filter(seen -> seen.title().equals(matchers.title()))
                .flatMap(seen -> seen.spans().stream())
                .filter(span -> span.state().equals(state) && matchers.match(span.labels()))
                .sorted(Comparator.comparing(Span::from));
    }

    static String print(Span span) {
        return "Prometheus remembers " + span.labels() + " firing from " + span.from() + " to " + span.until();
    }

    /** Every look at it in an Alertmanager, in the order of time. */
    Stream<Timed<HeldAlert>> held() {
        return run.chain()
                .all(Sight.AlertsHeld.class)
                .sorted(Comparator.comparing(Timed::at))
                .flatMap(seen -> seen.sight().alerts().stream()
                        .filter(alert -> matchers.match(alert.labels()))
                        .map(alert -> new Timed<>(seen.at(), alert)));
    }

    /** Whom an Alertmanager mutes it for; empty when it does not. */
    static Optional<String> mutedBy(HeldAlert alert) {
        if (!alert.silencedBy().isEmpty()) {
            return Optional.of("silence " + String.join(", ", alert.silencedBy()));
        }
        if (!alert.inhibitedBy().isEmpty()) {
            return Optional.of(String.join(", ", alert.inhibitedBy()) + ", which inhibits it");
        }
        return alert.mutedBy().isEmpty()
                ? Optional.empty()
                : Optional.of("time interval " + String.join(", ", alert.mutedBy()));
    }

    /** The routes by which alerts of these labels come here. */
    Stream<Route> routesHere(Labels labels) {
        return routings()
                .flatMap(routing -> routing.routesOf(labels).stream()
                        .filter(route -> routing.receivers().stream()
                                .anyMatch(receiver ->
                                        receiver.name().equals(route.receiver()) && Routes.leadsHere(receiver))));
    }

    /** The receivers that lead here and take alerts of these labels. */
    Stream<Receiver> receiversHere(Labels labels) {
        var names = routesHere(labels).map(Route::receiver).toList();
        return routings()
                .flatMap(routing -> routing.receivers().stream())
                .filter(receiver -> names.contains(receiver.name()));
    }

    private Stream<Routing> routings() {
        return run.chain().latest(Sight.RoutingSeen.class).stream().flatMap(seen -> seen.routing().stream());
    }

    /** Our own answers in a time that Alertmanager takes for failures. */
    List<RunState.Refusal> refusals(Instant from, Instant until) {
        return run.refusals().stream()
                .filter(refusal -> !refusal.at().isBefore(from) && !refusal.at().isAfter(until))
                .toList();
    }

    /** Those of them that are ours alone to blame: the notification was right and could not be stored. */
    List<RunState.Refusal> unstored(Instant from, Instant until) {
        return refusals(from, until).stream()
                .filter(refusal -> refusal.status() >= 500)
                .toList();
    }

    static String print(RunState.Refusal refusal) {
        return "Tocsin answered " + refusal.status() + " at " + refusal.at() + ": " + refusal.why();
    }

    /** Whether Prometheus was asked for the rule once an episode was there. */
    boolean watched(Episode episode) {
        return rules().anyMatch(seen -> !seen.sight().isEmpty() && !seen.at().isBefore(episode.startsAt()));
    }

    /** Whether Prometheus was asked what it remembers. */
    boolean asked() {
        return run.chain().latest(Sight.HistorySeen.class).stream()
                .anyMatch(seen -> seen.title().equals(matchers.title()));
    }

    /** Whether Prometheus was ever seen or remembers to have held an episode as firing. */
    boolean inPrometheus(Episode episode) {
        return rules().anyMatch(seen -> firing(seen.sight(), episode.labels()))
                || remembered().stream().anyMatch(span -> same(span.labels(), episode.labels()));
    }
}
