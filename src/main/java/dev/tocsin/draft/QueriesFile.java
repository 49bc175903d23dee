package dev.tocsin.draft;

import dev.tocsin.yaml.InvalidFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A file of queries that an exporter asks its database beside its own. */
public record QueriesFile(String file, List<CustomQuery> queries) {

    /**
     * One query; each of its metrics is called {@code namespace_column}.
     *
     * @param labels the columns that are labels
     * @param values the columns that are metrics, by their name and the metric's
     */
    public record CustomQuery(String namespace, String sql, Set<String> labels, Map<String, String> values) {
        public CustomQuery {
            labels = Set.copyOf(labels);
            values = Map.copyOf(values);
        }
    }

    public QueriesFile {
        queries = List.copyOf(queries);
    }

    /** Throws {@link InvalidFileException} naming every place that is wrong. */
    public static QueriesFile read(String file, String text) throws InvalidFileException {
        var yaml = new YamlNodes(file);
        var queries = new ArrayList<CustomQuery>();
        for (var document : yaml.documents(text)) {
            yaml.entries(document, "an exporter's queries").forEach((namespace, node) -> {
                var entries = yaml.entries(node, "a query");
                var sql = yaml.text(entries, "query");
                if (sql.isEmpty()) {
                    yaml.mistake(node, namespace + " needs the key query");
                } else if (entries.get("metrics") == null) {
                    yaml.mistake(node, namespace + " needs the key metrics");
                } else {
                    queries.add(query(yaml, namespace, sql.get(), entries.get("metrics")));
                }
            });
        }
        yaml.check();
        return new QueriesFile(file, queries);
    }

    /** A list of columns, as postgres_exporter has it, or a mapping of them, as others do. */
    private static CustomQuery query(YamlNodes yaml, String namespace, String sql, Node metrics) {
        var labels = new java.util.TreeSet<String>();
        var values = new LinkedHashMap<String, String>();
        var lists = metrics instanceof SequenceNode sequence ? sequence.getValue() : List.of(metrics);
        for (var each : lists) {
            yaml.entries(each, "columns").forEach((column, node) -> {
                var described = yaml.entries(node, "a column");
                var usage = yaml.text(described, "usage").orElse("GAUGE").toUpperCase(Locale.ROOT);
                var name = column.toLowerCase(Locale.ROOT);
                switch (usage) {
                    case "LABEL" -> labels.add(name);
                    case "DISCARD" -> {}
                    default ->
                        values.put(
                                name,
                                namespace + "_" + yaml.text(described, "name").orElse(column));
                }
            });
        }
        return new CustomQuery(namespace, sql, labels, values);
    }
}
