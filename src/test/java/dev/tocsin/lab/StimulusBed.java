package dev.tocsin.lab;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Hold;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.journal.InMemoryJournal;
import dev.tocsin.ledger.Ledgers;
import dev.tocsin.observe.Observers;
import dev.tocsin.runner.Runs;
import dev.tocsin.runner.Target;
import dev.tocsin.stress.PostgresTarget;
import dev.tocsin.stress.Prepared;
import dev.tocsin.stress.Progress;
import dev.tocsin.stress.StressException;
import dev.tocsin.stress.Stressor;
import dev.tocsin.stress.Surroundings;
import dev.tocsin.telemetry.Telemetry;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A real PostgreSQL on which one stimulus is applied and taken back, by a role that has only what it is given. */
final class StimulusBed implements AutoCloseable {
    static final Duration BOUND = Duration.ofMinutes(5);

    private final Path home = Lab.newHome();
    private final Secrets secrets = Secrets.random();
    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private final PostgresServer postgres;

    /** @param settings of the server, beside the lab's */
    StimulusBed(Map<String, String> settings) throws Exception {
        this(settings, new Binaries(Binaries.defaultCache(), System.err::println).postgres());
    }

    /** @param bin with the programs of another PostgreSQL than the machine's */
    StimulusBed(Map<String, String> settings, Path bin) throws Exception {
        port = Ports.free(1).getFirst();
        postgres = PostgresServer.create(bin, home.resolve("postgres"), port, secrets);
        settings.forEach(postgres::set);
        postgres.start();
        Awaitility.await().ignoreExceptions().until(() -> {
            try (var socket = new Socket("127.0.0.1", port)) {
                return Handshake.accepted(socket);
            }
        });
    }

    PostgresTarget target() {
        return new PostgresTarget(
                "127.0.0.1",
                port,
                PostgresServer.DATABASE,
                PostgresServer.STRESS_ROLE,
                secrets.stress(),
                "disable",
                Optional.empty());
    }

    Stressor stressor() {
        return stressor(Surroundings.NONE);
    }

    Stressor stressor(Surroundings around) {
        return new Stressor("bed", vertx, target(), around);
    }

    /** For a target whose exporter has that role. */
    Stressor withExporter(String role) {
        return stressor(new Surroundings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(role),
                Optional.empty()));
    }

    /** Readies a stimulus, as a run of its own. */
    Prepared prepare(Stimulus stimulus) throws StressException, InterruptedException {
        return prepare(stressor(), stimulus);
    }

    Prepared prepare(Stressor stressor, Stimulus stimulus) throws StressException, InterruptedException {
        return prepare(stressor, stimulus, BOUND);
    }

    Prepared prepare(Stressor stressor, Stimulus stimulus, Duration bound)
            throws StressException, InterruptedException {
        return stressor.prepare(
                new RunId(UUID.randomUUID()),
                0,
                new Stress(stimulus.kind(), Duration.ZERO, new Hold.Fixed(Duration.ofSeconds(1)), stimulus),
                bound);
    }

    /** Nobody stops it, and nobody listens. */
    static Progress progress() {
        return new Progress() {
            @Override
            public void report(String progress) {}

            @Override
            public boolean stopped() {
                return false;
            }
        };
    }

    /** The figure of an effect that is called so. */
    static long figure(Effect effect, String what) {
        var figures = switch (effect) {
            case Effect.Measured(var measured) -> measured;
            case Effect.Cleared cleared -> cleared.figures();
            default -> throw new AssertionError("no figures: " + effect);
        };
        return figures.stream()
                .filter(figure -> figure.what().contains(what))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + what + " in " + figures))
                .value();
    }

    /** A session as the exporter has one; whoever opens it closes it. */
    PgConnection exporter() throws Exception {
        return PgConnection.connect(
                        vertx,
                        Superuser.options(port, secrets, PostgresServer.DATABASE)
                                .setUser(PostgresServer.EXPORTER_ROLE)
                                .setPassword(secrets.exporter()))
                .await();
    }

    /** A service's runs on this server, with nothing that watches it. */
    Runs runs(Path evidence) {
        return new Runs(
                new InMemoryJournal(InstantSource.system()),
                new Observers(Optional.empty(), List.of()),
                new Telemetry("test"),
                InstantSource.system(),
                List.of(new Target("bed", true, Labels.of(Map.of()), stressor(), new Ledgers(vertx, target()))),
                evidence);
    }

    /** Everything a stimulus could leave behind. */
    List<String> belongings() throws LabException {
        return Belongings.of(vertx, Superuser.options(port, secrets, PostgresServer.DATABASE));
    }

    /** What a look now finds changed. */
    List<String> changedSince(List<String> before) throws LabException {
        return Belongings.difference(before, belongings());
    }

    /** A transaction of the superuser in the target's database that keeps its snapshot until it is closed. */
    AutoCloseable snapshot() throws Exception {
        var connection = PgConnection.connect(vertx, Superuser.options(port, secrets, PostgresServer.DATABASE))
                .await();
        connection.query("BEGIN ISOLATION LEVEL REPEATABLE READ").execute().await();
        connection.query("SELECT 1").execute().await();
        return () -> connection.close().await();
    }

    /** Statements of the superuser. */
    void superuser(String... statements) throws Exception {
        var connection = PgConnection.connect(vertx, Superuser.options(port, secrets, PostgresServer.DATABASE))
                .await();
        for (var statement : statements) {
            connection.query(statement).execute().await();
        }
        connection.close().await();
    }

    /** The one value that the superuser is given. */
    String ask(String sql) throws Exception {
        var connection = PgConnection.connect(vertx, Superuser.options(port, secrets, PostgresServer.DATABASE))
                .await();
        var value = connection.query(sql).execute().await().iterator().next().getValue(0);
        connection.close().await();
        return String.valueOf(value);
    }

    @Override
    public void close() throws Exception {
        postgres.kill();
        vertx.close().await();
        Folders.delete(home);
    }
}
