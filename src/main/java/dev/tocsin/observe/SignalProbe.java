package dev.tocsin.observe;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.chain.Trace;
import dev.tocsin.rules.Series;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Asks Prometheus for one signal, each time for what came since the time before, at the pace at which what is behind it is
 * scraped. What was before the run is asked for first, for Prometheus remembers it. For one thread.
 */
public final class SignalProbe {
    /** How many points from before the run tell its noise. */
    private static final int BASELINE_POINTS = 30;

    private static final Duration LEAST_BASELINE = Duration.ofMinutes(1);

    /** Where no target is behind it, as with what is written to Prometheus from elsewhere. */
    private static final Duration UNKNOWN_INTERVAL = Duration.ofSeconds(15);

    /** More than a person could read, and more than should stand in the evidence. */
    private static final int MOST_SERIES = 50;

    private final String name;
    private final String promql;
    private final Selectors selectors;
    private final Instant admitted;
    private Optional<Duration> interval = Optional.empty();
    private Optional<Instant> until = Optional.empty();

    /**
     * A signal of a run.
     *
     * @param admitted when the run was; it is asked for from a while before
     */
    public SignalProbe(String name, String promql, Instant admitted) {
        this.name = name;
        this.promql = promql;
        this.admitted = admitted;
        selectors = Selectors.of(promql);
    }

    /** What it did since the last look; nothing when no further point is due. Blocks. */
    Optional<Sight> look(PrometheusApi api, Instant now) throws IOException, InterruptedException {
        var pace = pace(api);
        var from = until.map(last -> last.plus(pace)).orElseGet(() -> before(pace));
        if (from.isAfter(now)) {
            return Optional.empty();
        }
        var last = from.plus(pace.multipliedBy(Duration.between(from, now).dividedBy(pace)));
        Optional<String> problem = Optional.empty();
        List<Trace> traces = List.of();
        try {
            traces = api.traces(promql, from, last, pace);
            if (traces.size() > MOST_SERIES) {
                problem = Optional.of(traces.size() + " series; aggregate it to at most " + MOST_SERIES);
                traces = List.of();
            }
        } catch (Series.NotEvaluatedException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
        var age = age(api, last);
        until = Optional.of(last);
        return Optional.of(new Sight.SignalSeen(name, traces, last, pace, selectors.window(), problem, age));
    }

    private Instant before(Duration pace) {
        var baseline = pace.multipliedBy(BASELINE_POINTS);
        return admitted.minus(baseline.compareTo(LEAST_BASELINE) > 0 ? baseline : LEAST_BASELINE)
                .truncatedTo(ChronoUnit.MILLIS);
    }

    /** How often the fastest of the targets behind it is scraped, once there is one. */
    private Duration pace(PrometheusApi api) throws IOException, InterruptedException {
        if (interval.isEmpty()) {
            var origins = new HashSet<>(api.origins(promql));
            interval = api
                    .targets(labels -> origins.contains(
                            Labels.of(Map.of("job", labels.get("job"), "instance", labels.get("instance")))))
                    .stream()
                    .map(ScrapeTarget::interval)
                    .filter(Duration::isPositive)
                    .min(Comparator.naturalOrder());
        }
        return interval.orElse(UNKNOWN_INTERVAL);
    }

    /** How old the newest sample is that it was computed from; a series that ended is no longer there at all. */
    private Optional<Duration> age(PrometheusApi api, Instant at) throws IOException, InterruptedException {
        if (selectors.all().isEmpty()) {
            return Optional.empty();
        }
        var newest = selectors.all().stream()
                .map(selector -> "timestamp(" + selector.text() + " @ " + seconds(at) + ")")
                .collect(Collectors.joining(" or ", "max(", ")"));
        try {
            return api.samples(newest).stream()
                    .map(sample -> Duration.ofMillis(Math.max(0, Math.round((seconds(at) - sample.value()) * 1000))))
                    .findFirst();
        } catch (Series.NotEvaluatedException _) {
            return Optional.empty(); // what is wrong with it is told by the expression itself
        }
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / 1000.0;
    }
}
