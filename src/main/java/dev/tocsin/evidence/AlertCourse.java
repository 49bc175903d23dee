package dev.tocsin.evidence;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Chain.Timed;
import dev.tocsin.domain.chain.Latency;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.chain.Span;
import dev.tocsin.domain.run.RunState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The course of one alert, put together from what notifications told and what was seen in Prometheus.
 *
 * @param pending since when its expression was true, where that was seen
 * @param firing since when it fired
 * @param delivered when the first notification of it came
 * @param over when it ended; absent when it was not seen to
 * @param deliveredOver when the notification of its end came
 */
record AlertCourse(
        Labels labels,
        Optional<Instant> pending,
        Optional<Instant> firing,
        Optional<Instant> delivered,
        Optional<Instant> over,
        Optional<Instant> deliveredOver) {

    /** Where it begins. */
    Instant from() {
        return pending.or(() -> firing).or(() -> delivered).orElse(Instant.EPOCH);
    }

    /** Where the last that is known of it stands, for one that had not ended by a given moment. */
    Instant until(Instant end) {
        return Stream.of(over, deliveredOver, delivered)
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .filter(_ -> over.isPresent() || deliveredOver.isPresent())
                .orElse(end);
    }

    /** Every alert of a run that was heard of, was seen in Prometheus, or is remembered there; in the order of time. */
    static List<AlertCourse> of(RunState run) {
        var seen = seen(run);
        var told = run.episodes().all().stream()
                .map(episode -> told(episode, seen))
                .toList();
        var courses = new ArrayList<>(told);
        seen.forEach((alert, observed) -> {
            if (!run.foreign(alert.labels()) && told.stream().noneMatch(course -> course.covers(alert, observed))) {
                courses.add(new AlertCourse(
                        alert.labels(),
                        observed.firing.filter(alert.since()::equals).isPresent()
                                ? Optional.empty()
                                : Optional.of(alert.since()),
                        observed.firing,
                        Optional.empty(),
                        observed.gone,
                        Optional.empty()));
            }
        });
        remembered(run).filter(span -> !run.foreign(span.labels())).forEach(span -> {
            if (courses.stream().noneMatch(course -> course.touches(span))) {
                var firing = span.state().equals("firing");
                courses.add(new AlertCourse(
                        span.labels(),
                        firing ? Optional.empty() : Optional.of(span.from()),
                        firing ? Optional.of(span.from()) : Optional.empty(),
                        Optional.empty(),
                        Optional.of(span.until()),
                        Optional.empty()));
            }
        });
        courses.sort(Comparator.comparing(AlertCourse::from)
                .thenComparing(course -> course.labels().toString()));
        return courses;
    }

    private static AlertCourse told(Episode episode, Map<Alert, Observed> seen) {
        var start = episode.startsAt().truncatedTo(ChronoUnit.MILLIS);
        return new AlertCourse(
                episode.labels(),
                seen.entrySet().stream()
                        .filter(entry -> entry.getKey().since().isBefore(start))
                        .filter(entry ->
                                entry.getValue().gone.orElse(Instant.MAX).isAfter(start))
                        .map(Map.Entry::getKey)
                        .filter(alert -> same(alert.labels(), episode.labels()))
                        .map(Alert::since)
                        .max(Comparator.naturalOrder()),
                Optional.of(episode.startsAt()),
                episode.delivered().map(Episode.Sighting::at),
                episode.ended(),
                episode.resolved().map(Episode.Sighting::at));
    }

    /** An alert as Prometheus holds it: without the labels that it adds when it sends. */
    private record Alert(Labels labels, Instant since) {}

    /** Notifications tell times to the millisecond, Prometheus to the nanosecond. */
    private static Alert alert(Rule.ActiveInstance instance) {
        return new Alert(instance.labels(), instance.since().truncatedTo(ChronoUnit.MILLIS));
    }

    /** When an alert was first seen to fire, and first seen to be gone. */
    private record Observed(Optional<Instant> firing, Optional<Instant> gone) {}

    private static Map<Alert, Observed> seen(RunState run) {
        var all = new LinkedHashMap<Alert, Observed>();
        var looks = run.chain().all(Sight.RulesSeen.class).sorted(Comparator.comparing(Timed::at));
        looks.forEach(look -> {
            var rules = new HashSet<String>();
            var there = new HashSet<Alert>();
            for (var rule : look.sight().rules()) {
                rules.add(rule.name());
                for (var instance : rule.alerts()) {
                    there.add(alert(instance));
                    all.merge(
                            alert(instance),
                            new Observed(firing(rule, instance, look.at()), Optional.empty()),
                            (before, now) -> new Observed(before.firing.or(() -> now.firing), Optional.empty()));
                }
            }
            // Only a look at its own rule tells that an alert is gone.
            all.replaceAll((alert, observed) -> observed.gone.isEmpty()
                            && !there.contains(alert)
                            && rules.contains(alert.labels().alertname())
                    ? new Observed(observed.firing, Optional.of(look.at()))
                    : observed);
        });
        return all;
    }

    /** From the first evaluation on after {@code for}, though it was looked at later. */
    private static Optional<Instant> firing(Rule rule, Rule.ActiveInstance instance, Instant looked) {
        if (!instance.state().equals("firing")) {
            return Optional.empty();
        }
        var least = alert(instance).since().plus(Latency.roundedUp(rule.holdFor(), rule.interval()));
        return Optional.of(least.isBefore(looked) ? least : looked);
    }

    private static Stream<Span> remembered(RunState run) {
        return run.chain().latest(Sight.HistorySeen.class).stream().flatMap(history -> history.spans().stream());
    }

    private boolean covers(Alert alert, Observed observed) {
        return same(alert.labels(), labels)
                && firing.filter(start ->
                                !start.isBefore(alert.since()) && !start.isAfter(observed.gone.orElse(Instant.MAX)))
                        .isPresent();
    }

    private boolean touches(Span span) {
        return same(span.labels(), labels)
                && !from().isAfter(span.until())
                && !over.orElse(Instant.MAX).isBefore(span.from());
    }

    private static boolean same(Labels inPrometheus, Labels delivered) {
        return delivered.pairs().entrySet().containsAll(inPrometheus.pairs().entrySet());
    }
}
