package dev.tocsin.domain.chain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Everything that was seen of the chain in a run, by subject and in the order of time. */
public record Chain(Map<String, List<Seen>> bySubject) {
    /** Nothing was looked at. */
    public static final Chain UNSEEN = new Chain(Map.of());

    /** A sight and when it was recorded. */
    public record Seen(Instant at, Sight sight) {}

    public Chain {
        bySubject = Collections.unmodifiableMap(bySubject);
    }

    /** This after one more sight. */
    public Chain after(Instant at, Sight sight) {
        var next = new LinkedHashMap<>(bySubject);
        var seen = new ArrayList<>(next.getOrDefault(sight.subject(), List.of()));
        seen.add(new Seen(at, sight));
        next.put(sight.subject(), List.copyOf(seen));
        return new Chain(next);
    }

    /** Whether Prometheus or an Alertmanager was looked at. */
    public boolean looked() {
        return bySubject.values().stream()
                .map(List::getFirst)
                .anyMatch(seen -> !(seen.sight() instanceof Sight.TargetLabelled
                        || seen.sight() instanceof Sight.NeedsSeen
                        || seen.sight() instanceof Sight.StressedBefore
                        || seen.sight() instanceof Sight.SourceSeen(var source, var _, var _, var _, var _)
                                && source.startsWith(Sight.TARGET)));
    }

    /** The last sight of each subject of a kind. */
    public <T extends Sight> List<T> latest(Class<T> kind) {
        return bySubject.values().stream()
                .map(List::getLast)
                .map(Seen::sight)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** What stimuli need and the target has not, one line for each of them. */
    public List<String> unmetNeeds() {
        return latest(Sight.NeedsSeen.class).stream()
                .filter(needs -> !needs.unmet().isEmpty())
                .map(Sight::summary)
                .toList();
    }

    /** All sights of a kind, subject by subject. */
    public <T extends Sight> Stream<Timed<T>> all(Class<T> kind) {
        return bySubject.values().stream()
                .flatMap(List::stream)
                .filter(seen -> kind.isInstance(seen.sight()))
                .map(seen -> new Timed<>(seen.at(), kind.cast(seen.sight())));
    }

    /** A sight of a known kind and when it was recorded. */
    public record Timed<T>(Instant at, T sight) {}

    /**
     * When the sources whose names begin so were away or restarted, in the order of time.
     *
     * @param kind {@code Prometheus} or {@code Alertmanager}
     */
    public List<Gap> gaps(String kind) {
        return bySubject.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(kind))
                .flatMap(entry -> gaps(entry.getValue()).stream())
                .sorted(Comparator.comparing(Gap::from))
                .toList();
    }

    private static List<Gap> gaps(List<Seen> ofOneSource) {
        var gaps = new ArrayList<Gap>();
        Optional<Instant> started = Optional.empty();
        Optional<Instant> away = Optional.empty();
        for (var seen : ofOneSource) {
            if (!(seen.sight() instanceof Sight.SourceSeen source)) {
                continue;
            }
            if (!source.answers()) {
                away = away.or(() -> Optional.of(seen.at()));
                continue;
            }
            var before = started;
            var now = source.startedAt();
            var restarted = now.filter(at -> before.filter(at::isAfter).isPresent());
            if (away.isPresent()) {
                gaps.add(new Gap(source.source(), away.get(), Optional.of(seen.at()), restarted.isPresent()));
            } else {
                restarted.ifPresent(at -> gaps.add(new Gap(source.source(), at, Optional.of(at), true)));
            }
            away = Optional.empty();
            started = now.or(() -> before);
        }
        away.ifPresent(at -> gaps.add(new Gap(ofOneSource.getFirst().sight().subject(), at, Optional.empty(), false)));
        return gaps;
    }

    /** The rules of an expectation as they were last seen; empty when Prometheus was never asked for them. */
    public Optional<List<Rule>> rules(String title) {
        return latest(Sight.RulesSeen.class).stream()
                .filter(seen -> seen.title().equals(title))
                .map(Sight.RulesSeen::rules)
                .findFirst();
    }

    /** The targets of an expectation as they were last seen. */
    public Optional<Sight.TargetsSeen> targets(String title) {
        return latest(Sight.TargetsSeen.class).stream()
                .filter(seen -> seen.title().equals(title))
                .findFirst();
    }

    /** The first sight of each subject of a kind: how it was before anything was done. */
    public <T extends Sight> List<T> first(Class<T> kind) {
        return bySubject.values().stream()
                .map(List::getFirst)
                .map(Seen::sight)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** The rules of an expectation as they were before anything was done. */
    public Optional<List<Rule>> firstRules(String title) {
        return first(Sight.RulesSeen.class).stream()
                .filter(seen -> seen.title().equals(title))
                .map(Sight.RulesSeen::rules)
                .findFirst();
    }

    /** The targets of an expectation as they were before anything was done. */
    public List<ScrapeTarget> firstTargets(String title) {
        return first(Sight.TargetsSeen.class).stream()
                .filter(seen -> seen.title().equals(title))
                .flatMap(seen -> seen.targets().stream())
                .toList();
    }
}
