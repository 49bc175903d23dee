package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.Chain;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.chain.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything that was seen of one signal in a run.
 *
 * @param series the points of each, in the order of time
 * @param until the last moment that was looked at
 * @param interval how far points are apart
 * @param window how far the expression looks back
 * @param problems why Prometheus could not evaluate it, and when
 */
public record SignalHistory(
        Map<Labels, List<Point>> series,
        Optional<Instant> until,
        Duration interval,
        Duration window,
        List<Problem> problems) {
    /** A scrape may come late and one may be missed; a sample that is older than so many intervals is not of now. */
    private static final int STALE = 3;

    /** A value; {@code stale} whether what it was computed from was too old to tell anything of that moment. */
    public record Point(Labels labels, Instant at, double value, boolean stale) {
        boolean usable() {
            return !stale && !Double.isNaN(value);
        }
    }

    /** An evaluation that failed. */
    public record Problem(Instant at, String why) {}

    /** Of a signal by its name; what a later look tells again of a moment changes nothing. */
    public static SignalHistory of(Chain chain, String signal) {
        var series = new LinkedHashMap<Labels, TreeMap<Instant, Point>>();
        var problems = new ArrayList<Problem>();
        Optional<Sight.SignalSeen> last = Optional.empty();
        var looks = chain.bySubject().getOrDefault("signal " + signal, List.of()).stream()
                .flatMap(seen -> seen.sight() instanceof Sight.SignalSeen sight ? Stream.of(sight) : Stream.of())
                .toList();
        for (var look : looks) {
            for (var trace : look.traces()) {
                var points = series.computeIfAbsent(trace.labels(), _ -> new TreeMap<>());
                trace.points().forEach(point -> points.putIfAbsent(point.at(), point(look, trace.labels(), point)));
            }
            look.problem().ifPresent(why -> problems.add(new Problem(look.until(), why)));
            last = Optional.of(look);
        }
        var ordered = new LinkedHashMap<Labels, List<Point>>();
        series.forEach((labels, points) -> ordered.put(labels, List.copyOf(points.values())));
        return new SignalHistory(
                ordered,
                last.map(Sight.SignalSeen::until),
                last.map(Sight.SignalSeen::interval).orElse(Duration.ZERO),
                last.map(Sight.SignalSeen::window).orElse(Duration.ZERO),
                problems);
    }

    private static Point point(Sight.SignalSeen look, Labels labels, Trace.Point point) {
        var stale = look.age()
                .map(age -> look.until().minus(age))
                .filter(newest ->
                        newest.plus(look.interval().multipliedBy(STALE)).isBefore(point.at()))
                .isPresent();
        return new Point(labels, point.at(), point.value(), stale);
    }

    /** All points between two moments, series by series; both ends belong to it. */
    List<Point> between(Instant from, Instant to) {
        return series.values().stream()
                .flatMap(List::stream)
                .filter(point -> !point.at().isBefore(from) && !point.at().isAfter(to))
                .toList();
    }

    /** The series that were there at a moment: a series that ended long before it is not missed. */
    List<Labels> there(Instant moment) {
        var since = moment.minus(interval.multipliedBy(Band.LEAST_POINTS));
        return series.entrySet().stream()
                .filter(entry -> entry.getValue().stream()
                        .filter(Point::usable)
                        .map(Point::at)
                        .anyMatch(at -> !at.isBefore(since) && !at.isAfter(moment)))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The first moment that was looked at. */
    Optional<Instant> from() {
        return series.values().stream().map(points -> points.getFirst().at()).min(Comparator.naturalOrder());
    }

    /** The first time between two moments without a usable point of any series that is too long to be an accident. */
    Optional<Gap> gap(Instant from, Instant to) {
        return gap(between(from, to).stream(), from, to);
    }

    /** The first such time of any of these series; the others tell nothing of what it did then. */
    Optional<Gap> gap(List<Labels> of, Instant from, Instant to) {
        var points = between(from, to);
        return of.stream()
                .flatMap(labels ->
                        gap(points.stream().filter(point -> point.labels().equals(labels)), from, to)
                                .map(gap -> new Gap(Optional.of(labels), gap.from(), gap.until()))
                                .stream())
                .min(Comparator.comparing(Gap::from));
    }

    private Optional<Gap> gap(Stream<Point> points, Instant from, Instant to) {
        var times = Stream.concat(points.filter(Point::usable).map(Point::at), Stream.of(to))
                .sorted()
                .toList();
        var before = from;
        var most = interval.multipliedBy(STALE);
        for (var at : times) {
            if (Duration.between(before, at).compareTo(most) > 0) {
                return Optional.of(new Gap(Optional.empty(), before, at));
            }
            before = at;
        }
        return Optional.empty();
    }

    /**
     * A time without data.
     *
     * @param of one series, where there were others
     */
    record Gap(Optional<Labels> of, Instant from, Instant until) {
        String print() {
            return "no data " + of.map(labels -> "of " + labels + " ").orElse("") + "from " + from + " to " + until;
        }
    }
}
