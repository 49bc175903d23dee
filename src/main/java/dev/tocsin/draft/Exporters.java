package dev.tocsin.draft;

import dev.tocsin.draft.model.Course;
import dev.tocsin.draft.model.Server;
import dev.tocsin.draft.model.Settings;
import dev.tocsin.draft.model.World;
import dev.tocsin.draft.sql.Query;
import dev.tocsin.draft.sql.Row;
import dev.tocsin.draft.sql.SqlException;
import dev.tocsin.draft.sql.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the metrics of exporters measure: for each the query that gives it, and so what it is on a modelled server. */
final class Exporters {
    private static final String NAME = "__name__";
    private static final String SETTINGS = "pg_settings_";
    private static final String TOTAL = "_total";
    private static final String OURS = "tocsin";

    /** Metrics of scraping itself. */
    private static final Set<String> SCRAPING = Set.of("up", "scrape_duration_seconds", "scrape_samples_scraped");

    private static final Set<String> EXPORTER = Set.of(
            "pg_up",
            "pg_exporter_last_scrape_error",
            "pg_exporter_last_scrape_duration_seconds",
            "pg_exporter_user_queries_load_error",
            "pg_static",
            "node_boot_time_seconds",
            "node_time_seconds");

    /**
     * One query that can be run.
     *
     * @param columns that it gives
     * @param values columns that are metrics, with the metric's name; empty when each column that is no label is one
     * @param gives the metrics by their names, as far as its text tells them
     */
    private record Source(
            String namespace,
            Optional<Query> query,
            String problem,
            Set<String> columns,
            Set<String> labels,
            Map<String, String> values,
            Set<String> gives) {

        Source(
                String namespace,
                Optional<Query> query,
                String problem,
                Set<String> columns,
                Set<String> labels,
                Map<String, String> values) {
            this(
                    namespace,
                    query,
                    problem,
                    columns,
                    labels,
                    values,
                    values.isEmpty()
                            ? columns.stream()
                                    .filter(column -> !labels.contains(column))
                                    .map(column -> namespace + "_" + column)
                                    .collect(Collectors.toUnmodifiableSet())
                            : Set.copyOf(values.values()));
        }

        boolean gives(String metric) {
            return gives.isEmpty()
                    ? metric.startsWith(namespace + "_")
                    : gives.contains(metric)
                            || metric.endsWith(TOTAL)
                                    && gives.contains(metric.substring(0, metric.length() - TOTAL.length()));
        }
    }

    private final List<Source> own;
    private final List<Source> builtIn;
    private final Answered<Source> answered = new Answered<>();

    private Exporters(List<Source> own, List<Source> builtIn) {
        this.own = own;
        this.builtIn = builtIn;
    }

    /** Those that are known, and what these files add. */
    static Exporters with(List<QueriesFile> files) {
        var own = files.stream()
                .flatMap(file -> file.queries().stream())
                .map(query -> source(query.namespace(), query.sql(), query.labels(), query.values()))
                .toList();
        return new Exporters(own, builtIn());
    }

    private static Source source(String namespace, String sql, Set<String> labels, Map<String, String> values) {
        try {
            var query = Query.parse(sql);
            return new Source(namespace, Optional.of(query), "", query.columns(), labels, values);
        } catch (SqlException e) {
            return new Source(namespace, Optional.empty(), String.valueOf(e.getMessage()), Set.of(), labels, values);
        }
    }

    private static List<Source> builtIn() {
        try (var in = Objects.requireNonNull(Exporters.class.getResourceAsStream("/draft/exporters.yaml"))) {
            var all = (Map<?, ?>) new Load(LoadSettings.builder().build())
                    .loadFromString(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            var sources = new ArrayList<Source>();
            all.forEach((namespace, described) -> {
                var entries = (Map<?, ?>) described;
                var labels = new TreeSet<String>();
                if (entries.get("labels") instanceof List<?> names) {
                    names.forEach(name -> labels.add((String) name));
                }
                sources.add(source((String) namespace, String.valueOf(entries.get("query")), labels, Map.of()));
            });
            return sources;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first relation of ours that a query of the exporter reads. */
    Optional<String> canary() {
        return own.stream()
                .flatMap(source -> source.query().stream())
                .flatMap(query -> query.relations().stream())
                .filter(name -> name.startsWith(OURS) && name.contains("."))
                .findFirst();
    }

    /** Which queries are needed for the metrics of these names; a file's query comes before a built-in one. */
    private List<Source> sources(Predicate<String> wanted, Collection<String> names) {
        var found = new ArrayList<Source>();
        for (var source : own) {
            if (names.stream().anyMatch(source::gives)
                    || names.isEmpty() && source.values().values().stream().anyMatch(wanted)) {
                found.add(source);
            }
        }
        for (var source : builtIn) {
            if (names.stream().anyMatch(source::gives)) {
                found.add(source);
            }
        }
        return found;
    }

    /** Whether anything is known of a metric; what a query gives is known only when it is run. */
    boolean mayKnow(String metric) {
        return SCRAPING.contains(metric)
                || EXPORTER.contains(metric)
                || isSetting(metric)
                || own.stream().anyMatch(source -> source.gives(metric))
                || builtIn.stream().anyMatch(source -> source.gives(metric));
    }

    private static boolean isSetting(String metric) {
        return Settings.defaults().all().entrySet().stream()
                .anyMatch(setting -> metric.equals(
                        SETTINGS + setting.getKey() + setting.getValue().suffix()));
    }

    /** What the query gives from which a metric of that name would come: the name is wrong, or the exporter too old for it. */
    Optional<String> instead(String metric) {
        return Stream.concat(own.stream(), builtIn.stream())
                .filter(source -> metric.startsWith(source.namespace() + "_")
                        && !source.gives().isEmpty())
                .max(Comparator.comparingInt(source -> source.namespace().length()))
                .map(source -> source.namespace() + " gives "
                        + source.gives().stream().sorted().collect(Collectors.joining(", ")))
                .or(() -> metric.startsWith(SETTINGS)
                        ? Optional.of("no setting of that name is known here")
                        : Optional.empty());
    }

    /** The labels that come from the query of a metric; nothing when nothing is known of it. */
    Optional<Set<String>> labels(String metric) {
        if (SCRAPING.contains(metric) || EXPORTER.contains(metric) || isSetting(metric)) {
            return Optional.of(Set.of());
        }
        return own.stream()
                .filter(source -> source.gives(metric))
                .findFirst()
                .or(() ->
                        builtIn.stream().filter(source -> source.gives(metric)).findFirst())
                .map(Source::labels);
    }

    /** Every label that comes from any query, so that a rule which wants one of a metric without it can be told. */
    Set<String> allLabels() {
        var all = new TreeSet<String>();
        own.forEach(source -> all.addAll(source.labels()));
        builtIn.forEach(source -> all.addAll(source.labels()));
        all.add("granted");
        return all;
    }

    /** Metrics of queries that ask whether the server is a standby. */
    Set<String> tellingRecovery() {
        var names = new TreeSet<String>();
        for (var role : Server.Role.values()) {
            var server = Server.at(World.fresh(true, Optional.empty()), Server.Stress.NONE, Course.atRest(0), role);
            Stream.concat(own.stream(), builtIn.stream())
                    .filter(source ->
                            source.query().filter(Query::asksForRecovery).isPresent())
                    .forEach(source -> {
                        var samples = new LinkedHashMap<SortedMap<String, String>, Double>();
                        query(samples, _ -> true, new Answered.Answers<>(server), source);
                        samples.keySet().forEach(labels -> names.add(labels.getOrDefault(NAME, "")));
                    });
        }
        return names;
    }

    /** Whether it grows on a server on which nothing happens, or counts something. */
    boolean grows(String metric) {
        var world = World.fresh(false, Optional.empty());
        var before = scrape(
                world, Server.Stress.NONE, Course.atRest(-60), Server.Role.PRIMARY, metric::equals, Set.of(metric));
        var after = scrape(
                world, Server.Stress.NONE, Course.atRest(0), Server.Role.PRIMARY, metric::equals, Set.of(metric));
        return before.entrySet().stream().anyMatch(each -> !each.getValue().equals(after.get(each.getKey())));
    }

    /** Why nothing is known of a metric that a file's query gives. */
    Optional<String> problem(String metric, World world) {
        for (var source : own) {
            if (source.gives(metric)) {
                if (source.query().isEmpty()) {
                    return Optional.of(
                            "the query of " + source.namespace() + " says nothing here: " + source.problem());
                }
                try {
                    var _ = source.query()
                            .get()
                            .run(Server.at(world, Server.Stress.NONE, Course.atRest(0), Server.Role.PRIMARY));
                } catch (SqlException e) {
                    return Optional.of("the query of " + source.namespace() + " says nothing here: " + e.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    /** The series that a scrape gives, by their labels, the metric's name among them. */
    Map<SortedMap<String, String>, Double> scrape(
            World world,
            Server.Stress stress,
            Course course,
            Server.Role role,
            Predicate<String> wanted,
            Collection<String> names) {
        var moment = new Answered.Moment(world, stress, course, role);
        var samples = scrape(answered.at(moment), wanted, names);
        answered.trim(moment);
        return samples;
    }

    private Map<SortedMap<String, String>, Double> scrape(
            Answered.Answers<Source> asked, Predicate<String> wanted, Collection<String> names) {
        var server = asked.server();
        var samples = new LinkedHashMap<SortedMap<String, String>, Double>();
        put(samples, wanted, "up", server.scraped() ? 1 : 0);
        if (!server.scraped()) {
            return samples;
        }
        put(samples, wanted, "scrape_duration_seconds", server.scrapeDuration());
        put(samples, wanted, "node_boot_time_seconds", server.booted());
        put(samples, wanted, "node_time_seconds", server.now());
        put(samples, wanted, "pg_up", server.connected() ? 1 : 0);
        put(samples, wanted, "pg_exporter_last_scrape_error", server.fails() || !server.connected() ? 1 : 0);
        put(samples, wanted, "pg_exporter_last_scrape_duration_seconds", server.scrapeDuration());
        put(samples, wanted, "pg_exporter_user_queries_load_error", 0);
        if (!server.connected()) {
            return samples;
        }
        put(samples, wanted, "pg_static", 1);
        for (var source : sources(wanted, names)) {
            query(samples, wanted, asked, source);
        }
        if (names.isEmpty() || names.stream().anyMatch(name -> name.startsWith(SETTINGS))) {
            server.settings()
                    .all()
                    .forEach((name, setting) -> put(
                            samples, wanted, SETTINGS + name + setting.suffix(), setting.value() * setting.scale()));
        }
        return samples;
    }

    private static void put(
            Map<SortedMap<String, String>, Double> samples, Predicate<String> wanted, String metric, double value) {
        if (wanted.test(metric)) {
            samples.put(new TreeMap<>(Map.of(NAME, metric)), value);
        }
    }

    private static void query(
            Map<SortedMap<String, String>, Double> samples,
            Predicate<String> wanted,
            Answered.Answers<Source> asked,
            Source source) {
        for (var row : asked.rows().computeIfAbsent(source, _ -> rows(asked.server(), source))) {
            var labels = new TreeMap<String, String>();
            source.labels()
                    .forEach(name -> row.get(name)
                            .map(Value::label)
                            .filter(text -> !text.isEmpty())
                            .ifPresent(text -> labels.put(name, text)));
            row.columns().forEach((column, value) -> {
                var metric = source.values().isEmpty()
                        ? source.labels().contains(column) ? "" : source.namespace() + "_" + column
                        : source.values().getOrDefault(column, "");
                if (!metric.isEmpty() && !Double.isNaN(value.number())) {
                    add(samples, wanted, labels, metric, value.number());
                    add(samples, wanted, labels, metric + TOTAL, value.number());
                }
            });
        }
    }

    private static List<Row> rows(Server server, Source source) {
        try {
            return source.query().isEmpty() ? List.of() : source.query().get().run(server);
        } catch (SqlException _) {
            return List.of(); // the exporter has none of its metrics then, and goes on
        }
    }

    private static void add(
            Map<SortedMap<String, String>, Double> samples,
            Predicate<String> wanted,
            SortedMap<String, String> labels,
            String metric,
            double value) {
        if (wanted.test(metric)) {
            var all = new TreeMap<>(labels);
            all.put(NAME, metric);
            samples.putIfAbsent(all, value);
        }
    }
}
