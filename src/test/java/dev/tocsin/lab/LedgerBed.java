package dev.tocsin.lab;

import dev.tocsin.app.Config;
import dev.tocsin.app.Service;
import dev.tocsin.cli.ApiClient;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A real PostgreSQL that can be killed and tampered with, and a Tocsin that keeps a ledger in it. */
final class LedgerBed implements AutoCloseable {

    /** An outage is made by hand while one session sleeps: a pod is not needed for it. */
    private static final String SCENARIO = """
            stress:
              - { name: outage, hold: %s, sleepLoad: { sessions: 1 } }
            expect:
              durability: %s
            """;

    private final Path home = Lab.newHome();
    private final Secrets secrets = Secrets.random();
    private final List<Integer> ports = Ports.free(3);
    private final Path bin = new Binaries(Binaries.defaultCache(), System.err::println).postgres();
    private final Vertx vertx = Vertx.vertx();
    private PostgresServer postgres;
    private final Service service;
    private final ApiClient api;

    LedgerBed(Map<String, String> settings) throws Exception {
        postgres = PostgresServer.create(bin, home.resolve("postgres"), ports.getFirst(), secrets);
        settings.forEach(postgres::set);
        postgres.start();
        awaitAccepting();
        service = Service.start(config(), () -> {
            throw new IllegalStateException("no pod is configured");
        });
        api = new ApiClient(URI.create("http://127.0.0.1:" + ports.get(1)), Optional.empty());
    }

    private Config config() throws Exception {
        var password = Files.writeString(home.resolve("pg-password"), secrets.stress());
        var file = Files.writeString(home.resolve("tocsin.yaml"), """
                http: { host: 127.0.0.1, port: %d }
                management: { host: 127.0.0.1, port: %d }
                data: "%s"
                targets:
                  - name: bed
                    optedIn: true
                    postgres: { host: 127.0.0.1, port: %d, database: app, user: %s, passwordFile: "%s", sslMode: disable }
                """.formatted(
                        ports.get(1),
                        ports.get(2),
                        home.resolve("data"),
                        ports.getFirst(),
                        PostgresServer.STRESS_ROLE,
                        password));
        return Config.read(file, true);
    }

    /** Begins a run with a ledger. */
    String begin(String hold, String durability) {
        var scenario = new LinkedHashMap<String, Object>();
        scenario.put("apiVersion", "tocsin.dev/v1alpha1");
        scenario.put("kind", "Scenario");
        scenario.put("metadata", Map.of("name", "ledger"));
        scenario.put("spec", YAMLMapper.builder().build().readTree(SCENARIO.formatted(hold, durability)));
        return api.post("/api/v1/runs", Map.of("scenario", scenario), Map.of())
                .path("id")
                .asString();
    }

    /** Waits until the outage may begin: hundreds of commits are acknowledged by then. */
    void awaitStress(String run) {
        Awaitility.await()
                .until(() ->
                        api.get("/api/v1/runs/" + run + "/events").toString().contains("\"stimulusApplied\""));
    }

    JsonNode verdict(String run) throws IOException {
        Awaitility.await()
                .until(() -> api.get("/api/v1/runs/" + run).path("verdict").isString());
        var document = new String(
                api.bytes("/api/v1/runs/" + run + "/evidence/verdict.json"), java.nio.charset.StandardCharsets.UTF_8);
        return YAMLMapper.builder().build().readTree(document);
    }

    static String schema(String run) {
        return "tocsin_" + run.replace("-", "");
    }

    PostgresServer postgres() {
        return postgres;
    }

    /** Kills it, does something to what is down, and starts it again. */
    void outage(Tampering tampering) throws Exception {
        postgres.kill();
        tampering.happens();
        postgres.start();
        awaitAccepting();
    }

    /** What happens to a server that is down. */
    interface Tampering {
        void happens() throws Exception;
    }

    /** Statements of the superuser on a server that is down; triggers and rights do not stop them. */
    void single(String... statements) throws Exception {
        var file = Files.writeString(home.resolve("tamper.sql"), String.join("\n\n", statements) + "\n\n");
        Identity.give(file);
        postgres.single(PostgresServer.DATABASE, file);
    }

    /** Statements of the superuser on a server that is up. */
    void superuser(String... statements) throws Exception {
        var options = Superuser.options(ports.getFirst(), secrets, PostgresServer.DATABASE);
        var connection = PgConnection.connect(vertx, options).await();
        for (var statement : statements) {
            connection.query(statement).execute().await();
        }
        connection.close().await();
    }

    /** How many commits the server has of a run. */
    long commits(String schema) throws Exception {
        return new Superuser(ports.getFirst(), secrets)
                .run(PostgresServer.DATABASE, "SELECT count(DISTINCT (writer, n))::int FROM " + schema + ".commits");
    }

    /** Waits until the writers have gone on for a while. */
    void awaitCommits(String schema) throws Exception {
        var before = commits(schema);
        Awaitility.await().until(() -> commits(schema) > before + 100);
    }

    /** Where a table or an index lies on the disk. */
    Path file(String relation) throws Exception {
        var options = Superuser.options(ports.getFirst(), secrets, PostgresServer.DATABASE);
        var connection = PgConnection.connect(vertx, options).await();
        var path = connection
                .query("SELECT pg_relation_filepath('" + relation + "')")
                .execute()
                .await()
                .iterator()
                .next()
                .getString(0);
        connection.close().await();
        return postgres.data().resolve(path);
    }

    /** Another server, with the same roles and passwords, takes the place of this one. */
    void replace() throws Exception {
        postgres.kill();
        postgres = PostgresServer.createUnrelated(bin, home.resolve("another"), ports.getFirst(), secrets);
        postgres.start();
        awaitAccepting();
    }

    /** Copies the data directory of a server that is down. */
    Path copy() throws Exception {
        var copy = home.resolve("copy");
        shell("cp", "-a", postgres.data().toString(), copy.toString());
        return copy;
    }

    void restore(Path copy) throws Exception {
        shell("rm", "-rf", postgres.data().toString());
        shell("cp", "-a", copy.toString(), postgres.data().toString());
    }

    private static void shell(String... command) throws Exception {
        var exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + exit);
        }
    }

    private void awaitAccepting() {
        Awaitility.await().ignoreExceptions().until(() -> {
            try (var socket = new Socket("127.0.0.1", ports.getFirst())) {
                return Handshake.accepted(socket);
            }
        });
    }

    @Override
    public void close() throws Exception {
        try (var _ = api) {
            service.close();
            postgres.kill();
            vertx.close().await();
        } finally {
            Folders.delete(home);
        }
    }
}
