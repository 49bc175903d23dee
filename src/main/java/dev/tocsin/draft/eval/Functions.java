package dev.tocsin.draft.eval;

import com.google.re2j.Pattern;
import dev.tocsin.promql.Expr;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/** The functions of PromQL that give a vector. */
final class Functions {
    private final Evaluator evaluator;

    Functions(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    private record Samples(SortedMap<String, String> labels, double[] times, double[] values) {}

    List<Element> call(Expr.Call call, double moment) {
        var name = call.function();
        var arguments = call.arguments();
        return switch (name) {
            case "vector" -> List.of(new Element(new TreeMap<>(), evaluator.scalar(arguments.getFirst(), moment)));
            case "absent" ->
                absent(
                        arguments.getFirst(),
                        evaluator.eval(arguments.getFirst(), moment).isEmpty());
            case "absent_over_time" ->
                absent(
                        arguments.getFirst(),
                        samples(arguments.getFirst(), moment).isEmpty());
            case "timestamp" -> timestamps(arguments.getFirst(), moment);
            case "label_replace" -> replaced(arguments, moment);
            case "label_join" -> joined(arguments, moment);
            case "clamp" ->
                each(
                        arguments,
                        moment,
                        value -> Math.max(number(arguments, 1, moment), Math.min(number(arguments, 2, moment), value)));
            case "clamp_max" -> each(arguments, moment, value -> Math.min(number(arguments, 1, moment), value));
            case "clamp_min" -> each(arguments, moment, value -> Math.max(number(arguments, 1, moment), value));
            case "round" -> {
                var to = arguments.size() > 1 ? number(arguments, 1, moment) : 1;
                yield each(arguments, moment, value -> Math.round(value / to) * to);
            }
            case "sort", "sort_desc" -> evaluator.eval(arguments.getFirst(), moment);
            case "predict_linear" -> {
                var ahead = number(arguments, 1, moment);
                yield samples(arguments.getFirst(), moment).stream()
                        .map(all -> Element.of(all.labels(), 0)
                                .valued(OverTime.predicted(all.times(), all.values(), moment + ahead)))
                        .filter(each -> !Double.isNaN(each.value()))
                        .toList();
            }
            case "quantile_over_time" -> {
                var which = number(arguments, 0, moment);
                yield samples(arguments.get(1), moment).stream()
                        .map(all -> Element.of(all.labels(), 0).valued(OverTime.quantile(which, all.values())))
                        .toList();
            }
            case "hour", "minute", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year" ->
                calendar(name, arguments, moment);
            case "histogram_quantile", "histogram_count", "histogram_sum", "histogram_fraction", "holt_winters" ->
                throw new EvaluationException(name + "() is not understood here");
            default -> plain(name, arguments, moment);
        };
    }

    private List<Element> plain(String name, List<Expr> arguments, double moment) {
        var first = arguments.getFirst();
        if (first instanceof Expr.MatrixSelector || first instanceof Expr.Subquery) {
            var range = range(first);
            var result = new ArrayList<Element>();
            for (var all : samples(first, moment)) {
                var until = moment - shift(first);
                var value = OverTime.of(name, all.times(), all.values(), until - range, until);
                if (!Double.isNaN(value)) {
                    var element = Element.of(all.labels(), value);
                    result.add(name.equals("last_over_time") ? element : element.valued(value));
                }
            }
            return result;
        }
        return each(arguments, moment, mathematics(name));
    }

    private static DoubleUnaryOperator mathematics(String name) {
        return switch (name) {
            case "abs" -> Math::abs;
            case "ceil" -> Math::ceil;
            case "floor" -> Math::floor;
            case "exp" -> Math::exp;
            case "ln" -> Math::log;
            case "log2" -> value -> Math.log(value) / Math.log(2);
            case "log10" -> Math::log10;
            case "sqrt" -> Math::sqrt;
            case "sgn" -> Math::signum;
            default -> throw new EvaluationException(name + "() is not understood here");
        };
    }

    private double number(List<Expr> arguments, int index, double moment) {
        return evaluator.scalar(arguments.get(index), moment);
    }

    private List<Element> each(List<Expr> arguments, double moment, DoubleUnaryOperator operator) {
        return evaluator.eval(arguments.getFirst(), moment).stream()
                .map(each -> each.valued(operator.applyAsDouble(each.value())))
                .toList();
    }

    /** The labels of an absent series are those that the selector fixes. */
    private static List<Element> absent(Expr of, boolean absent) {
        if (!absent) {
            return List.of();
        }
        var labels = new TreeMap<String, String>();
        var selector = of instanceof Expr.MatrixSelector(var vector, var _) ? vector : of;
        if (selector instanceof Expr.VectorSelector vector) {
            vector.matchers().stream()
                    .filter(matcher -> matcher.op() == Expr.LabelMatcher.Op.EQUAL
                            && !matcher.name().equals(Expr.LabelMatcher.METRIC))
                    .forEach(matcher -> labels.put(matcher.name(), matcher.value()));
        }
        return List.of(new Element(labels, 1));
    }

    /** Of a series that of its sample; of anything computed the moment of the evaluation. */
    private List<Element> timestamps(Expr of, double moment) {
        var recording = evaluator.recording();
        var at = of instanceof Expr.VectorSelector selector
                ? recording.moment(recording.scrape(moment - Evaluator.shift(selector)))
                : moment;
        return evaluator.eval(of, moment).stream()
                .map(each -> each.valued(recording.epoch() + at))
                .toList();
    }

    private List<Element> replaced(List<Expr> arguments, double moment) {
        var target = text(arguments.get(1));
        var replacement = text(arguments.get(2));
        var source = text(arguments.get(3));
        var regex = Pattern.compile("^(?:" + text(arguments.get(4)) + ")$", Pattern.DOTALL);
        return evaluator.eval(arguments.getFirst(), moment).stream()
                .map(each -> {
                    var matcher = regex.matcher(each.labels().getOrDefault(source, ""));
                    return matcher.matches() ? labelled(each, target, matcher.replaceFirst(replacement)) : each;
                })
                .toList();
    }

    private List<Element> joined(List<Expr> arguments, double moment) {
        var target = text(arguments.get(1));
        var separator = text(arguments.get(2));
        var sources = arguments.subList(3, arguments.size()).stream()
                .map(Functions::text)
                .toList();
        return evaluator.eval(arguments.getFirst(), moment).stream()
                .map(each -> labelled(
                        each,
                        target,
                        String.join(
                                separator,
                                sources.stream()
                                        .map(source -> each.labels().getOrDefault(source, ""))
                                        .toList())))
                .toList();
    }

    private static Element labelled(Element element, String label, String value) {
        var labels = new TreeMap<>(element.labels());
        if (value.isEmpty()) {
            labels.remove(label);
        } else {
            labels.put(label, value);
        }
        return new Element(labels, element.value());
    }

    private static String text(Expr expr) {
        if (expr instanceof Expr.StringLiteral(var text)) {
            return text;
        }
        throw new EvaluationException("no text: " + expr.print());
    }

    private List<Element> calendar(String name, List<Expr> arguments, double moment) {
        var of = arguments.isEmpty()
                ? List.of(new Element(new TreeMap<>(), evaluator.recording().epoch() + moment))
                : evaluator.eval(arguments.getFirst(), moment);
        return of.stream()
                .map(each -> {
                    var time = Instant.ofEpochSecond((long) each.value()).atOffset(ZoneOffset.UTC);
                    return each.valued(
                            switch (name) {
                                case "hour" -> time.getHour();
                                case "minute" -> time.getMinute();
                                case "day_of_week" -> time.getDayOfWeek().getValue() % 7;
                                case "day_of_month" -> time.getDayOfMonth();
                                case "day_of_year" -> time.getDayOfYear();
                                case "days_in_month" -> time.toLocalDate().lengthOfMonth();
                                case "month" -> time.getMonthValue();
                                default -> time.getYear();
                            });
                })
                .toList();
    }

    private static double range(Expr of) {
        return switch (of) {
            case Expr.MatrixSelector(var _, var range) -> range.toMillis() / 1000.0;
            case Expr.Subquery subquery -> subquery.range().toMillis() / 1000.0;
            default -> 0;
        };
    }

    private static double shift(Expr of) {
        return switch (of) {
            case Expr.MatrixSelector(var vector, var _) -> Evaluator.shift(vector);
            case Expr.Subquery subquery -> subquery.offset().toMillis() / 1000.0;
            default -> 0;
        };
    }

    private List<Samples> samples(Expr of, double moment) {
        var until = moment - shift(of);
        var from = until - range(of);
        return switch (of) {
            case Expr.MatrixSelector(var vector, var _) -> scraped(vector, from, until);
            case Expr.Subquery subquery -> stepped(subquery, from, until);
            default -> throw new EvaluationException("no range: " + of.print());
        };
    }

    private List<Samples> scraped(Expr.VectorSelector selector, double from, double until) {
        var recording = evaluator.recording();
        var first = Math.max(0, recording.scrape(from) + 1);
        var last = Math.min(recording.scrapes() - 1, recording.scrape(until));
        var found = new ArrayList<Samples>();
        for (var series : evaluator.series(selector)) {
            var times = new double[Math.max(0, last - first + 1)];
            var values = new double[times.length];
            var count = 0;
            for (var scrape = first; scrape <= last; scrape++) {
                if (!Double.isNaN(series.values()[scrape])) {
                    times[count] = recording.moment(scrape);
                    values[count++] = series.values()[scrape];
                }
            }
            if (count > 0) {
                found.add(new Samples(series.labels(), Arrays.copyOf(times, count), Arrays.copyOf(values, count)));
            }
        }
        return found;
    }

    private List<Samples> stepped(Expr.Subquery subquery, double from, double until) {
        // Finer than the scrapes it cannot see, and of a long time a hundred points tell enough.
        var written = subquery.step().map(step -> step.toMillis() / 1000.0).orElse(15.0);
        var step = Math.max(written, (until - from) / 100);
        var points = new LinkedHashMap<SortedMap<String, String>, List<double[]>>();
        for (var at = Math.ceil(from / step) * step; at <= until; at += step) {
            for (var each : evaluator.eval(subquery.of(), at)) {
                points.computeIfAbsent(each.labels(), _ -> new ArrayList<>()).add(new double[] {at, each.value()});
            }
        }
        var found = new ArrayList<Samples>();
        points.forEach((labels, all) -> found.add(new Samples(
                labels,
                all.stream().mapToDouble(point -> point[0]).toArray(),
                all.stream().mapToDouble(point -> point[1]).toArray())));
        return found;
    }
}
