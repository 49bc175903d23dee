package dev.tocsin.observe;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matcher;
import dev.tocsin.domain.chain.HeldAlert;
import dev.tocsin.domain.chain.OpenGroup;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.routing.Silence;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an Alertmanager says about alerts, silences, groups and itself; and a way to post one. Calls block. */
public final class AlertmanagerApi {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpSource source;

    AlertmanagerApi(HttpSource source) {
        this.source = source;
    }

    /** As people call it. */
    public String name() {
        return "Alertmanager " + source;
    }

    /** Whether it answers, since when, and how its clock stands to ours, to a second. */
    Sight.SourceSeen about(InstantSource clock) throws InterruptedException {
        try {
            var asked = clock.instant();
            var answer = source.ask("/api/v2/status");
            var status = JSON.readTree(answer.body());
            return new Sight.SourceSeen(
                    name(),
                    true,
                    status.path("versionInfo").path("version").asString(""),
                    Optional.of(PrometheusApi.time(status.path("uptime"))),
                    answer.date().map(told -> aheadMillis(asked, told)));
        } catch (IOException | RuntimeException e) {
            return new Sight.SourceSeen(
                    name(), false, String.valueOf(e.getMessage()), Optional.empty(), Optional.empty());
        }
    }

    /** The header has whole seconds, so anything up to one is none. */
    private static long aheadMillis(Instant asked, Instant told) {
        return Duration.between(asked, told).plusMillis(500).toSeconds() * 1000;
    }

    /** Its configuration as YAML, secrets left out, and how many peers its cluster has. */
    Status status() throws IOException, InterruptedException {
        var status = JSON.readTree(source.get("/api/v2/status"));
        return new Status(
                status.path("config").path("original").asString(""),
                Math.max(1, status.path("cluster").path("peers").size()));
    }

    /** What it was told, and in what company it is. */
    record Status(String config, int peers) {}

    /** The alerts it holds that are wanted. */
    Sight.AlertsHeld alerts(Predicate<Labels> wanted) throws IOException, InterruptedException {
        var all = array("/api/v2/alerts");
        var names = new HashMap<String, String>();
        all.forEach(alert -> names.put(
                alert.path("fingerprint").asString(""),
                PrometheusApi.labels(alert.path("labels")).toString()));
        return new Sight.AlertsHeld(
                name(),
                all.stream()
                        .filter(alert -> wanted.test(PrometheusApi.labels(alert.path("labels"))))
                        .map(alert -> held(alert, names))
                        .toList());
    }

    /** The alert with exactly these labels as it holds it; empty when it does not, or does not answer. */
    public Optional<HeldAlert> held(Labels labels) throws InterruptedException {
        try {
            return alerts(labels::equals).alerts().stream().findFirst();
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }

    /** Webhook requests of it that failed since it started; 0 when it does not answer. */
    public long webhookFailures() throws InterruptedException {
        try {
            return counters().failed();
        } catch (IOException | RuntimeException _) {
            return 0;
        }
    }

    /**
     * Posts an alert, to this peer alone: it is not told to the others.
     *
     * @param endsAt when it ends by itself unless it is posted again
     */
    public void post(Labels labels, Map<String, String> annotations, Instant startsAt, Instant endsAt)
            throws IOException, InterruptedException {
        source.post(
                "/api/v2/alerts",
                JSON.writeValueAsString(List.of(Map.of(
                        "labels",
                        labels.pairs(),
                        "annotations",
                        annotations,
                        "startsAt",
                        startsAt.toString(),
                        "endsAt",
                        endsAt.toString()))));
    }

    /** Alertmanager names inhibiting alerts by their fingerprints; people know them by their labels. */
    private static HeldAlert held(JsonNode alert, Map<String, String> names) {
        var status = alert.path("status");
        return new HeldAlert(
                PrometheusApi.labels(alert.path("labels")),
                PrometheusApi.time(alert.path("startsAt")),
                PrometheusApi.time(alert.path("updatedAt")),
                status.path("state").asString(""),
                texts(status.path("silencedBy")),
                texts(status.path("inhibitedBy")).stream()
                        .map(fingerprint -> names.getOrDefault(fingerprint, fingerprint))
                        .toList(),
                texts(status.path("mutedBy")),
                alert.path("receivers")
                        .valueStream()
                        .map(receiver -> receiver.path("name").asString(""))
                        .sorted()
                        .toList());
    }

    /** Its silences that have not expired. */
    Sight.SilencesSeen silences() throws IOException, InterruptedException {
        return new Sight.SilencesSeen(
                name(),
                array("/api/v2/silences").stream()
                        .filter(silence -> !silence.path("status")
                                .path("state")
                                .asString("")
                                .equals("expired"))
                        .map(AlertmanagerApi::silence)
                        .toList());
    }

    private static Silence silence(JsonNode silence) {
        return new Silence(
                silence.path("id").asString(""),
                silence.path("matchers")
                        .valueStream()
                        .map(AlertmanagerApi::matcher)
                        .toList(),
                silence.path("createdBy").asString(""),
                silence.path("comment").asString(""),
                PrometheusApi.time(silence.path("startsAt")),
                PrometheusApi.time(silence.path("endsAt")));
    }

    private static Matcher matcher(JsonNode matcher) {
        var equal = matcher.path("isEqual").asBoolean(true);
        var operator = matcher.path("isRegex").asBoolean(false)
                ? equal ? Matcher.Operator.MATCHES : Matcher.Operator.NOT_MATCHES
                : equal ? Matcher.Operator.EQUAL : Matcher.Operator.NOT_EQUAL;
        return new Matcher(
                matcher.path("name").asString(""),
                operator,
                matcher.path("value").asString(""));
    }

    /** The groups that are open. */
    Sight.GroupsSeen groups() throws IOException, InterruptedException {
        return new Sight.GroupsSeen(
                name(),
                array("/api/v2/alerts/groups").stream()
                        .map(group -> new OpenGroup(
                                group.path("receiver").path("name").asString(""),
                                PrometheusApi.labels(group.path("labels"))))
                        .toList());
    }

    /** Its counters of what went wrong. */
    Sight.CountersSeen counters() throws IOException, InterruptedException {
        var counters = Exposition.of(source.get("/metrics"));
        return new Sight.CountersSeen(
                name(),
                // Each attempt, not each notification: one that is retried for minutes has not failed yet.
                counters.sum("alertmanager_notification_requests_failed_total", "integration=\"webhook\""),
                counters.sum("alertmanager_alerts_limited_total", ""));
    }

    private List<JsonNode> array(String path) throws IOException, InterruptedException {
        return JSON.readTree(source.get(path)).valueStream().toList();
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }
}
