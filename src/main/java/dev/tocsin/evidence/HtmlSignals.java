package dev.tocsin.evidence;

import dev.tocsin.chart.Axis;
import dev.tocsin.chart.Markup;
import dev.tocsin.chart.Plot;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.Scale;
import dev.tocsin.domain.scenario.SignalExpectation;
import dev.tocsin.domain.verdict.SignalHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** Each signal of a run as a chart, on the axis of the timeline. */
final class HtmlSignals {
    private static final int MOST_CURVES = 12;

    private HtmlSignals() {}

    static void write(Markup page, RunState run, Axis axis) {
        var drawn = run.scenario().signals().stream()
                .filter(signal -> run.chain().bySubject().containsKey("signal " + signal.name()))
                .toList();
        if (drawn.isEmpty()) {
            return;
        }
        page.open("section", "aria-labelledby", "signals");
        page.element("h2", "Signals", "id", "signals");
        drawn.forEach(signal -> write(page, run, axis, signal));
        page.close();
    }

    private static void write(Markup page, RunState run, Axis axis, SignalExpectation signal) {
        var history = SignalHistory.of(run.chain(), signal.name());
        var series = series(history, axis.from());
        page.open("article", "class", "signal");
        page.element("h3", signal.name());
        page.open("p").element("code", signal.promql(), "class", "verbatim").close();
        if (series.isEmpty()) {
            page.element("p", "no data").close();
            return;
        }
        var shown = series.entrySet().stream().limit(MOST_CURVES).toList();
        var values = shown.stream()
                .flatMap(one -> one.getValue().values().stream())
                .mapToDouble(Double::doubleValue)
                .summaryStatistics();
        var unit = new Unit(signal.scale().flatMap(Scale::unit));
        var thresholds = signal.scale().map(Scale::thresholds).orElse(List.of());
        page.open("figure");
        Plot.draw(
                page,
                signal.name() + ": " + unit.print(values.getMin()) + " to " + unit.print(values.getMax()),
                axis,
                shown.stream()
                        .map(one -> curve(one.getValue(), history.interval()))
                        .toList(),
                stress(run, signal),
                thresholds.stream()
                        .map(value -> new Plot.Mark(value, "threshold " + unit.print(value)))
                        .toList(),
                unit.print(values.getMin()),
                unit.print(values.getMax()));
        page.open("figcaption", "class", "legend");
        for (var i = 0; i < shown.size(); i++) {
            var one = shown.get(i);
            legend(
                    page,
                    "curve " + Plot.kind(i),
                    (one.getKey().pairs().isEmpty() ? "the value" : one.getKey()) + " " + range(one.getValue(), unit));
        }
        for (var threshold : thresholds) {
            var where = threshold > values.getMax()
                    ? ", which lies above"
                    : threshold < values.getMin() ? ", which lies below" : "";
            legend(page, "threshold", "threshold " + unit.print(threshold) + where);
        }
        if (series.size() > shown.size()) {
            page.element("span", (series.size() - shown.size()) + " more stand in " + Evidence.JOURNAL);
        }
        page.close().close().close();
    }

    private static void legend(Markup page, String line, String text) {
        page.open("span");
        page.drawing("width", "26", "height", "12", "aria-hidden", "true");
        page.empty("line", "class", line, "x1", "1", "x2", "25", "y1", "6", "y2", "6")
                .close();
        page.text(" " + text).close();
    }

    /** Its finite values from the left edge of the drawing on. */
    private static Map<Labels, TreeMap<Instant, Double>> series(SignalHistory history, Instant from) {
        var series = new LinkedHashMap<Labels, TreeMap<Instant, Double>>();
        history.series().forEach((labels, points) -> {
            var drawn = new TreeMap<Instant, Double>();
            points.stream()
                    .filter(point -> !point.at().isBefore(from) && Double.isFinite(point.value()))
                    .forEach(point -> drawn.put(point.at(), point.value()));
            if (!drawn.isEmpty()) {
                series.put(labels, drawn);
            }
        });
        return series;
    }

    /** The line ends where a point is missing. */
    private static Plot.Curve curve(TreeMap<Instant, Double> points, Duration interval) {
        var runs = new ArrayList<List<Plot.Place>>();
        var before = Instant.MIN;
        for (var point : points.entrySet()) {
            if (before.equals(Instant.MIN)
                    || before.plus(interval.multipliedBy(3).dividedBy(2)).isBefore(point.getKey())) {
                runs.add(new ArrayList<>());
            }
            runs.getLast().add(new Plot.Place(point.getKey(), point.getValue()));
            before = point.getKey();
        }
        return new Plot.Curve(runs);
    }

    private static List<Plot.Stretch> stress(RunState run, SignalExpectation signal) {
        return run.stimulus(signal.causedBy()).stream()
                .map(trace -> new Plot.Stretch(
                        trace.starting(),
                        trace.released().or(run::ended).orElse(run.lastHeard()),
                        signal.causedBy() + " is on"))
                .toList();
    }

    private static String range(TreeMap<Instant, Double> points, Unit unit) {
        var values = DoubleStream.of(points.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray())
                .summaryStatistics();
        return values.getMin() == values.getMax()
                ? unit.print(values.getMin())
                : unit.print(values.getMin()) + " to " + unit.print(values.getMax());
    }
}
