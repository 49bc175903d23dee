package dev.tocsin.observe;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.Sight;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Looks at the whole chain for one run: what Prometheus and every Alertmanager say about the alerts that the run waits for.
 * For one thread; every look blocks until all have answered or failed to.
 */
public final class Lookout {
    private final Optional<PrometheusApi> prometheus;
    private final List<AlertmanagerApi> alertmanagers;
    private final List<Matchers> expected;
    private final List<Matchers> silent;
    private final List<SignalProbe> signals;
    private final InstantSource clock;

    /** Jobs and instances that each expectation's rules were once seen to live on; they are missed when they vanish. */
    private final Map<String, Set<Labels>> origins = new HashMap<>();

    private final Map<String, Sight.RoutingSeen> routings = new HashMap<>();
    private final Map<String, String> configs = new HashMap<>();

    Lookout(
            Optional<PrometheusApi> prometheus,
            List<AlertmanagerApi> alertmanagers,
            List<Matchers> expected,
            List<Matchers> silent,
            List<SignalProbe> signals,
            InstantSource clock) {
        this.prometheus = prometheus;
        this.alertmanagers = List.copyOf(alertmanagers);
        this.expected = List.copyOf(expected);
        this.silent = List.copyOf(silent);
        this.signals = List.copyOf(signals);
        this.clock = clock;
    }

    /** Everything there is to see now. A source that does not answer is seen as such, and nothing more of it. */
    public List<Sight> look() throws InterruptedException {
        var sights = new ArrayList<Sight>();
        if (prometheus.isPresent()) {
            lookAt(prometheus.get(), sights);
        }
        for (var alertmanager : alertmanagers) {
            lookAt(alertmanager, sights);
        }
        return sights;
    }

    /**
     * What Prometheus remembers since a moment of the expected alerts and of those that must stay silent; nothing where
     * it cannot be asked.
     */
    public List<Sight> lookBack(Instant from) throws InterruptedException {
        var sights = new ArrayList<Sight>();
        if (prometheus.isPresent()) {
            for (var matchers :
                    Stream.concat(expected.stream(), silent.stream()).toList()) {
                try {
                    sights.add(new Sight.HistorySeen(
                            matchers.title(), prometheus.get().history(matchers, from, clock.instant())));
                } catch (IOException | RuntimeException _) {
                    // that Prometheus does not answer has been seen already
                }
            }
        }
        return sights;
    }

    private void lookAt(PrometheusApi api, List<Sight> sights) throws InterruptedException {
        var about = api.about(clock);
        var seen = new ArrayList<Sight>();
        try {
            if (about.answers()) {
                var rules = api.rules();
                for (var matchers : expected) {
                    lookAt(api, matchers, rules, seen);
                }
                seen.add(api.notifier());
                for (var signal : signals) {
                    signal.look(api, clock.instant()).ifPresent(seen::add);
                }
            }
            sights.add(about);
        } catch (IOException | RuntimeException e) {
            sights.add(silent(about, e));
        }
        sights.addAll(seen);
    }

    private void lookAt(PrometheusApi api, Matchers matchers, List<Rule> loaded, List<Sight> seen)
            throws IOException, InterruptedException {
        var title = matchers.title();
        var rules = new ArrayList<Rule>();
        for (var rule : loaded) {
            if (rule.name().equals(title) || rule.mayMatch(matchers) && namesIt(matchers)) {
                rules.add(rule.with(api.now(rule)));
            }
        }
        seen.add(new Sight.RulesSeen(title, rules));
        var known = origins.computeIfAbsent(title, _ -> new HashSet<>());
        if (known.isEmpty()) {
            for (var rule : rules) {
                known.addAll(api.origins(rule.query()));
            }
        }
        Predicate<Labels> ofThem = labels -> known.contains(origin(labels));
        var targets = api.targets(known.isEmpty() ? _ -> true : ofThem).stream()
                .filter(target -> !known.isEmpty() || !target.health().equals("up"))
                .limit(20)
                .toList();
        var dropped = known.isEmpty() || targets.isEmpty() ? api.droppedTargets() : List.<String>of();
        seen.add(new Sight.TargetsSeen(title, targets, dropped));
    }

    /** Matchers without the alert's name could mean any rule; then only those of Alertmanager tell. */
    private static boolean namesIt(Matchers matchers) {
        return matchers.all().stream().anyMatch(matcher -> matcher.label().equals(Labels.ALERTNAME));
    }

    private static Labels origin(Labels labels) {
        return Labels.of(Map.of("job", labels.get("job"), "instance", labels.get("instance")));
    }

    private void lookAt(AlertmanagerApi api, List<Sight> sights) throws InterruptedException {
        var about = api.about(clock);
        var seen = new ArrayList<Sight>();
        try {
            if (about.answers()) {
                seen.add(routing(api));
                seen.add(api.alerts(this::concerns));
                seen.add(api.silences());
                seen.add(api.groups());
                seen.add(api.counters());
            }
            sights.add(about);
        } catch (IOException | RuntimeException e) {
            sights.add(silent(about, e));
        }
        sights.addAll(seen);
    }

    private boolean concerns(Labels labels) {
        return expected.stream()
                .anyMatch(matchers -> matchers.match(labels) || matchers.title().equals(labels.alertname()));
    }

    /** A configuration is long and seldom changes, so it is read anew only when it has. */
    private Sight.RoutingSeen routing(AlertmanagerApi api) throws IOException, InterruptedException {
        var status = api.status();
        var known = routings.get(api.name());
        if (known != null && status.config().equals(configs.get(api.name())) && known.peers() == status.peers()) {
            return known;
        }
        var read = read(api.name(), status);
        configs.put(api.name(), status.config());
        routings.put(api.name(), read);
        return read;
    }

    static Sight.RoutingSeen read(String name, AlertmanagerApi.Status status) {
        try {
            return new Sight.RoutingSeen(
                    name, Optional.of(AlertmanagerConfig.read(status.config())), Optional.empty(), status.peers());
        } catch (IllegalArgumentException e) {
            return new Sight.RoutingSeen(
                    name,
                    Optional.empty(),
                    Optional.of("its configuration cannot be understood: " + e.getMessage()),
                    status.peers());
        }
    }

    static Sight.SourceSeen silent(Sight.SourceSeen about, Exception why) {
        return new Sight.SourceSeen(
                about.source(), false, String.valueOf(why.getMessage()), Optional.empty(), Optional.empty());
    }
}
