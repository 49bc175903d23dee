package dev.tocsin.observe;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.chain.Span;
import dev.tocsin.domain.chain.Trace;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.rules.Sample;
import dev.tocsin.rules.Series;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a Prometheus says about rules, targets, series and its sending side. Calls block. */
final class PrometheusApi {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration DEFAULT_RESEND = Duration.ofMinutes(1);

    private final HttpSource source;

    PrometheusApi(HttpSource source) {
        this.source = source;
    }

    /** Whether it answers, since when, and how its clock stands to ours. */
    Sight.SourceSeen about(InstantSource clock) throws InterruptedException {
        var name = name();
        try {
            var started = time(get("/api/v1/status/runtimeinfo").path("startTime"));
            var version = get("/api/v1/status/buildinfo").path("version").asString("");
            var asked = clock.instant();
            var told = get("/api/v1/query?query=time()").path("result").path(1).asString("0");
            var between = Duration.between(asked, clock.instant()).dividedBy(2);
            var ahead = Duration.between(asked.plus(between), seconds(told)).toMillis();
            return new Sight.SourceSeen(name, true, version, Optional.of(started), Optional.of(ahead));
        } catch (IOException | RuntimeException e) {
            return new Sight.SourceSeen(
                    name, false, String.valueOf(e.getMessage()), Optional.empty(), Optional.empty());
        }
    }

    String name() {
        return "Prometheus " + source;
    }

    /** Every alerting rule that is loaded; what its expression and its series are now is not asked yet. */
    List<Rule> rules() throws IOException, InterruptedException {
        var rules = new ArrayList<Rule>();
        var groups = get("/api/v1/rules?type=alert").path("groups");
        if (!groups.isArray()) { // no rules is a list too; what else answers must not be taken for that
            throw new IOException(name() + " answered without its rules; is it one?");
        }
        for (var group : groups) {
            var interval = duration(group.path("interval"));
            for (var rule : group.path("rules")) {
                if (rule.path("type").asString("").equals("alerting")) {
                    rules.add(rule(group.path("name").asString(""), interval, rule));
                }
            }
        }
        return rules;
    }

    private static Rule rule(String group, Duration interval, JsonNode rule) {
        var query = rule.path("query").asString("");
        return new Rule(
                group,
                rule.path("name").asString(""),
                query,
                duration(rule.path("duration")),
                duration(rule.path("keepFiringFor")),
                interval,
                labels(rule.path("labels")),
                rule.path("annotations").propertyNames().stream().sorted().toList(),
                rule.path("health").asString("unknown"),
                rule.path("lastError").asString(""),
                time(rule.path("lastEvaluation")),
                false,
                List.of(),
                Selectors.of(query).window(),
                rule.path("alerts")
                        .valueStream()
                        .map(alert -> new Rule.ActiveInstance(
                                labels(alert.path("labels")),
                                alert.path("state").asString(""),
                                time(alert.path("activeAt"))))
                        .toList());
    }

    /** Whether the rule's own expression has a result now, and how many series each of its selectors has. */
    Rule.Now now(Rule rule) throws IOException, InterruptedException {
        var holds = holds(rule);
        var series = new ArrayList<Rule.SelectorSeen>();
        for (var selector : Selectors.of(rule.query()).all()) {
            var count = count(selector.text());
            var known = count > 0 || !selector.metric().isEmpty() && count(selector.metric()) > 0;
            series.add(new Rule.SelectorSeen(selector.text(), selector.needed(), count, known));
        }
        return new Rule.Now(holds, series);
    }

    /** An expression that fails has no result, and the rule's own health tells why. */
    private boolean holds(Rule rule) throws IOException, InterruptedException {
        try {
            return !vector(rule.query()).isEmpty();
        } catch (HttpSource.RefusedException _) {
            return false;
        }
    }

    /** Jobs and instances whose series an expression selects. */
    List<Labels> origins(String query) throws IOException, InterruptedException {
        var origins = new ArrayList<Labels>();
        for (var selector : Selectors.of(query).all()) {
            for (var sample : vector("count by (job, instance) (" + selector.text() + ")")) {
                origins.add(labels(sample.path("metric")));
            }
        }
        return origins.stream().distinct().toList();
    }

    /** postgres_exporter labels what it read from a server with its address; one exporter, and it is told apart. */
    Optional<Sight.TargetLabelled> labelsOf(String address) throws IOException, InterruptedException {
        var servers =
                vector("count by (instance, server) ({__name__=~\"pg_settings_max_connections|pg_static\"})").stream()
                        .map(sample -> labels(sample.path("metric")))
                        .collect(Collectors.groupingBy(
                                labels -> labels.get("server").equals(address),
                                Collectors.mapping(
                                        labels -> labels.get("instance"), Collectors.toCollection(TreeSet::new))));
        var ours = servers.getOrDefault(true, new TreeSet<>());
        var others = servers.getOrDefault(false, new TreeSet<>());
        return ours.size() == 1 && !others.contains(ours.first())
                ? Optional.of(new Sight.TargetLabelled("instance", ours.first(), List.copyOf(others)))
                : Optional.empty();
    }

    /** The targets that are scraped and wanted. */
    List<ScrapeTarget> targets(Predicate<Labels> wanted) throws IOException, InterruptedException {
        return get("/api/v1/targets?state=active")
                .path("activeTargets")
                .valueStream()
                .filter(target -> wanted.test(labels(target.path("labels"))))
                .map(target -> new ScrapeTarget(
                        target.path("scrapePool").asString(""),
                        labels(target.path("labels")),
                        target.path("health").asString("unknown"),
                        target.path("lastError").asString(""),
                        time(target.path("lastScrape")),
                        duration(target.path("lastScrapeDuration")),
                        duration(target.path("scrapeInterval")),
                        duration(target.path("scrapeTimeout"))))
                .sorted(Comparator.comparing(ScrapeTarget::name)) // it lists them in any order, which is no news
                .toList();
    }

    /** Addresses of the targets that relabelling dropped. */
    List<String> droppedTargets() throws IOException, InterruptedException {
        return get("/api/v1/targets?state=dropped")
                .path("droppedTargets")
                .valueStream()
                .map(target -> target.path("discoveredLabels").path("job").asString("") + " "
                        + target.path("discoveredLabels").path("__address__").asString(""))
                .sorted()
                .limit(20)
                .toList();
    }

    /** Its sending side. */
    Sight.NotifierSeen notifier() throws IOException, InterruptedException {
        var alertmanagers = get("/api/v1/alertmanagers")
                .path("activeAlertmanagers")
                .valueStream()
                .map(one -> one.path("url").asString(""))
                .sorted()
                .toList();
        var counters = Exposition.of(source.get("/metrics"));
        var resend = get("/api/v1/status/flags").path("rules.alert.resend-delay");
        return new Sight.NotifierSeen(
                alertmanagers,
                counters.sum("prometheus_notifications_sent_total", ""),
                counters.sum("prometheus_notifications_errors_total", ""),
                counters.sum("prometheus_notifications_dropped_total", ""),
                resend.isString() ? Durations.parse(resend.asString()) : DEFAULT_RESEND);
    }

    /** When alerts of that name were pending or firing, at steps of a second or of a thousandth of the time. */
    List<Span> history(Matchers matchers, Instant from, Instant until) throws IOException, InterruptedException {
        var step = Math.max(1, Duration.between(from, until).toSeconds() / 1000);
        var query = "ALERTS{" + matchers + "}";
        var answer = get(
                "/api/v1/query_range?query=" + encoded(query) + "&start=" + from + "&end=" + until + "&step=" + step);
        var spans = new ArrayList<Span>();
        for (var series : answer.path("result")) {
            var labels = new TreeMap<>(labels(series.path("metric")).pairs());
            var state = Optional.ofNullable(labels.remove("alertstate")).orElse("");
            labels.remove("__name__");
            Optional<Span> open = Optional.empty();
            for (var value : series.path("values")) {
                var at = seconds(value.path(0).asString());
                if (open.isPresent() && !open.get().until().plusSeconds(step).isBefore(at)) {
                    open = Optional.of(
                            new Span(open.get().labels(), state, open.get().from(), at));
                } else {
                    open.ifPresent(spans::add);
                    open = Optional.of(new Span(Labels.of(labels), state, at, at));
                }
            }
            open.ifPresent(spans::add);
        }
        return spans;
    }

    /**
     * The values of an expression at steps of time, up to the last one that is not after the end.
     *
     * @throws Series.NotEvaluatedException when Prometheus refuses it
     */
    List<Trace> traces(String query, Instant from, Instant until, Duration step)
            throws IOException, InterruptedException {
        JsonNode answer;
        try {
            answer = get("/api/v1/query_range?query=" + encoded(query) + "&start=" + from + "&end=" + until + "&step="
                    + step.toMillis() / 1000.0);
        } catch (HttpSource.RefusedException e) {
            throw new Series.NotEvaluatedException(reason(e));
        }
        return answer.path("result")
                .valueStream()
                .map(series -> new Trace(
                        labels(series.path("metric")),
                        series.path("values")
                                .valueStream()
                                .map(value ->
                                        new Trace.Point(seconds(value.path(0).asString()), number(value)))
                                .toList()))
                .toList();
    }

    /** The series of an expression, each with its value; a scalar is one without labels. */
    List<Sample> samples(String query) throws IOException, InterruptedException {
        JsonNode answer;
        try {
            answer = get("/api/v1/query?query=" + encoded(query));
        } catch (HttpSource.RefusedException e) {
            throw new Series.NotEvaluatedException(reason(e));
        }
        if (!answer.path("resultType").asString("").equals("vector")) {
            return List.of(new Sample(Labels.of(Map.of()), number(answer.path("result"))));
        }
        return answer.path("result")
                .valueStream()
                .map(sample -> new Sample(labels(sample.path("metric")), number(sample.path("value"))))
                .toList();
    }

    /** Prometheus gives its reason in JSON; something in between may have answered instead. */
    private static String reason(HttpSource.RefusedException refusal) {
        try {
            return JSON.readTree(refusal.body()).path("error").asString(String.valueOf(refusal.getMessage()));
        } catch (JacksonException _) {
            return String.valueOf(refusal.getMessage());
        }
    }

    private static double number(JsonNode value) {
        return switch (value.path(1).asString("NaN")) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            case String text -> Double.parseDouble(text);
        };
    }

    /** What a metric was announced as in the last scrapes. */
    Optional<String> type(String metric) throws IOException, InterruptedException {
        return get("/api/v1/metadata?limit=1&metric=" + encoded(metric))
                .path(metric)
                .valueStream()
                .map(announced -> announced.path("type").asString(""))
                .filter(type -> !type.isEmpty())
                .findFirst();
    }

    private long count(String selector) throws IOException, InterruptedException {
        return vector("count(" + selector + ")").stream()
                .mapToLong(sample ->
                        (long) Double.parseDouble(sample.path("value").path(1).asString("0")))
                .sum();
    }

    private List<JsonNode> vector(String query) throws IOException, InterruptedException {
        return get("/api/v1/query?query=" + encoded(query))
                .path("result")
                .valueStream()
                .toList();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(source.get(path)).path("data");
    }

    private static String encoded(String query) {
        return URLEncoder.encode(query, StandardCharsets.UTF_8);
    }

    static Labels labels(JsonNode node) {
        var pairs = new TreeMap<String, String>();
        node.properties()
                .forEach(pair -> pairs.put(pair.getKey(), pair.getValue().asString("")));
        return Labels.of(pairs);
    }

    /** A time; the epoch for one that never was, which Go writes as the year 1. */
    static Instant time(JsonNode node) {
        var text = node.asString("0001-01-01T00:00:00Z");
        return text.startsWith("0001-")
                ? Instant.EPOCH
                : OffsetDateTime.parse(text).toInstant();
    }

    /** Seconds as a number, or text as in a configuration; to the millisecond, as Prometheus counts. */
    private static Duration duration(JsonNode node) {
        return node.isString()
                ? Durations.parse(node.asString())
                : Duration.ofMillis(Math.round(node.asDouble(0) * 1000));
    }

    private static Instant seconds(String text) {
        var nanos = new java.math.BigDecimal(text).movePointRight(9).longValue();
        return Instant.ofEpochSecond(0, nanos);
    }
}
