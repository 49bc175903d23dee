package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.Background;
import dev.tocsin.domain.scenario.Movement;
import dev.tocsin.domain.verdict.SignalHistory.Point;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What each series of a signal was before its stimulus. Each is judged by itself: what is known of one tells nothing of
 * another, and one of which too little is known may have done anything that those few points do not rule out.
 */
record Baseline(Map<Labels, Band> bands) {

    /** A time in which the target was not as it is when this run begins; its last moment is no part of it. */
    private record Disturbance(Instant from, Instant until) {
        boolean holds(Instant at) {
            return !at.isBefore(from) && at.isBefore(until);
        }
    }

    /** From the points before a moment at which nobody stressed the target but the loads that are on for the whole run. */
    static Baseline of(RunState run, SignalHistory history, Instant before) {
        var disturbances = disturbances(run, history).toList();
        var bands = new LinkedHashMap<Labels, Band>();
        history.series()
                .forEach((labels, points) -> Band.of(points.stream()
                                .filter(point -> point.at().isBefore(before))
                                .filter(Point::usable)
                                .filter(point -> disturbances.stream().noneMatch(time -> time.holds(point.at())))
                                .mapToDouble(Point::value)
                                .toArray())
                        .ifPresent(band -> bands.put(labels, band)));
        return new Baseline(bands);
    }

    /** The end of the last disturbance that is known of, as the points show it. */
    static Optional<Instant> undisturbedSince(RunState run, SignalHistory history) {
        return disturbances(run, history).map(Disturbance::until).max(Comparator.naturalOrder());
    }

    /**
     * What an earlier run did is no noise, or the second of two runs would see nothing move. Neither is how the target was
     * before the loads of this run were on it. Points show both until every sample that they look back at is a later one.
     */
    private static Stream<Disturbance> disturbances(RunState run, SignalHistory history) {
        var echo = history.window().plus(history.interval());
        var earlier = run.chain().latest(Sight.StressedBefore.class).stream()
                .flatMap(seen -> seen.times().stream())
                .map(time -> new Disturbance(time.from(), time.until().plus(echo)));
        var loaded = run.scenario().background().stream()
                .map(Background::name)
                .flatMap(name -> run.stimulus(name).flatMap(StimulusTrace::applied).stream())
                .map(applied -> new Disturbance(Instant.MIN, applied.plus(echo)));
        return Stream.concat(earlier, loaded);
    }

    /** Whether a value is certainly somewhere else than its series was before. */
    boolean isLeft(Point point, Movement movement) {
        return Optional.ofNullable(bands.get(point.labels()))
                .filter(band -> band.tellsNoise() && band.isLeft(point.value(), movement))
                .isPresent();
    }

    /** Whether a value may be somewhere else than its series was before, of which too few points are known to tell. */
    boolean mayBeLeft(Point point, Movement movement) {
        return Optional.ofNullable(bands.get(point.labels()))
                .map(band -> !band.tellsNoise() && band.isLeft(point.value(), movement))
                .orElse(true);
    }

    /** Whether a value is certainly where its series was before, but for noise. */
    boolean holds(Point point) {
        return !isLeft(point, Movement.EITHER) && !mayBeLeft(point, Movement.EITHER);
    }

    /** Of how many points a series is known. */
    int points(Labels labels) {
        return Optional.ofNullable(bands.get(labels)).map(Band::points).orElse(0);
    }

    /** Whether a series was seen at all. */
    boolean knows(Labels labels) {
        return bands.containsKey(labels);
    }

    /** Whether all series had a value of their own, and have it still. */
    boolean isConstant(List<Point> points) {
        return points.stream()
                .filter(Point::usable)
                .allMatch(point -> Optional.ofNullable(bands.get(point.labels()))
                        .filter(band -> band.isAlways(point.value()))
                        .isPresent());
    }
}
