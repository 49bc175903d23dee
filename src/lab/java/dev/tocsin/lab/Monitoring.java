package dev.tocsin.lab;

import dev.tocsin.domain.run.ActiveAlert;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.lab.Binaries.Tool;
import dev.tocsin.observe.HttpSource;
import dev.tocsin.observe.Observers;
import dev.tocsin.webhook.WebhookRoute;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The exporters, Prometheus and Alertmanager of a lab. */
final class Monitoring implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(45);

    /** Neither Prometheus nor Alertmanager announces what it has loaded, found or forgotten; they can only be asked. */
    private static final Duration POLL = Duration.ofMillis(200);

    /** How much slower than at boot a scrape may become, beside the stimuli and what else the machine does. */
    private static final int HEADROOM = 4;

    private static final int SCRAPES_MEASURED = 10;

    /** The shipped rules look back for a minute, and a rate wants several samples. */
    private static final long MOST_SECONDS = 10;

    /** As much of an answer as an error message can bear. */
    private static final int REASON = 400;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<Program> programs = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Observers observers;
    private final Binaries binaries;
    private final Path home;
    private final List<Exporter> exporters;
    private final URI prometheus;
    private final URI alertmanager;
    private Optional<String> slow = Optional.empty();

    /**
     * One of the exporters.
     *
     * @param port where it listens
     * @param scraped where Prometheus scrapes it: there, or at a gate before it
     * @param database where it asks: at PostgreSQL's port, or at a gate before that
     * @param labels of its series, beside job and instance
     */
    record Exporter(String name, int port, int scraped, int database, Map<String, String> labels) {
        Exporter {
            labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        }
    }

    Monitoring(Binaries binaries, Path home, List<Exporter> exporters, int prometheusPort, int alertmanagerPort)
            throws IOException {
        this.binaries = binaries;
        this.home = home;
        this.exporters = List.copyOf(exporters);
        prometheus = local(prometheusPort);
        alertmanager = local(alertmanagerPort);
        observers = new Observers(Optional.of(source(prometheus)), List.of(source(alertmanager)));
    }

    private static HttpSource source(URI url) throws IOException {
        return new HttpSource(url, Optional.empty(), Optional.empty());
    }

    List<URI> exporters() {
        return exporters.stream().map(exporter -> local(exporter.scraped())).toList();
    }

    URI prometheus() {
        return prometheus;
    }

    URI alertmanager() {
        return alertmanager;
    }

    /** Starts all of them and returns when a first scrape was good and Prometheus knows its Alertmanager. */
    void start(LabOptions options, int tocsinPort, int metricsPort, int nodePort, Secrets secrets)
            throws LabException, InterruptedException {
        try {
            Files.createDirectories(home);
            for (var exporter : exporters) {
                startExporter(exporter, options.queries(), secrets);
            }
            startAlertmanager(tocsinPort, secrets);
            startPrometheus(options, metricsPort, nodePort, slowestScrape());
        } catch (IOException e) {
            throw new LabException("the folder " + home + " cannot be written: " + e.getMessage(), e);
        }
        await("a good scrape of the exporters", query("pg_up == 1"), this::ofEachExporter);
        var scraped = Instant.now();
        await(
                "Prometheus to find Alertmanager",
                "/api/v1/alertmanagers",
                answer -> !answer.at("/data/activeAlertmanagers").isEmpty());
        await("the rules to be evaluated", "/api/v1/rules", answer -> allEvaluated(answer, scraped));
    }

    /** What is not as usual because the machine is slow. */
    Optional<String> slow() {
        return slow;
    }

    /** The longest of a few scrapes of each exporter, once it answers; its first one also connects and is slower. */
    private Duration slowestScrape() throws LabException, InterruptedException {
        var slowest = Duration.ZERO;
        for (var exporter : exporters()) {
            var metrics = exporter.resolve("/metrics");
            await("an answer of " + metrics, () -> isAnswered(metrics));
            for (var i = 0; i < SCRAPES_MEASURED; i++) {
                var began = System.nanoTime();
                isAnswered(metrics);
                var took = Duration.ofNanos(System.nanoTime() - began);
                slowest = took.compareTo(slowest) > 0 ? took : slowest;
            }
        }
        return slowest;
    }

    private boolean isAnswered(URI url) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(url)
                    .timeout(Duration.ofSeconds(MOST_SECONDS))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    /**
     * Waits until no alert is active that the scenario says something about. What was done to the server a moment ago may
     * not have been noticed yet, so a scrape and an evaluation must have come after it before silence counts.
     *
     * @return whether that came true within the patience
     */
    boolean settle(Scenario scenario, Duration patience) throws InterruptedException {
        var deadline = System.nanoTime() + patience.toNanos();
        if (!noticed(deadline)) {
            return false;
        }
        while (System.nanoTime() < deadline) {
            var sight = observers.activeAlerts();
            if (!sight.blind().isEmpty()) {
                return false;
            }
            var concerned = sight.alerts().stream().anyMatch(alert -> concerns(scenario, alert));
            if (!concerned) {
                return true;
            }
            Thread.sleep(POLL);
        }
        return false;
    }

    private boolean noticed(long deadline) throws InterruptedException {
        var since = Instant.now();
        var fresh = query("pg_up == 1 and timestamp(pg_up) > " + since.toEpochMilli() / 1000.0);
        if (!asked(fresh, this::ofEachExporter, deadline)) {
            return false;
        }
        var scraped = Instant.now();
        return asked("/api/v1/rules", answer -> allEvaluated(answer, scraped), deadline);
    }

    private boolean ofEachExporter(JsonNode answer) {
        return answer.at("/data/result").size() == exporters.size();
    }

    private static String query(String expression) {
        return "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
    }

    private static boolean concerns(Scenario scenario, ActiveAlert alert) {
        return scenario.alerts().stream()
                        .anyMatch(expectation -> expectation.matchers().match(alert.labels()))
                || scenario.never().stream().anyMatch(matchers -> matchers.match(alert.labels()));
    }

    @Override
    public void close() throws InterruptedException {
        for (var program : programs.reversed()) {
            program.close();
        }
        http.shutdownNow();
    }

    private void startExporter(Exporter exporter, Path queries, Secrets secrets)
            throws LabException, IOException, InterruptedException {
        var password = Files.writeString(home.resolve("exporter-password"), secrets.exporter());
        start(
                exporter.name(),
                Tool.POSTGRES_EXPORTER,
                List.of(
                        "--web.listen-address=" + local(exporter.port()).getAuthority(),
                        "--extend.query-path=" + queries.toAbsolutePath()),
                Map.of(
                        "DATA_SOURCE_URI",
                        "127.0.0.1:" + exporter.database() + "/" + PostgresServer.DATABASE + "?sslmode=disable",
                        "DATA_SOURCE_USER",
                        PostgresServer.EXPORTER_ROLE,
                        "DATA_SOURCE_PASS_FILE",
                        password.toString()));
    }

    private void startAlertmanager(int tocsinPort, Secrets secrets)
            throws LabException, IOException, InterruptedException {
        var credentials = Files.writeString(home.resolve("webhook-token"), secrets.webhook());
        var config = Files.writeString(
                home.resolve("alertmanager.yml"), """
                        route:
                          receiver: tocsin
                          group_by: ["..."]
                          group_wait: 0s
                          group_interval: 1s
                          repeat_interval: 1h
                        receivers:
                          - name: tocsin
                            webhook_configs:
                              - url: http://127.0.0.1:%d%s
                                send_resolved: true
                                max_alerts: 0
                                http_config:
                                  authorization: { type: Bearer, credentials_file: "%s" }
                        """.formatted(tocsinPort, WebhookRoute.PATH, credentials));
        start(
                "alertmanager",
                binaries.alertmanagerPrefix(),
                Tool.ALERTMANAGER,
                List.of(
                        "--config.file=" + config,
                        "--storage.path=" + home.resolve("alertmanager-data"),
                        "--web.listen-address=" + alertmanager.getAuthority(),
                        "--cluster.listen-address="),
                Map.of());
    }

    /** A scrape that takes longer than its interval tells that a healthy server is down, so a slow machine has longer ones. */
    private void startPrometheus(LabOptions options, int metricsPort, int nodePort, Duration scrape)
            throws LabException, IOException, InterruptedException {
        var copies = Files.createDirectory(home.resolve("rules"));
        for (var i = 0; i < options.rules().size(); i++) {
            Files.copy(options.rules().get(i), copies.resolve(i + ".yaml"));
        }
        // An exporter whose PostgreSQL is away answers after a second: with less patience than that, pg_up is never 0.
        var usual = options.whole() ? 2L : 1L;
        var needed = 1 + scrape.multipliedBy(HEADROOM).toSeconds();
        var interval = Math.clamp(needed, usual, MOST_SECONDS);
        var others = interval > usual ? interval : 1;
        if (interval > usual) {
            slow = Optional.of("a scrape takes up to " + scrape.toMillis()
                    + " ms on this machine now, so Prometheus scrapes every " + interval + " s instead of " + usual
                    + " s, and all takes longer");
        }
        var config = Files.writeString(home.resolve("prometheus.yml"), """
                global: { scrape_interval: %ds, scrape_timeout: %ds, evaluation_interval: 1s }
                rule_files: ["%s/*.yaml"]
                alerting:
                  alertmanagers:
                    - static_configs: [{ targets: ["%s"] }]
                scrape_configs:
                  - job_name: postgresql
                    scrape_interval: %ds
                    scrape_timeout: %ds
                    honor_labels: true
                    static_configs: [%s]
                  - job_name: node
                    static_configs: [{ targets: ["127.0.0.1:%d"] }]
                  - job_name: tocsin
                    static_configs: [{ targets: ["127.0.0.1:%d"] }]
                """.formatted(
                        others,
                        others,
                        copies,
                        alertmanager.getAuthority(),
                        interval,
                        interval,
                        exporters.stream().map(Monitoring::scrape).collect(Collectors.joining(", ")),
                        nodePort,
                        metricsPort));
        start(
                "prometheus",
                Tool.PROMETHEUS,
                List.of(
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + home.resolve("prometheus-data"),
                        "--web.listen-address=" + prometheus.getAuthority(),
                        "--rules.alert.resend-delay=2s"),
                Map.of());
    }

    /** What a series says itself goes before what its target is labelled with: some published rules ask for a type of error. */
    private static String scrape(Exporter exporter) {
        return "{ targets: [\"%s\"], labels: {%s} }"
                .formatted(
                        local(exporter.scraped()).getAuthority(),
                        exporter.labels().entrySet().stream()
                                .map(label -> label.getKey() + ": \"" + label.getValue() + "\"")
                                .collect(Collectors.joining(", ")));
    }

    private void start(String name, Tool tool, List<String> arguments, Map<String, String> environment)
            throws LabException, InterruptedException {
        start(name, List.of(), tool, arguments, environment);
    }

    private void start(
            String name, List<String> prefix, Tool tool, List<String> arguments, Map<String, String> environment)
            throws LabException, InterruptedException {
        var command = new ArrayList<>(prefix);
        command.add(binaries.find(tool).toString());
        command.addAll(arguments);
        programs.add(Program.start(name, command, environment, home));
    }

    private void await(String what, String path, Predicate<JsonNode> condition)
            throws LabException, InterruptedException {
        await(what, () -> asked(path, condition, System.nanoTime() + POLL.toNanos()));
    }

    /** Asks at once whether it is so. */
    private interface Asking {
        boolean isSo() throws InterruptedException;
    }

    private void await(String what, Asking asking) throws LabException, InterruptedException {
        var deadline = System.nanoTime() + READY.toNanos();
        while (!asking.isSo()) {
            for (var program : programs) {
                program.check();
            }
            if (System.nanoTime() > deadline) {
                throw new LabException("waited " + READY.toSeconds() + " s in vain for " + what + refusal());
            }
            Thread.sleep(POLL);
        }
    }

    /** What the first exporter says that refuses: two queries that give one series are told nowhere else. */
    private String refusal() throws InterruptedException {
        for (var exporter : exporters()) {
            var metrics = exporter.resolve("/metrics");
            try {
                var request = HttpRequest.newBuilder(metrics)
                        .timeout(Duration.ofSeconds(5))
                        .build();
                var response = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() != 200) {
                    var why = response.body().strip().replaceAll("\\s+", " ");
                    return "; " + metrics + " answered " + response.statusCode() + ": "
                            + why.substring(0, Math.min(why.length(), REASON));
                }
            } catch (IOException e) {
                return "; " + metrics + " does not answer: " + e;
            }
        }
        return "";
    }

    /** Asks Prometheus until the answer is as wanted; false when it was not until the deadline. */
    private boolean asked(String path, Predicate<JsonNode> condition, long deadline) throws InterruptedException {
        while (true) {
            try {
                if (condition.test(ask(prometheus + path))) {
                    return true;
                }
            } catch (IOException _) {
                // not there yet
            }
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL);
        }
    }

    private JsonNode ask(String url) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(3))
                .build();
        var response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(url + " answered " + response.statusCode());
        }
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new IOException(url + " answered no JSON", e);
        }
    }

    private static boolean allEvaluated(JsonNode answer, Instant since) {
        var groups = answer.at("/data/groups");
        for (var group : groups) {
            for (var rule : group.path("rules")) {
                var evaluated = OffsetDateTime.parse(rule.path("lastEvaluation").asString("0001-01-01T00:00:00Z"));
                if (!evaluated.toInstant().isAfter(since)) {
                    return false;
                }
            }
        }
        return !groups.isEmpty();
    }

    private static URI local(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
