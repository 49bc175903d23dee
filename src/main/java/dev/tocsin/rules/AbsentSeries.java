package dev.tocsin.rules;

import dev.tocsin.promql.Expr;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Why a selector has no series: a name, a label or a value that is not there. */
final class AbsentSeries {
    private static final int MOST_NAMED = 8;
    private static final int MOST_MISSPELT = 2;
    private static final int SHORTEST_MISSPELT = 8;
    private static final List<String> UNITS =
            List.of("_total", "_seconds", "_bytes", "_count", "_seconds_total", "_bytes_total");

    /** The exporter names one metric for each setting that is a number, all in one query. */
    private static final String SETTINGS = "pg_settings_";

    private final Series series;

    AbsentSeries(Series series) {
        this.series = series;
    }

    List<RuleFinding> of(Expr.VectorSelector selector) throws IOException, InterruptedException {
        var now = selector.plain();
        if (!series.query("count(" + now.print() + ")").isEmpty()) {
            return List.of();
        }
        if (selector.metric().isEmpty()) {
            return List.of(new RuleFinding(
                    RuleFinding.Kind.ABSENT_METRIC,
                    false,
                    "no series is selected by " + now.print(),
                    "the query " + now.print() + " is empty now",
                    "see whether its matchers are meant so"));
        }
        var metric = selector.metric().get();
        var all = series.query(
                new Expr.VectorSelector(selector.metric(), List.of(), Duration.ZERO, Optional.empty()).print());
        return all.isEmpty() ? List.of(absent(metric)) : unmatched(metric, now, all);
    }

    private RuleFinding absent(String metric) throws IOException, InterruptedException {
        var names = series.query("group by (__name__) ({__name__!=\"\"})").stream()
                .map(sample -> sample.labels().get(Expr.LabelMatcher.METRIC))
                .toList();
        var known = series.type(metric).isPresent()
                || !series.query("count(last_over_time(" + metric + "[1d]))").isEmpty();
        var misspelt = names.stream().filter(name -> isSameThing(metric, name)).toList();
        var family = family(metric, names);
        var origin = Metrics.origin(metric);
        var similar = misspelt.isEmpty() ? similar(metric, names) : misspelt;
        var proof = "the query " + metric + " is empty"
                + (known ? " now, though the metric was scraped before" : ", and no scrape announced such a metric")
                + (similar.isEmpty() ? "; no metric has a similar name" : "; similar are " + listed(similar))
                + origin.map(text -> "; " + text).orElse("");
        return new RuleFinding(
                RuleFinding.Kind.ABSENT_METRIC,
                !known && !(misspelt.isEmpty() && family.isEmpty()),
                known || misspelt.isEmpty() && family.isEmpty()
                        ? "there is no series of the metric " + metric + " now"
                        : "there is no metric " + metric,
                proof,
                misspelt.isEmpty()
                        ? "see that the exporter that has it is scraped and that its query returns rows"
                        : "write " + misspelt.getFirst());
    }

    /** The same word with another unit, or nearly the same letters. */
    private static boolean isSameThing(String wanted, String name) {
        return UNITS.stream().anyMatch(unit -> name.equals(wanted + unit) || wanted.equals(name + unit))
                || name.equalsIgnoreCase(wanted)
                || wanted.length() >= SHORTEST_MISSPELT && distance(wanted, name) <= MOST_MISSPELT;
    }

    /** Metrics that come out of the same query of the exporter: had it this column, it would be there with the others. */
    private static List<String> family(String metric, Collection<String> names) {
        if (metric.startsWith(SETTINGS)) {
            return names.stream().filter(name -> name.startsWith(SETTINGS)).toList();
        }
        var end = metric.lastIndexOf('_');
        while (end > 0
                && metric.substring(0, end)
                                .chars()
                                .filter(letter -> letter == '_')
                                .count()
                        >= 2) {
            var prefix = metric.substring(0, end + 1);
            var siblings =
                    names.stream().filter(name -> name.startsWith(prefix)).toList();
            if (siblings.size() > 1) {
                return siblings;
            }
            end = metric.lastIndexOf('_', end - 1);
        }
        return List.of();
    }

    /** Those that share the longest beginning with it, whole words only. */
    private static List<String> similar(String metric, Collection<String> names) {
        for (var end = metric.lastIndexOf('_'); end > 0; end = metric.lastIndexOf('_', end - 1)) {
            var prefix = metric.substring(0, end + 1);
            var found = names.stream().filter(name -> name.startsWith(prefix)).toList();
            if (!found.isEmpty() && prefix.indexOf('_') < prefix.length() - 1) {
                return found;
            }
        }
        return List.of();
    }

    private static int distance(String one, String other) {
        if (Math.abs(one.length() - other.length()) > MOST_MISSPELT) {
            return Integer.MAX_VALUE;
        }
        var before = new int[other.length() + 1];
        for (var j = 0; j < before.length; j++) {
            before[j] = j;
        }
        for (var i = 1; i <= one.length(); i++) {
            var row = new int[before.length];
            row[0] = i;
            for (var j = 1; j < row.length; j++) {
                var changed = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, Math.min(before[j], row[j - 1]) + 1);
            }
            before = row;
        }
        return before[other.length()];
    }

    private List<RuleFinding> unmatched(String metric, Expr.VectorSelector selector, List<Sample> all)
            throws IOException, InterruptedException {
        var findings = new ArrayList<RuleFinding>();
        for (var matcher : selector.matchers()) {
            if (all.stream().noneMatch(sample -> matcher.matches(sample.labels().get(matcher.name())))) {
                findings.add(unmatched(metric, matcher, all));
            }
        }
        return findings.isEmpty()
                ? List.of(new RuleFinding(
                        RuleFinding.Kind.ABSENT_LABEL_VALUE,
                        false,
                        "no series of " + metric + " satisfies all matchers at once now",
                        "the query " + selector.print() + " is empty, and each matcher alone is satisfied by one of "
                                + all.size() + " series",
                        "see whether such a series can come to be"))
                : findings;
    }

    private RuleFinding unmatched(String metric, Expr.LabelMatcher matcher, List<Sample> all)
            throws IOException, InterruptedException {
        var label = matcher.name();
        var values = values(label, all.stream());
        if (values.isEmpty()) {
            var nowhere = series.query("count({" + label + "!=\"\"})").isEmpty();
            return new RuleFinding(
                    RuleFinding.Kind.ABSENT_LABEL,
                    nowhere,
                    metric + " has no label " + label,
                    all.size() + " series of " + metric + " have the labels " + listed(labels(all)) + "; "
                            + (nowhere ? "no series of any metric has a label " + label : "other metrics have one"),
                    "leave " + matcher.print() + " out, or have the exporter add the label");
        }
        var exported = values("exported_" + label, all.stream()).stream()
                .filter(matcher::matches)
                .findFirst();
        if (exported.isPresent()) {
            return new RuleFinding(
                    RuleFinding.Kind.ABSENT_LABEL_VALUE,
                    false,
                    "no series of " + metric + " has " + matcher.print() + ", for the target has a label of that name",
                    "the values of " + label + " are " + listed(values) + ", and exported_" + label + "=\""
                            + exported.get() + "\" is there",
                    "match exported_" + label + ", or scrape with honor_labels: true");
        }
        var targets = values(label, series.query("up").stream());
        if (asksFor(matcher) && targets.containsAll(values) && targets.stream().noneMatch(matcher::matches)) {
            return new RuleFinding(
                    RuleFinding.Kind.ABSENT_LABEL_VALUE,
                    true,
                    "no target has " + matcher.print(),
                    label + " is a label of the targets that are scraped, and there it is " + listed(targets),
                    "write one of these values, or leave " + matcher.print() + " out");
        }
        var closed = Metrics.enumeration(label, values);
        var wanted = matcher.value();
        var otherCase =
                values.stream().filter(value -> value.equalsIgnoreCase(wanted)).findFirst();
        var certain = matcher.op() == Expr.LabelMatcher.Op.EQUAL
                        && closed.filter(set -> !set.contains(wanted)).isPresent()
                || matcher.op() == Expr.LabelMatcher.Op.MATCHES
                        && closed.filter(set -> set.stream().noneMatch(matcher::matches))
                                .isPresent();
        return new RuleFinding(
                RuleFinding.Kind.ABSENT_LABEL_VALUE,
                certain,
                "no series of " + metric + " has " + matcher.print() + (certain ? "" : " now"),
                "the values of " + label + " are " + listed(values)
                        + (certain ? ", and PostgreSQL knows none that would do" : ""),
                otherCase
                        .map(value -> "write " + label + "=\"" + value + "\": upper and lower case matter")
                        .orElse("write one of these values, if such a series cannot come to be"));
    }

    private static boolean asksFor(Expr.LabelMatcher matcher) {
        return matcher.op() == Expr.LabelMatcher.Op.EQUAL || matcher.op() == Expr.LabelMatcher.Op.MATCHES;
    }

    private static List<String> values(String label, Stream<Sample> all) {
        return all.map(sample -> sample.labels().get(label))
                .filter(value -> !value.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> labels(List<Sample> all) {
        var labels = new TreeSet<String>();
        all.forEach(sample -> labels.addAll(sample.labels().pairs().keySet()));
        labels.remove(Expr.LabelMatcher.METRIC);
        return List.copyOf(labels);
    }

    private static String listed(List<String> all) {
        var named = String.join(", ", all.subList(0, Math.min(MOST_NAMED, all.size())));
        return all.size() > MOST_NAMED ? named + " and " + (all.size() - MOST_NAMED) + " more" : named;
    }
}
