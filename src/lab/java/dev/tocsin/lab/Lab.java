package dev.tocsin.lab;

import com.sun.net.httpserver.HttpServer;
import dev.tocsin.app.Config;
import dev.tocsin.app.Service;
import dev.tocsin.cluster.KubernetesPods;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.domain.scenario.TableStimulus;
import dev.tocsin.lab.Monitoring.Exporter;
import dev.tocsin.observe.HttpSource;
import dev.tocsin.observe.LiveSeries;
import dev.tocsin.rules.Series;
import dev.tocsin.yaml.InvalidFileException;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A whole lab: everything it starts ends with it, and its folder is gone afterwards. */
final class Lab implements AutoCloseable {
    private static final int PORTS = 13;

    /** Of both servers' series, so that what rings for the standby counts as the target's too. */
    private static final String SHARED = "lab";

    private interface Closing {
        void close() throws Exception;
    }

    private final Deque<Closing> closings = new ArrayDeque<>();
    private final Consumer<String> progress;
    private final Path home;
    private final Path tokenFile;
    private final URI tocsin;
    private final URI metrics;
    private final Monitoring monitoring;
    private final LabCluster cluster;
    private final PostgresServer postgres;
    private final Optional<Standby> standby;
    private final Secrets secrets = Secrets.random();
    private boolean closed;

    /** Boots everything. Blocks until an alert could ring; what was started is stopped when something fails. */
    Lab(LabOptions options, Binaries binaries, Path home, Consumer<String> progress)
            throws LabException, InterruptedException {
        this.progress = progress;
        this.home = home;
        closings.push(() -> Folders.delete(home));
        try {
            var ports = Ports.free(PORTS);
            tokenFile = Files.writeString(home.resolve("api-token"), secrets.api());
            monitoring = new Monitoring(
                    binaries, home.resolve("monitoring"), exporters(options, ports), ports.get(2), ports.get(3));
            tocsin = URI.create("http://127.0.0.1:" + ports.get(4));
            metrics = URI.create("http://127.0.0.1:" + ports.get(5) + "/metrics");

            progress.accept("starting PostgreSQL behind a Kubernetes API");
            var bin = binaries.postgres();
            postgres = options.whole()
                    ? PostgresServer.createWhole(bin, home.resolve("postgres"), ports.get(0), secrets)
                    : PostgresServer.create(bin, home.resolve("postgres"), ports.get(0), secrets);
            closings.push(postgres::kill);
            cluster = new LabCluster(postgres, secrets.restart().getPublic());
            closings.push(cluster::close);
            standby = options.whole()
                    ? Optional.of(new Standby(
                            postgres, bin, home.resolve("standby"), ports.get(7), LabCluster.STANDBY, secrets))
                    : Optional.empty();
            if (standby.isPresent()) {
                progress.accept("starting its standby");
                cluster.run(standby.get());
                guard("postgresql", ports.get(8), ports.get(0));
                guard("postgresql-standby", ports.get(9), ports.get(7));
                guard("postgres-exporter", ports.get(1), ports.get(10));
                guard("postgres-exporter-standby", ports.get(11), ports.get(12));
                cluster.describe("postgres-exporter-0", "postgres-exporter");
                cluster.describe("postgres-exporter-standby-0", "postgres-exporter-standby");
            }

            var node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(6)), 0);
            closings.push(() -> node.stop(0));
            node.createContext("/metrics", exchange -> {
                try (exchange) {
                    var body = cluster.bootTime().getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
            node.start();

            progress.accept("starting Tocsin");
            var service = Service.start(
                    config(options, ports.get(4), ports.get(5)), () -> new KubernetesPods(cluster.connect()));
            closings.push(service::close);

            progress.accept("starting postgres_exporter, Alertmanager and Prometheus");
            closings.push(monitoring::close);
            monitoring.start(options, ports.get(4), ports.get(5), ports.get(6), secrets);
            monitoring.slow().ifPresent(progress);
        } catch (IOException e) {
            close();
            throw new LabException("the lab cannot be written to " + home + ": " + e.getMessage(), e);
        } catch (InvalidFileException e) {
            close();
            throw new LabException("a defect: the lab's own configuration is wrong\n" + e.getMessage(), e);
        } catch (LabException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The way to an app, for everybody but Tocsin. */
    private void guard(String app, int port, int behind) throws IOException {
        var gate = new Gate(port, behind);
        closings.push(gate::close);
        cluster.guard(app, gate);
    }

    private static List<Exporter> exporters(LabOptions options, List<Integer> ports) {
        if (!options.whole()) {
            return List.of(new Exporter("postgres_exporter", ports.get(1), ports.get(1), ports.get(0), Map.of()));
        }
        return List.of(
                new Exporter("postgres_exporter", ports.get(10), ports.get(1), ports.get(8), labels("postgresql-0")),
                new Exporter(
                        "postgres_exporter_standby",
                        ports.get(12),
                        ports.get(11),
                        ports.get(9),
                        labels(LabCluster.STANDBY)));
    }

    /** What people label their servers with, and published rules group by. */
    private static Map<String, String> labels(String pod) {
        return Map.of(
                "fqdn",
                pod + ".lab.internal",
                "environment",
                "lab",
                "type",
                "postgres",
                "tier",
                "db",
                "namespace",
                LabCluster.NAMESPACE,
                "pod",
                pod,
                "cluster_name",
                SHARED,
                "exp_type",
                "pg");
    }

    /** Makes a folder that only this user can read, but that PostgreSQL's user can pass through. */
    static Path newHome() throws LabException {
        try {
            var home = Files.createTempDirectory("tocsin-lab-");
            if (Identity.isRoot()) {
                Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
            }
            return home;
        } catch (IOException e) {
            throw new LabException("no folder for the lab can be made: " + e.getMessage(), e);
        }
    }

    URI tocsin() {
        return tocsin;
    }

    Path tokenFile() {
        return tokenFile;
    }

    /** What there is to look at, one line each. */
    String urls() {
        return """
                Tocsin        %s   (token: %s)
                metrics       %s
                Prometheus    %s
                Alertmanager  %s
                exporters     %s
                PostgreSQL    postgresql://%s@127.0.0.1:%d/%s   (password: %s)
                """.formatted(
                tocsin,
                tokenFile,
                metrics,
                monitoring.prometheus(),
                monitoring.alertmanager(),
                monitoring.exporters().stream().map(url -> url + "/metrics").collect(Collectors.joining(", ")),
                PostgresServer.STRESS_ROLE,
                postgres.port(),
                PostgresServer.DATABASE,
                home.resolve("pg-password"));
    }

    /** What its Prometheus holds. */
    Series series() throws LabException {
        try {
            return new LiveSeries(new HttpSource(monitoring.prometheus(), Optional.empty(), Optional.empty()));
        } catch (IOException e) {
            throw new LabException("the lab's Prometheus cannot be asked: " + e.getMessage(), e);
        }
    }

    /** How the superuser of the server connects, to see what stimuli left behind. */
    PgConnectOptions superuser() {
        return postgres.superuser();
    }

    /** The same on the standby. */
    Optional<PgConnectOptions> superuserOfStandby() {
        return standby.map(Standby::superuser);
    }

    /**
     * Waits until the alerts of earlier runs that would spoil this one are over. Of those on figures since the last reset
     * of the statistics that is only so after another.
     */
    boolean settle(Scenario scenario, Duration patience) throws LabException, InterruptedException {
        if (scenario.stress().stream().map(Stress::stimulus).anyMatch(Lab::isOnFiguresSinceReset)) {
            resetStatistics();
        }
        return monitoring.settle(scenario, patience);
    }

    private static boolean isOnFiguresSinceReset(Stimulus stimulus) {
        return stimulus instanceof TableStimulus.ColdScan scan && scan.resetStatistics();
    }

    private void resetStatistics() throws LabException {
        var vertx = Vertx.vertx();
        try {
            var session = PgConnection.connect(vertx, superuser()).await();
            session.query("SELECT pg_stat_reset()").execute().await();
            session.close().await();
        } catch (Exception e) { // Vert.x throws the future's own failure, checked or not
            throw new LabException("the statistics of the lab's server cannot be reset: " + e.getMessage(), e);
        } finally {
            vertx.close().await();
        }
    }

    /** Throws when the database could not be kept up. */
    void check() throws LabException {
        cluster.check();
    }

    /** Stops everything in reverse order; safe to call twice, and from the thread that ends the program. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        while (!closings.isEmpty()) {
            try {
                closings.pop().close();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                progress.accept("a part of the lab did not close cleanly: " + e);
            }
        }
    }

    private Config config(LabOptions options, int port, int managementPort) throws IOException, InvalidFileException {
        var webhook = Files.writeString(home.resolve("webhook-token"), secrets.webhook());
        var tokens = Files.writeString(home.resolve("tokens"), "lab operator " + sha256(secrets.api()) + "\n");
        var password = Files.writeString(home.resolve("pg-password"), secrets.stress());
        var restartKey = Files.writeString(home.resolve("node-restart-key"), secrets.restartKey());
        var file = Files.writeString(home.resolve("tocsin.yaml"), """
                http: { host: 127.0.0.1, port: %d }
                management: { host: 127.0.0.1, port: %d }
                data: "%s"
                auth:
                  webhook: { bearerFile: "%s" }
                  api: { tokensFile: "%s" }
                prometheus: { url: "%s" }
                alertmanagers: [{ url: "%s" }]
                targets:
                  - name: lab
                    optedIn: true
                    postgres: { host: 127.0.0.1, port: %d, database: %s, user: %s, passwordFile: "%s", sslMode: disable }
                    pod: { namespace: %s, selector: "%s" }
                %s
                nodeAgent: { namespace: %s, keyFile: "%s" }
                scenarios: [%s]
                """.formatted(
                        port,
                        managementPort,
                        home.resolve("data"),
                        webhook,
                        tokens,
                        monitoring.prometheus(),
                        monitoring.alertmanager(),
                        postgres.port(),
                        PostgresServer.DATABASE,
                        PostgresServer.STRESS_ROLE,
                        password,
                        LabCluster.NAMESPACE,
                        LabCluster.SELECTOR,
                        standby.map(Lab::surroundings).orElse(""),
                        LabCluster.NAMESPACE,
                        restartKey,
                        options.scenarios().stream()
                                .map(folder -> "\"" + folder.toAbsolutePath() + "\"")
                                .collect(Collectors.joining(", "))));
        return Config.read(file, false);
    }

    /** Were the labels those of the primary's exporter, an alert of the standby's would not count. */
    private static String surroundings(Standby standby) {
        return """
                    labels: { cluster_name: %s }
                    standby:
                      host: 127.0.0.1
                      port: %d
                      pod: { namespace: %s, selector: "%s" }
                    exporter:
                      role: %s
                      pod: { namespace: %s, selector: "%s" }
                """.formatted(
                        SHARED,
                        standby.port(),
                        LabCluster.NAMESPACE,
                        LabCluster.STANDBY_SELECTOR,
                        PostgresServer.EXPORTER_ROLE,
                        LabCluster.NAMESPACE,
                        LabCluster.EXPORTER_SELECTOR);
    }

    private static String sha256(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
