package dev.tocsin.lab;

import dev.tocsin.Pace;
import dev.tocsin.app.Config;
import dev.tocsin.app.Service;
import dev.tocsin.cli.ApiClient;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.evidence.Evidence;
import dev.tocsin.lab.Binaries.Tool;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A whole real chain whose every part can be broken: PostgreSQL, exporter, Prometheus, Alertmanager and Tocsin. */
final class Bed implements AutoCloseable {
    static final String ALERT = "Full";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** How a chain is set up; each text has its places filled in when it starts. */
    static final class Setup {
        /** Deadlines that decide that something did not come, and what must outlast them, are written as {@code @8s@}. */
        final Pace pace = Pace.now();

        String rules = """
                groups:
                  - name: bed
                    rules:
                      - alert: Full
                        expr: |
                          sum by (job, instance) (pg_stat_activity_count)
                            / on (job, instance) group_left () pg_settings_max_connections > 0.5
                        for: 1s
                        labels: { severity: critical }
                        annotations: { summary: it is full }
                """;
        String prometheus = """
                global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
                rule_files: ["@HOME@/rules.yml"]
                alerting:
                  alertmanagers:
                    - static_configs: [{ targets: ["@ALERTMANAGER@"] }]
                scrape_configs:
                  - job_name: postgresql
                    static_configs: [{ targets: ["@EXPORTER@"] }]
                """;
        String alertmanager = """
                route:
                  receiver: tocsin
                  group_by: ["..."]
                  group_wait: 0s
                  group_interval: 1s
                  repeat_interval: 1h
                receivers:
                  - name: tocsin
                    webhook_configs:
                      - url: @WEBHOOK@
                        send_resolved: true
                        http_config:
                          authorization: { type: Bearer, credentials: "@TOKEN@" }
                  - name: elsewhere
                """;
        String scenario = """
                stress:
                  - { name: flood, connectionFlood: { fill: 70% } }
                expect:
                  alerts:
                    - matchers: [alertname="Full", severity="critical"]
                      fires: { within: @8s@ }
                      resolves: { within: @8s@ }
                      annotations: [summary]
                """;
        String tocsin = """
                http: { host: 127.0.0.1, port: @TOCSIN@ }
                management: { host: 127.0.0.1, port: @MANAGEMENT@ }
                data: "@DATA@"
                auth: { webhook: { bearerFile: "@TOKENFILE@" } }
                prometheus: { url: "http://@PROMETHEUS@" }
                alertmanagers: [{ url: "http://@ALERTMANAGER@" }]
                targets:
                  - name: bed
                    optedIn: true
                    labels: { @LABELS@ }
                    postgres: { host: 127.0.0.1, port: @POSTGRES@, database: app, user: @USER@, passwordFile: "@PASSWORDFILE@", sslMode: disable }
                scenarios: [ "@SCENARIOS@" ]
                """;
        /** Lies beside the scenario as {@code dashboard.json}. */
        String dashboard = "{}";

        String webhook = "http://127.0.0.1:@TOCSIN@/api/v1/webhooks/alertmanager";
        /** Whether there is a second database with its own exporter, as the target {@code other}. */
        boolean two;

        String labels = "";
        String otherLabels = "";

        String stressUser = PostgresServer.STRESS_ROLE;
        Duration clockAhead = Duration.ZERO;
        final Map<String, String> places = new HashMap<>();

        /** For a chain that rings as it should: it takes its time, and no deadline of ours ends it. */
        void unhurried() {
            scenario = scenario.replace("@8s@", "2m");
        }
    }

    private final Setup setup;
    private final Path home = Lab.newHome();
    private final Secrets secrets = Secrets.random();
    private final Binaries binaries = new Binaries(Binaries.defaultCache(), System.err::println);
    private final Map<String, Program> programs = new LinkedHashMap<>();
    private final List<Integer> ports = Ports.free(11);
    private final HttpClient http = HttpClient.newHttpClient();
    private final PostgresServer postgres;
    private final Optional<PostgresServer> other;
    private final Service service;
    private final ApiClient api;

    Bed(Setup setup) throws Exception {
        this.setup = setup;
        Files.createDirectories(home.resolve("m"));
        setup.places.put("HOME", home.resolve("m").toString());
        setup.places.put("EXPORTER", "127.0.0.1:" + ports.get(1));
        setup.places.put("EXPORTER2", "127.0.0.1:" + ports.get(9));
        setup.places.put("PROMETHEUS", "127.0.0.1:" + ports.get(2));
        setup.places.put("ALERTMANAGER", "127.0.0.1:" + ports.get(3));
        setup.places.put("TOCSIN", String.valueOf(ports.get(4)));
        setup.places.put("SPARE", "127.0.0.1:" + ports.get(6));
        setup.places.put("SPARE2", "127.0.0.1:" + ports.get(7));
        setup.places.put("CLUSTER", "127.0.0.1:" + ports.get(8));
        setup.places.put("TOKEN", secrets.webhook());
        setup.places.put("WEBHOOK", filled(setup.webhook));
        postgres = PostgresServer.create(binaries.postgres(), home.resolve("postgres"), ports.get(0), secrets);
        postgres.start();
        Awaitility.await().ignoreExceptions().until(() -> {
            try (var socket = new Socket("127.0.0.1", ports.get(0))) {
                return Handshake.accepted(socket);
            }
        });
        startExporter();
        other = setup.two ? Optional.of(startOther()) : Optional.empty();
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> text("@EXPORTER@", "/metrics").contains("\npg_up 1"));
        startAlertmanager();
        startPrometheus();
        service = Service.start(
                config(),
                () -> {
                    throw new IllegalStateException("no pod is configured");
                },
                Clock.offset(Clock.systemUTC(), setup.clockAhead));
        api = new ApiClient(URI.create("http://127.0.0.1:" + ports.get(4)), Optional.empty());
    }

    String filled(String text) {
        var filled = text;
        for (var place : setup.places.entrySet()) {
            filled = filled.replace("@" + place.getKey() + "@", place.getValue());
        }
        return setup.pace.filled(filled);
    }

    private PostgresServer startOther() throws Exception {
        var server = PostgresServer.create(binaries.postgres(), home.resolve("postgres-other"), ports.get(10), secrets);
        server.start();
        startExporter("exporter2", "@EXPORTER2@", ports.get(10));
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> text("@EXPORTER2@", "/metrics").contains("\npg_up 1"));
        return server;
    }

    void startExporter() throws Exception {
        startExporter("exporter", "@EXPORTER@", ports.get(0));
    }

    private void startExporter(String name, String address, int port) throws Exception {
        var password = Files.writeString(home.resolve("m/exporter-password"), secrets.exporter());
        start(
                name,
                Tool.POSTGRES_EXPORTER,
                List.of("--web.listen-address=" + filled(address)),
                Map.of(
                        "DATA_SOURCE_URI",
                        "127.0.0.1:" + port + "/app?sslmode=disable",
                        "DATA_SOURCE_USER",
                        PostgresServer.EXPORTER_ROLE,
                        "DATA_SOURCE_PASS_FILE",
                        password.toString()));
    }

    void startAlertmanager() throws Exception {
        startAlertmanager("alertmanager", "@ALERTMANAGER@", "--cluster.listen-address=");
    }

    void startAlertmanager(String name, String address, String... cluster) throws Exception {
        var config = Files.writeString(home.resolve("m/" + name + ".yml"), filled(setup.alertmanager));
        var arguments = new ArrayList<>(List.of(
                "--config.file=" + config,
                "--storage.path=" + home.resolve("m/data-" + name),
                "--web.listen-address=" + filled(address)));
        for (var argument : cluster) {
            arguments.add(filled(argument));
        }
        start(name, Tool.ALERTMANAGER, arguments, Map.of());
    }

    void startPrometheus() throws Exception {
        startPrometheus("prometheus", "@PROMETHEUS@", setup.prometheus);
    }

    void startPrometheus(String name, String address, String text) throws Exception {
        Files.writeString(home.resolve("m/rules.yml"), filled(setup.rules));
        var config = Files.writeString(home.resolve("m/" + name + ".yml"), filled(text));
        start(
                name,
                Tool.PROMETHEUS,
                List.of(
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + home.resolve("m/data-" + name),
                        "--web.listen-address=" + filled(address),
                        "--rules.alert.resend-delay=2s"),
                Map.of());
    }

    private void start(String name, Tool tool, List<String> arguments, Map<String, String> environment)
            throws Exception {
        var command = new ArrayList<>(tool == Tool.ALERTMANAGER ? binaries.alertmanagerPrefix() : List.<String>of());
        command.add(binaries.find(tool).toString());
        command.addAll(arguments);
        programs.put(name, Program.start(name, command, environment, home.resolve("m")));
    }

    void kill(String name) throws InterruptedException {
        var program = programs.remove(name);
        if (program != null) {
            program.kill();
        }
    }

    /** Waits until every target was scraped, every rule evaluated after that, and Alertmanager found, if one is configured. */
    void awaitReady() throws Exception {
        Awaitility.await().ignoreExceptions().until(() -> {
            var targets = ask("@PROMETHEUS@", "/api/v1/targets").path("data");
            var found = !targets.path("activeTargets").isEmpty()
                    || !targets.path("droppedTargets").isEmpty();
            return found
                    && targets.path("activeTargets")
                            .valueStream()
                            .noneMatch(
                                    target -> target.path("health").asString().equals("unknown"));
        });
        var evaluated = ask("@PROMETHEUS@", "/api/v1/rules").toString();
        Awaitility.await().ignoreExceptions().until(() -> {
            var rules = ask("@PROMETHEUS@", "/api/v1/rules");
            return rules.at("/data/groups").isEmpty() || !rules.toString().equals(evaluated);
        });
        if (setup.prometheus.contains("alertmanagers:")) {
            Awaitility.await()
                    .until(() -> !ask("@PROMETHEUS@", "/api/v1/alertmanagers")
                            .at("/data/activeAlertmanagers")
                            .isEmpty());
        }
    }

    /** Waits until Prometheus holds the alert in a state. */
    void awaitAlert(String state) {
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> ask("@PROMETHEUS@", "/api/v1/alerts").toString().contains("\"state\":\"" + state + "\""));
    }

    JsonNode ask(String address, String path) throws IOException, InterruptedException {
        return JSON.readTree(text(address, path));
    }

    private String text(String address, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + filled(address) + path))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Posts to Alertmanager's API. */
    void post(String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + filled("@ALERTMANAGER@") + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(response.statusCode() + ": " + response.body());
        }
    }

    /** What the doctor finds. */
    JsonNode doctor() {
        return api.get("/api/v1/doctor");
    }

    /** Which rules are proven, or why nobody can say. */
    JsonNode coverage() throws IOException, InterruptedException {
        return ask("127.0.0.1:@TOCSIN@", "/api/v1/coverage");
    }

    /** What becomes of a drill. */
    JsonNode drill(Map<String, Object> order) {
        return api.post("/api/v1/doctor/drill", order, Map.of(), Duration.ofMinutes(3));
    }

    private Map<String, Object> scenario(String spec) {
        var scenario = new LinkedHashMap<String, Object>();
        scenario.put("apiVersion", "tocsin.dev/v1alpha1");
        scenario.put("kind", "Scenario");
        scenario.put("metadata", Map.of("name", "sabotage"));
        scenario.put("spec", YAMLMapper.builder().build().readTree(setup.pace.filled(spec)));
        return scenario;
    }

    String begin() throws Exception {
        return begin(Mode.PROOF, "bed", setup.scenario);
    }

    /** Starts a run of the scenario as it lies in its folder, with what lies beside it. */
    String beginLoaded() {
        return api.post("/api/v1/runs", Map.of("scenario", "sabotage"), Map.of())
                .path("id")
                .asString();
    }

    /** Starts a run of a scenario on a target. */
    String begin(Mode mode, String target, String spec) throws Exception {
        return api.post(
                        "/api/v1/runs",
                        Map.of("scenario", scenario("target: " + target + "\n" + spec), "mode", mode),
                        Map.of())
                .path("id")
                .asString();
    }

    /** Whether its stimulus has begun. */
    boolean began(String run) {
        return api.get("/api/v1/runs/" + run + "/events").toString().contains("\"stimulusStarting\"");
    }

    boolean ended(String run) {
        return api.get("/api/v1/runs/" + run).path("verdict").isString();
    }

    /** Waits for the verdict; gives the folder of the evidence. */
    Path awaitEvidence(String run) throws IOException {
        Awaitility.await().until(() -> ended(run));
        var folder = Files.createDirectories(home.resolve("m/evidence-" + run));
        for (var file : Evidence.FILES.keySet()) {
            Files.write(folder.resolve(file), api.bytes("/api/v1/runs/" + run + "/evidence/" + file));
        }
        return folder;
    }

    /** Where the API listens. */
    String api() {
        return "http://127.0.0.1:" + ports.get(4);
    }

    PostgresServer postgres() {
        return postgres;
    }

    private Config config() throws Exception {
        var webhook = Files.writeString(home.resolve("webhook-token"), secrets.webhook());
        var password = Files.writeString(home.resolve("pg-password"), secrets.stress());
        var scenarios = Files.createDirectories(home.resolve("scenarios"));
        Files.writeString(scenarios.resolve("dashboard.json"), setup.dashboard);
        Files.writeString(
                scenarios.resolve("sabotage.scenario.yaml"), JSON.writeValueAsString(scenario(setup.scenario)));
        setup.places.putAll(Map.of(
                "MANAGEMENT", String.valueOf(ports.get(5)),
                "DATA", home.resolve("data").toString(),
                "TOKENFILE", webhook.toString(),
                "POSTGRES", String.valueOf(ports.get(0)),
                "USER", setup.stressUser,
                "PASSWORDFILE", password.toString(),
                "SCENARIOS", scenarios.toString()));
        setup.places.put("LABELS", filled(setup.labels));
        var file = Files.writeString(
                home.resolve("tocsin.yaml"), filled(setup.two ? withOther(setup.tocsin) : setup.tocsin));
        return Config.read(file, true);
    }

    private String withOther(String config) {
        return config.replace("scenarios:", """
                  - name: other
                    optedIn: true
                    labels: { %s }
                    postgres: { host: 127.0.0.1, port: %d, database: app, user: @USER@, passwordFile: "@PASSWORDFILE@", sslMode: disable }
                scenarios:""".formatted(setup.otherLabels, ports.get(10)));
    }

    @Override
    public void close() throws Exception {
        try (var _ = http;
                var _ = api) {
            service.close();
            for (var program : programs.values()) {
                program.kill();
            }
            postgres.kill();
            if (other.isPresent()) {
                other.get().kill();
            }
        } finally {
            Folders.delete(home);
        }
    }
}
