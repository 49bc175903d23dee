package dev.tocsin.lab;

import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL on loopback with one data folder that outlives every process of it. */
final class PostgresServer implements Container {
    static final String DATABASE = "app";
    static final String STRESS_ROLE = "tocsin_stress";
    static final String EXPORTER_ROLE = "exporter";
    static final String REPLICATION_ROLE = "replicator";

    /** The file of its own log, where it keeps one. */
    static final String LOG = "postgresql.log";

    private static final Duration INIT = Duration.ofMinutes(1);

    /** Its settings are in a file of their own, which ALTER SYSTEM overrides; those of a command line it could not. */
    private static final String SETTINGS = "lab.conf";

    private final Path bin;
    private final Path home;
    private final int port;
    private final Secrets secrets;
    private final Map<String, String> settings =
            new TreeMap<>(Map.of("max_connections", "100", "shared_buffers", "32MB", "log_min_messages", "warning"));
    private @Nullable Program running;

    private PostgresServer(Path bin, Path home, int port, Secrets secrets) {
        this.bin = bin;
        this.home = home;
        this.port = port;
        this.secrets = secrets;
    }

    /** Makes the data folder, its roles and its database. */
    static PostgresServer create(Path bin, Path home, int port, Secrets secrets)
            throws LabException, InterruptedException {
        var server = at(bin, home, port, secrets);
        DataTemplate.copyTo(server.data(), bin);
        server.include();
        server.single("postgres", roles(secrets));
        return server;
    }

    /** The same, with a system identifier that no other has. */
    static PostgresServer createUnrelated(Path bin, Path home, int port, Secrets secrets)
            throws LabException, InterruptedException {
        var server = at(bin, home, port, secrets);
        DataTemplate.initialize(server.data(), bin);
        server.include();
        server.single("postgres", roles(secrets));
        return server;
    }

    /** The same, with all that rules of any origin and every stimulus need. */
    static PostgresServer createWhole(Path bin, Path home, int port, Secrets secrets)
            throws LabException, InterruptedException {
        var server = at(bin, home, port, secrets);
        server.settings.putAll(PublicRules.SETTINGS);
        DataTemplate.copyTo(server.data(), bin);
        server.include();
        server.single("postgres", roles(secrets) + PublicRules.roles(secrets));
        server.single(DATABASE, PublicRules.objects());
        return server;
    }

    /** One without data. */
    static PostgresServer at(Path bin, Path home, int port, Secrets secrets) throws LabException {
        try {
            Files.createDirectories(home);
            Identity.give(home);
            return new PostgresServer(bin, home, port, secrets);
        } catch (IOException e) {
            throw new LabException("PostgreSQL's folder " + home + " cannot be made: " + e.getMessage(), e);
        }
    }

    private void include() throws LabException {
        try {
            Files.writeString(
                    data().resolve("postgresql.conf"),
                    "include_if_exists '" + SETTINGS + "'\n",
                    StandardOpenOption.APPEND);
            writeSettings();
        } catch (IOException e) {
            throw new LabException("PostgreSQL's data " + data() + " cannot be made: " + e.getMessage(), e);
        }
    }

    /** In single-user mode, so that no server is open before its passwords are set. */
    private void single(String database, String statements) throws LabException, InterruptedException {
        try {
            var sql = Files.writeString(home.resolve("set-up.sql"), statements);
            Identity.give(sql);
            single(database, sql);
            Files.delete(sql);
        } catch (IOException e) {
            throw new LabException("PostgreSQL's folder " + home + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** Runs statements, each followed by an empty line, on a server that is down; a crash is recovered from first. */
    void single(String database, Path sql) throws LabException, InterruptedException {
        Program.run(
                "postgres-set-up",
                Identity.unprivileged(List.of(
                        "sh",
                        "-c",
                        "exec \"$0\" --single -j -c exit_on_error=on -D \"$1\" \"$3\" <\"$2\"",
                        bin.resolve("postgres").toString(),
                        data().toString(),
                        sql.toString(),
                        database)),
                home,
                INIT);
    }

    private static String roles(Secrets secrets) {
        return """
                ALTER ROLE postgres PASSWORD '%s';

                CREATE ROLE %s LOGIN PASSWORD '%s';

                CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE pg_monitor;

                CREATE DATABASE %s OWNER %s;

                """.formatted(
                        secrets.superuser(),
                        STRESS_ROLE,
                        secrets.stress(),
                        EXPORTER_ROLE,
                        secrets.exporter(),
                        DATABASE,
                        STRESS_ROLE);
    }

    int port() {
        return port;
    }

    Path data() {
        return home.resolve("data");
    }

    /** How its superuser connects. */
    PgConnectOptions superuser() {
        return new PgConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setDatabase(DATABASE)
                .setUser("postgres")
                .setPassword(secrets.superuser());
    }

    /** A setting of every start from now on. */
    void set(String name, String value) {
        settings.put(name, value);
    }

    @Override
    public void start() throws LabException {
        try {
            writeSettings();
        } catch (IOException e) {
            throw new LabException("PostgreSQL's settings cannot be written: " + e.getMessage(), e);
        }
        var command = new ArrayList<>(List.of(bin.resolve("postgres").toString(), "-D", data().toString()));
        var own = new TreeMap<>(Map.of(
                "listen_addresses",
                "127.0.0.1",
                "port",
                String.valueOf(port),
                "unix_socket_directories",
                "",
                "log_directory",
                logs().toString()));
        own.forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        running = Program.start("postgres", Identity.unprivileged(command), Map.of(), home);
    }

    private void writeSettings() throws IOException {
        var lines = new StringBuilder();
        settings.forEach((name, value) -> lines.append(name)
                .append(" = '")
                .append(value.replace("'", "''"))
                .append("'\n"));
        Files.writeString(data().resolve(SETTINGS), lines);
    }

    @Override
    public boolean alive() {
        return running != null && running.alive();
    }

    /** A server in recovery accepts the socket and refuses the session, so the port alone says little. */
    @Override
    public boolean ready() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return Handshake.accepted(socket);
        } catch (IOException _) {
            return false;
        }
    }

    /** SIGKILL for the whole family, as for a container. */
    @Override
    public void kill() throws InterruptedException {
        if (running != null) {
            running.kill();
        }
    }

    /**
     * As the kubelet does it with PostgreSQL's own image, whose stop signal is SIGINT: sessions are ended and a checkpoint is
     * written; SIGKILL when the grace period is over.
     */
    @Override
    public void stop(Duration grace) throws LabException, InterruptedException {
        try {
            if (running != null) {
                running.interrupt(grace);
            }
        } catch (IOException e) {
            throw new LabException("PostgreSQL could not be told to stop: " + e.getMessage(), e);
        }
    }

    @Override
    public String lastLines() {
        return running == null ? "" : running.lastLines() + collected();
    }

    /** What it wrote since it had a log of its own. */
    private String collected() {
        var log = logs().resolve(LOG);
        try {
            return Files.exists(log) ? "\n" + Program.last(Files.readAllLines(log, StandardCharsets.ISO_8859_1)) : "";
        } catch (IOException e) {
            return "\n(" + log + " cannot be read: " + e.getMessage() + ")";
        }
    }

    /** Outside the data, so that a copy of these does not take them along. */
    private Path logs() {
        return home.resolve("log");
    }
}
