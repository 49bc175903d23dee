package dev.tocsin.observe;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.Sight.TargetLabelled;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.run.ActiveAlert;
import java.io.IOException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Prometheus and every Alertmanager, asked what they hold. Calls block. */
public final class Observers {
    private static final JsonMapper LENIENT = JsonMapper.builder().build();

    /** Alerts that are known, and sources that could not be asked. */
    public record Sight(List<ActiveAlert> alerts, List<String> blind) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record PrometheusAnswer(PrometheusAlerts data) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record PrometheusAlerts(List<PrometheusAlert> alerts) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record PrometheusAlert(Map<String, String> labels, String state, String activeAt) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record AlertmanagerAlert(Map<String, String> labels, String startsAt, AlertmanagerStatus status) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record AlertmanagerStatus(String state) {}

    private interface Question {
        List<ActiveAlert> ask() throws IOException, InterruptedException;
    }

    private final Optional<HttpSource> prometheus;
    private final List<HttpSource> alertmanagers;

    public Observers(Optional<HttpSource> prometheus, List<HttpSource> alertmanagers) {
        this.prometheus = prometheus;
        this.alertmanagers = List.copyOf(alertmanagers);
    }

    /** What tells series of the PostgreSQL at an address from those of others; nothing where that is not known. */
    public Optional<TargetLabelled> labelsOf(String address) throws InterruptedException {
        try {
            return prometheus.isPresent() ? new PrometheusApi(prometheus.get()).labelsOf(address) : Optional.empty();
        } catch (IOException | JacksonException _) {
            return Optional.empty(); // that Prometheus does not answer is seen at the first look
        }
    }

    /** Looks at the chain of the expected alerts for as long as it is asked to, and remembers those that must stay silent. */
    public Lookout lookout(
            List<Matchers> expected, List<Matchers> silent, List<SignalProbe> signals, InstantSource clock) {
        return new Lookout(
                prometheus.map(PrometheusApi::new),
                alertmanagers.stream().map(AlertmanagerApi::new).toList(),
                expected,
                silent,
                signals,
                clock);
    }

    /** The wires to and between Prometheus and every Alertmanager. */
    public Wires wires(InstantSource clock) {
        return new Wires(prometheus, alertmanagers, clock);
    }

    /**
     * Every alerting rule that Prometheus has loaded.
     *
     * @throws IOException that says why it cannot be known: none is configured, it does not answer, or with what makes no
     *     sense
     */
    public List<Rule> rules() throws IOException, InterruptedException {
        if (prometheus.isEmpty()) {
            throw new IOException("no Prometheus is configured; set prometheus.url");
        }
        try {
            return new PrometheusApi(prometheus.get()).rules();
        } catch (RuntimeException e) { // of the parsers: JSON, times, durations
            throw new IOException(
                    "Prometheus " + prometheus.get() + " answered what cannot be read: " + e.getMessage(), e);
        }
    }

    /** The configurations of those Alertmanagers that answer with one that can be understood. */
    public List<Routing> routings() throws InterruptedException {
        var routings = new ArrayList<Routing>();
        for (var alertmanager : alertmanagers()) {
            try {
                Lookout.read(alertmanager.name(), alertmanager.status())
                        .routing()
                        .ifPresent(routings::add);
            } catch (IOException | JacksonException _) {
                // that it does not answer is told by the doctor, and before each run
            }
        }
        return routings;
    }

    /** Every Alertmanager by itself. */
    public List<AlertmanagerApi> alertmanagers() {
        return alertmanagers.stream().map(AlertmanagerApi::new).toList();
    }

    /** Every alert that is pending, firing or held anywhere; a source that does not answer is named, not skipped. */
    public Sight activeAlerts() throws InterruptedException {
        var alerts = new ArrayList<ActiveAlert>();
        var blind = new ArrayList<String>();
        if (prometheus.isEmpty()) {
            blind.add("no Prometheus is configured, so alerts that are pending or were never delivered are unknown");
        } else {
            ask(() -> ofPrometheus(prometheus.get()), alerts, blind);
        }
        if (alertmanagers.isEmpty()) {
            blind.add("no Alertmanager is configured");
        }
        for (var alertmanager : alertmanagers) {
            ask(() -> ofAlertmanager(alertmanager), alerts, blind);
        }
        return new Sight(alerts, blind);
    }

    private static void ask(Question question, List<ActiveAlert> alerts, List<String> blind)
            throws InterruptedException {
        try {
            alerts.addAll(question.ask());
        } catch (IOException | JacksonException e) {
            blind.add(String.valueOf(e.getMessage()));
        }
    }

    private static List<ActiveAlert> ofPrometheus(HttpSource source) throws IOException, InterruptedException {
        var answer = LENIENT.readValue(source.get("/api/v1/alerts"), PrometheusAnswer.class);
        return answer.data().alerts().stream()
                .map(alert -> new ActiveAlert(
                        new Labels(new TreeMap<>(alert.labels())),
                        OffsetDateTime.parse(alert.activeAt()).toInstant(),
                        alert.state(),
                        "Prometheus " + source))
                .toList();
    }

    private static List<ActiveAlert> ofAlertmanager(HttpSource source) throws IOException, InterruptedException {
        var answer = LENIENT.readValue(source.get("/api/v2/alerts"), new TypeReference<List<AlertmanagerAlert>>() {});
        return answer.stream()
                .map(alert -> new ActiveAlert(
                        new Labels(new TreeMap<>(alert.labels())),
                        OffsetDateTime.parse(alert.startsAt()).toInstant(),
                        alert.status().state(),
                        "Alertmanager " + source))
                .toList();
    }
}
