package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.journal.InMemoryJournal;
import dev.tocsin.ledger.Ledgers;
import dev.tocsin.observe.Observers;
import dev.tocsin.runner.Runs;
import dev.tocsin.runner.Target;
import dev.tocsin.stress.PostgresTarget;
import dev.tocsin.stress.Stressor;
import dev.tocsin.stress.Surroundings;
import dev.tocsin.telemetry.Telemetry;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.net.Socket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A real PostgreSQL on which one stimulus is applied and taken back, by a role that has only what it is given. */
final class StimulusBed implements StressedBed {

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

    @Override
    public Stressor stressor() {
        return withExporter(PostgresServer.EXPORTER_ROLE);
    }

    @Override
    public Secrets secrets() {
        return secrets;
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

    @Override
    public List<String> belongings() throws LabException {
        return Belongings.of(vertx, Superuser.options(port, secrets, PostgresServer.DATABASE));
    }

    @Override
    public List<String> changedSince(List<String> before) throws LabException {
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

    /** The release of a stimulus has verified it, so nothing is waited for. */
    @Override
    public void nothingIsLeft(List<String> before) throws Exception {
        assertThat(changedSince(before)).isEmpty();
        assertThat(ask("SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                        + " AND backend_type = 'client backend'"
                        + " AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)"))
                .as("transactions that hold something back")
                .isEqualTo("0");
        assertThat(ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
                .as("locks")
                .isEqualTo("0");
    }

    @Override
    public void superuser(String... statements) throws Exception {
        var connection = PgConnection.connect(vertx, Superuser.options(port, secrets, PostgresServer.DATABASE))
                .await();
        try {
            for (var statement : statements) {
                connection.query(statement).execute().await();
            }
        } finally {
            connection.close().await();
        }
    }

    @Override
    public String ask(String sql) throws Exception {
        var connection = PgConnection.connect(vertx, Superuser.options(port, secrets, PostgresServer.DATABASE))
                .await();
        try {
            var rows = connection.query(sql).execute().await().iterator();
            return rows.hasNext() ? String.valueOf(rows.next().getValue(0)) : "";
        } finally {
            connection.close().await();
        }
    }

    @Override
    public void close() throws Exception {
        postgres.kill();
        vertx.close().await();
        Folders.delete(home);
    }
}
