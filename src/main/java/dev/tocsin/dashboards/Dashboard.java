package dev.tocsin.dashboards;

import java.util.List;
import java.util.Optional;

/**
 * A Grafana dashboard, as its panels ask Prometheus.
 *
 * @param unjudged what of it cannot be judged by its queries, and why, a line each
 */
public record Dashboard(String title, List<Panel> panels, List<String> unjudged) {

    /**
     * A panel that shows what Prometheus answers.
     *
     * @param title unique in the dashboard
     * @param unit of its values, as Grafana names it
     * @param thresholds from where on it shows them in another colour
     */
    public record Panel(String title, List<Query> queries, Optional<String> unit, List<Double> thresholds) {
        public Panel {
            queries = List.copyOf(queries);
            thresholds = List.copyOf(thresholds);
        }

        /** All that it shows as one expression; a label tells its queries apart. */
        public String together() {
            return queries.size() == 1
                    ? queries.getFirst().promql()
                    : String.join(
                            " or ",
                            queries.stream()
                                    .map(query -> "label_replace(" + query.promql() + ", \"query\", \"" + query.letter()
                                            + "\", \"\", \"\")")
                                    .toList());
        }
    }

    /**
     * A query with every variable filled in.
     *
     * @param letter what the panel calls it
     */
    public record Query(String letter, String promql) {}

    public Dashboard {
        panels = List.copyOf(panels);
        unjudged = List.copyOf(unjudged);
    }
}
