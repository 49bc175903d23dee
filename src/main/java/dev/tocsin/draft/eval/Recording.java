package dev.tocsin.draft.eval;

import dev.tocsin.promql.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What a Prometheus has scraped: series with a sample, or none, at each of the scrapes.
 *
 * @param epoch the clock at moment 0, in seconds since 1970
 * @param from the moment of the first scrape, in seconds
 * @param step between two scrapes
 * @param scrapes how many there are
 * @param assumed whether a matcher is taken to be satisfied, because nothing is known of the label
 */
public record Recording(double epoch, double from, double step, int scrapes, List<Series> series, Assumption assumed) {

    /** One series; NaN where it has no sample. */
    public record Series(SortedMap<String, String> labels, double[] values) {}

    /** Whether a matcher on a label of a metric is to be taken as satisfied. */
    public interface Assumption {
        boolean holds(String metric, Expr.LabelMatcher matcher);
    }

    public Recording {
        series = List.copyOf(series);
    }

    /** The moment of a scrape. */
    public double moment(int scrape) {
        return from + scrape * step;
    }

    /** The last scrape at or before a moment. */
    public int scrape(double moment) {
        return (int) Math.floor((moment - from) / step + 1e-9);
    }

    List<Series> select(Expr.VectorSelector selector) {
        var found = new ArrayList<Series>();
        for (var each : series) {
            var metric = each.labels().getOrDefault(Expr.LabelMatcher.METRIC, "");
            if (selector.metric().map(metric::equals).orElse(true)
                    && selector.matchers().stream()
                            .allMatch(matcher -> matcher.matches(each.labels().getOrDefault(matcher.name(), ""))
                                    || assumed.holds(metric, matcher))) {
                found.add(each);
            }
        }
        return found;
    }
}
