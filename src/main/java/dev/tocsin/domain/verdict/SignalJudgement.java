package dev.tocsin.domain.verdict;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.Level;
import dev.tocsin.domain.scenario.Movement;
import dev.tocsin.domain.scenario.SignalExpectation;
import dev.tocsin.domain.verdict.Check.Family;
import dev.tocsin.domain.verdict.SignalHistory.Point;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges what a signal did. What was not seen, is stale or is no number is never a pass. */
final class SignalJudgement {
    /** How many scrapes a value may take to be seen. */
    private static final int SCRAPES = 3;

    /** What passes beside the scrapes until a range is full of new values. */
    private static final Duration ARRIVAL = Duration.ofSeconds(5);

    /** Sessions end, caches fill and buffers are written before a server is as it was. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    /** For a baseline, where it is scraped so often that twice its points would come sooner. */
    private static final Duration LEAST_PATIENCE = Duration.ofMinutes(1);

    private final RunState run;
    private final SignalExpectation signal;
    private final Instant asOf;
    private final SignalHistory history;
    private final Optional<StimulusTrace> cause;

    SignalJudgement(RunState run, SignalExpectation signal, Instant asOf) {
        this.run = run;
        this.signal = signal;
        this.asOf = asOf;
        history = SignalHistory.of(run.chain(), signal.name());
        cause = run.stimulus(signal.causedBy());
    }

    /** The names of the checks that are decided while the stimulus is on. */
    static List<String> awaited(SignalExpectation signal) {
        return Stream.of(
                        Optional.of(shows(signal)).filter(_ -> signal.shows()),
                        signal.reaches().map(level -> reaches(signal, level)),
                        signal.moves().map(movement -> moves(signal, movement)))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The points that are still needed to tell what is noise. */
    static Optional<Wait> untilBaseline(RunState run, SignalExpectation signal) {
        var history = SignalHistory.of(run.chain(), signal.name());
        var compares = signal.moves().isPresent()
                || Stream.of(signal.stays(), signal.returnsTo())
                        .anyMatch(level ->
                                level.filter(Level.Baseline.class::isInstance).isPresent());
        if (!compares || history.until().isEmpty()) {
            return Optional.empty();
        }
        var baseline = Baseline.of(run, history, Instant.MAX);
        var missing = history.there(history.until().get()).stream()
                .filter(labels -> baseline.points(labels) < Band.LEAST_POINTS)
                .map(labels -> baseline.points(labels) + " of " + Band.LEAST_POINTS + " points of " + labels)
                .toList();
        var since = Stream.concat(history.from().stream(), Baseline.undisturbedSince(run, history).stream())
                .max(Comparator.naturalOrder());
        return since.filter(_ -> !missing.isEmpty())
                .map(from -> new Wait(
                        signal.name() + ": " + String.join(", ", missing),
                        history.interval(),
                        from.plus(patience(history.interval()))));
    }

    /** Twice as long as that many scrapes take: of a busy exporter some may fail. */
    private static Duration patience(Duration interval) {
        var scrapes = interval.multipliedBy(2L * Band.LEAST_POINTS);
        return scrapes.compareTo(LEAST_PATIENCE) > 0 ? scrapes : LEAST_PATIENCE;
    }

    Stream<Check> checks() {
        return Stream.of(
                        Optional.of(signal).filter(SignalExpectation::shows).map(_ -> shows()),
                        signal.reaches().map(this::reaches),
                        signal.moves().map(this::moves),
                        signal.stays().map(this::stays),
                        signal.returnsTo().map(this::returnsTo))
                .flatMap(Optional::stream);
    }

    private static String shows(SignalExpectation signal) {
        return signal.name() + " shows data";
    }

    private static String reaches(SignalExpectation signal, Level.Compared level) {
        return signal.name() + " reaches " + level;
    }

    private static String moves(SignalExpectation signal, Movement movement) {
        return signal.name()
                + switch (movement) {
                    case UP -> " moves up";
                    case DOWN -> " moves down";
                    case EITHER -> " moves";
                };
    }

    private Check shows() {
        var finding = new Finding(shows(signal), Family.SIGNAL, "fresh data while " + signal.causedBy() + " is on");
        return during(finding, _ -> true, points -> finding.failed("NoData", "it has no data", range(points)));
    }

    private Check reaches(Level.Compared level) {
        var finding = new Finding(
                reaches(signal, level),
                Family.SIGNAL,
                "any series " + level + " while " + signal.causedBy() + " is on");
        return during(
                finding,
                point -> level.holds(point.value()),
                points -> unseen(finding, points)
                        .orElseGet(() -> finding.failed(
                                        "NotReached", "it did not get there: " + range(points), range(points))
                                .seen(spread(points))));
    }

    private Check moves(Movement movement) {
        var finding = new Finding(
                moves(signal, movement),
                Family.SIGNAL,
                "any series leaves what it was before " + signal.causedBy() + ", by more than noise");
        var baseline = cause.map(trace -> baseline(trace.starting())).orElse(new Baseline(Map.of()));
        return during(
                finding,
                point -> baseline.isLeft(point, movement),
                points -> noBaseline(finding, baseline, points, movement)
                        .or(() -> unseen(finding, points))
                        .orElseGet(() -> unmoved(finding, baseline, points)));
    }

    private Baseline baseline(Instant before) {
        return Baseline.of(run, history, before);
    }

    private Check unmoved(Finding finding, Baseline baseline, List<Point> points) {
        var constant = baseline.isConstant(points);
        return finding.failed(
                        constant ? "Constant" : "DidNotMove",
                        constant
                                ? "it was the same at every look, before and during " + signal.causedBy()
                                        + ": nothing is measured, or the exporter does not measure any more"
                                : "it stayed within its noise: " + range(points),
                        range(points))
                .seen(baseline.bands().entrySet().stream()
                        .map(entry -> "before: " + print(entry.getKey(), entry.getValue()))
                        .toList());
    }

    /** Where a series is somewhere else than its few points from before, and nobody knows whether that is noise. */
    private Optional<Check> noBaseline(Finding finding, Baseline baseline, List<Point> points, Movement movement) {
        var unknown = points.stream()
                .filter(Point::usable)
                .filter(point -> baseline.mayBeLeft(point, movement))
                .collect(Collectors.groupingBy(Point::labels, LinkedHashMap::new, Collectors.toList()));
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of(finding.inconclusive(
                                "NoBaseline",
                                "fewer than " + Band.LEAST_POINTS + " points are known from before "
                                        + signal.causedBy() + " of "
                                        + unknown.keySet().stream()
                                                .map(Labels::toString)
                                                .collect(Collectors.joining(", "))
                                        + ", too few to tell a movement from noise",
                                range(points))
                        .seen(unknown.entrySet().stream()
                                .map(entry -> entry.getKey() + " was "
                                        + Optional.ofNullable(baseline.bands().get(entry.getKey()))
                                                .map(band -> number(band.least()) + " to " + number(band.most())
                                                        + " in " + band.points() + " points")
                                                .orElse("not there")
                                        + " before, and then " + range(entry.getValue()))
                                .toList()));
    }

    /** Where a series was away that may have done what was missed in the others. */
    private Optional<Check> unseen(Finding finding, List<Point> points) {
        var trace = cause.orElseThrow();
        return history.gap(history.there(trace.starting()), trace.applied().orElse(trace.starting()), end(trace))
                .map(gap -> finding.inconclusive(
                        "Gap", gap.print() + ", and in the rest it was not seen: " + range(points), range(points)));
    }

    /** What is to happen once while the stimulus is on. */
    private Check during(Finding finding, Predicate<Point> wanted, Function<List<Point>, Check> missed) {
        if (cause.isEmpty() || cause.get().failure().isPresent()) {
            return run.ended().isPresent() || cause.isPresent()
                    ? finding.inconclusive("NoStimulus", signal.causedBy() + " was not applied", "nothing")
                    : finding.open("nothing yet", Optional.empty());
        }
        var trace = cause.get();
        var end = end(trace);
        var points = history.between(trace.starting(), end);
        var hit = points.stream().filter(Point::usable).filter(wanted).min(Comparator.comparing(Point::at));
        if (hit.isPresent()) {
            return finding.passed("Seen", print(hit.get()))
                    .latency(Duration.between(trace.starting(), hit.get().at()));
        }
        return decided(end) && trace.applied().isPresent()
                ? unless(finding, points, missed)
                : waiting(finding, due(trace).map(this::slack));
    }

    private Optional<Instant> due(StimulusTrace trace) {
        return trace.applied().map(applied -> applied.plus(signal.within().orElse(derived())));
    }

    /** Until when it counts. */
    private Instant end(StimulusTrace trace) {
        return Stream.concat(due(trace).stream(), trace.released().stream().map(at -> at.plus(history.interval())))
                .min(Comparator.naturalOrder())
                .orElse(asOf);
    }

    private Check stays(Level level) {
        var finding = new Finding(
                signal.name() + " stays " + level,
                Family.STAYS,
                "every series " + there(level) + " from " + signal.causedBy() + " to the end");
        if (cause.isEmpty()) {
            return run.ended().isPresent()
                    ? finding.inconclusive("NoStimulus", signal.causedBy() + " was not applied", "nothing")
                    : finding.open("nothing yet", Optional.empty());
        }
        var from = cause.get().starting();
        var points = history.between(from, run.ended().orElse(asOf));
        var baseline = baseline(from);
        var left = points.stream()
                .filter(Point::usable)
                .filter(point -> leaves(level, baseline, point))
                .min(Comparator.comparing(Point::at));
        if (left.isPresent()) {
            return finding.failed("Left", "it did not stay: " + print(left.get()), range(points))
                    .seen(spread(points));
        }
        if (run.ended().isEmpty()) {
            return finding.open("so far it does", Optional.empty());
        }
        return unless(
                finding,
                points,
                _ -> unknown(finding, level, baseline, points)
                        .orElseGet(() -> gap(from)
                                .map(gap -> finding.inconclusive("Gap", gap.print(), range(points)))
                                .orElseGet(() -> finding.passed("Stayed", range(points)))));
    }

    /** A time in which nobody knows where one of the series was that were there at first. */
    private Optional<SignalHistory.Gap> gap(Instant from) {
        var to = run.ended().orElse(asOf);
        return history.gap(from, to).or(() -> history.gap(history.there(from), from, to));
    }

    private static boolean leaves(Level level, Baseline baseline, Point point) {
        return switch (level) {
            case Level.Compared compared -> !compared.holds(point.value());
            case Level.Baseline _ -> baseline.isLeft(point, Movement.EITHER);
        };
    }

    private Optional<Check> unknown(Finding finding, Level level, Baseline baseline, List<Point> points) {
        return level instanceof Level.Baseline
                ? noBaseline(finding, baseline, points, Movement.EITHER)
                : Optional.empty();
    }

    private Check returnsTo(Level level) {
        var finding = new Finding(
                signal.name() + " returns to " + level,
                Family.SIGNAL,
                "every series " + there(level) + " after the release of " + signal.causedBy());
        var released = cause.flatMap(StimulusTrace::released);
        if (released.isEmpty()) {
            return run.ended().isPresent()
                    ? finding.inconclusive("NoRelease", signal.causedBy() + " was not released", "nothing")
                    : finding.open("nothing yet", Optional.empty());
        }
        var from = released.get();
        var starting = cause.get().starting();
        var due = from.plus(signal.within().orElse(derived().plus(RECOVERY)));
        var points = history.between(from, due);
        var baseline = baseline(starting);
        var judged = level instanceof Level.Baseline ? withoutWhatIsGone(points, baseline) : points;
        var back = backSince(judged, point -> switch (level) {
            case Level.Compared compared -> compared.holds(point.value());
            case Level.Baseline _ -> baseline.holds(point);
        });
        if (back.isPresent()) {
            return finding.passed("Returned", range(last(judged))).latency(Duration.between(from, back.get()));
        }
        return decided(due)
                ? unless(finding, points, all -> notReturned(finding, level, baseline, all))
                : waiting(finding, Optional.of(slack(due)));
    }

    private Check notReturned(Finding finding, Level level, Baseline baseline, List<Point> points) {
        var last = lastTwo(withoutWhatIsGone(points, baseline));
        return last.stream().filter(Point::usable).anyMatch(point -> leaves(level, baseline, point))
                ? notReturned(finding, points)
                : unknown(finding, level, baseline, last).orElseGet(() -> notReturned(finding, points));
    }

    private static Check notReturned(Finding finding, List<Point> points) {
        return finding.failed("NotReturned", "it did not come back: last " + range(last(points)), range(points))
                .seen(spread(points));
    }

    /** A series that came with the stimulus and went with it is as it was: not there. */
    private static List<Point> withoutWhatIsGone(List<Point> points, Baseline baseline) {
        var newest = points.stream().map(Point::at).max(Comparator.naturalOrder());
        var there = points.stream()
                .filter(point -> newest.filter(point.at()::equals).isPresent())
                .map(Point::labels)
                .collect(Collectors.toSet());
        return points.stream()
                .filter(point -> baseline.knows(point.labels()) || there.contains(point.labels()))
                .toList();
    }

    /** Since when every series has been there; the last two points of each are needed for that. */
    private static Optional<Instant> backSince(List<Point> points, Predicate<Point> inside) {
        var bySeries = points.stream().collect(Collectors.groupingBy(Point::labels));
        Optional<Instant> since = Optional.empty();
        for (var series : bySeries.values()) {
            var left = -1;
            for (var i = 0; i < series.size(); i++) {
                left = series.get(i).usable() && inside.test(series.get(i)) ? left : i;
            }
            if (series.size() - 1 - left < 2) {
                return Optional.empty();
            }
            var at = series.get(left + 1).at();
            since = since.filter(at::isBefore).or(() -> Optional.of(at));
        }
        return since;
    }

    private static String there(Level level) {
        return level instanceof Level.Baseline ? "as it was before, but for noise," : level.toString();
    }

    /** Whatever makes the points tell nothing, else what they tell. */
    private Check unless(Finding finding, List<Point> points, Function<List<Point>, Check> told) {
        if (points.stream().anyMatch(Point::usable)) {
            return told.apply(points);
        }
        var next = "evaluate it in Prometheus: " + signal.promql();
        var starting = cause.map(StimulusTrace::starting).orElse(run.admitted());
        if (history.until().filter(starting::isBefore).isEmpty()) {
            return finding.inconclusive("NotSeen", "Prometheus was not asked, or did not answer", "nothing");
        }
        var problem = history.problems().stream()
                .filter(one -> one.at().isAfter(starting))
                .reduce((_, last) -> last);
        if (problem.isPresent()) {
            return finding.failed(
                            "QueryFailed",
                            "Prometheus cannot evaluate it: " + problem.get().why(),
                            "an error")
                    .seen(List.of(), next);
        }
        if (points.isEmpty()) {
            return finding.failed("NoData", "it has no data", "no data").seen(known(), next);
        }
        return points.stream().allMatch(Point::stale)
                ? finding.failed("Stale", "its newest sample is too old to tell anything", "stale data")
                        .seen(List.of(), next)
                : finding.failed("NotANumber", "its value is no number", "NaN").seen(List.of(), next);
    }

    /** What is known of it from another time tells a gap from a name that is not there. */
    private List<String> known() {
        return history.series().isEmpty()
                ? List.of("nor had it any before")
                : history.series().entrySet().stream()
                        .map(entry -> "last seen: " + print(entry.getValue().getLast()))
                        .toList();
    }

    private Duration derived() {
        return history.window().plus(history.interval().multipliedBy(SCRAPES)).plus(ARRIVAL);
    }

    /** A point of the deadline itself is seen a look later. */
    private Instant slack(Instant due) {
        return due.plus(history.interval().multipliedBy(SCRAPES)).plus(ARRIVAL);
    }

    /** Whether everything up to a moment was looked at, or never will be. */
    private boolean decided(Instant end) {
        return run.ended().isPresent()
                || history.until().filter(until -> !until.isBefore(end)).isPresent()
                || !asOf.isBefore(slack(end));
    }

    private Check waiting(Finding finding, Optional<Instant> due) {
        return run.ended().isPresent()
                ? finding.inconclusive("EndedEarly", "the run ended before it was decided", "nothing yet")
                : finding.open("nothing yet", due);
    }

    /** Those of each series by which it is told whether it is back. */
    private static List<Point> lastTwo(List<Point> points) {
        return points.stream().collect(Collectors.groupingBy(Point::labels)).values().stream()
                .flatMap(series -> series.subList(Math.max(0, series.size() - 2), series.size()).stream())
                .toList();
    }

    private static List<Point> last(List<Point> points) {
        return points.stream()
                .collect(Collectors.toMap(Point::labels, point -> point, (_, later) -> later))
                .values()
                .stream()
                .toList();
    }

    private static String range(List<Point> points) {
        var values =
                points.stream().filter(Point::usable).mapToDouble(Point::value).summaryStatistics();
        return values.getCount() == 0
                ? "no data"
                : values.getMin() == values.getMax()
                        ? number(values.getMin())
                        : number(values.getMin()) + " to " + number(values.getMax());
    }

    private static List<String> spread(List<Point> points) {
        var byLabels = points.stream().collect(Collectors.groupingBy(Point::labels));
        return byLabels.entrySet().stream()
                .map(entry -> entry.getKey() + " " + range(entry.getValue()))
                .sorted()
                .toList();
    }

    private static String print(Point point) {
        return number(point.value()) + " of " + point.labels() + " at " + point.at();
    }

    private static String print(Labels labels, Band band) {
        return labels + " " + number(band.least()) + " to " + number(band.most()) + " in " + band.points()
                + " points, noise " + number(band.noise());
    }

    private static String number(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value)
                        .round(new MathContext(4))
                        .stripTrailingZeros()
                        .toPlainString()
                : String.valueOf(value);
    }
}
