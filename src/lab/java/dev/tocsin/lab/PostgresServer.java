package dev.tocsin.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL on loopback with one data folder that outlives every process of it. */
final class PostgresServer {
    static final String DATABASE = "app";
    static final String STRESS_ROLE = "tocsin_stress";
    static final String EXPORTER_ROLE = "exporter";

    private static final Duration INIT = Duration.ofMinutes(1);

    private final Path bin;
    private final Path home;
    private final int port;
    private final Map<String, String> settings = new TreeMap<>();
    private @Nullable Program running;

    private PostgresServer(Path bin, Path home, int port) {
        this.bin = bin;
        this.home = home;
        this.port = port;
    }

    /** Makes the data folder, its roles and its database. */
    static PostgresServer create(Path bin, Path home, int port, Secrets secrets)
            throws LabException, InterruptedException {
        var server = new PostgresServer(bin, home, port);
        try {
            Files.createDirectories(home);
            var passwords = Files.writeString(home.resolve("superuser"), secrets.superuser() + "\n");
            var setUp = Files.writeString(home.resolve("set-up.sql"), setUp(secrets));
            for (var path : List.of(home, passwords, setUp)) {
                Identity.give(path);
            }
            server.initialize(passwords);
            server.setUp(setUp);
            Files.delete(passwords);
            Files.delete(setUp);
            return server;
        } catch (IOException e) {
            throw new LabException("PostgreSQL's folder " + home + " cannot be made: " + e.getMessage(), e);
        }
    }

    private void initialize(Path passwords) throws LabException, InterruptedException {
        Program.run(
                "initdb",
                Identity.unprivileged(List.of(
                        bin.resolve("initdb").toString(),
                        "--pgdata=" + data(),
                        "--username=postgres",
                        "--pwfile=" + passwords,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync")),
                home,
                INIT);
    }

    /** In single-user mode, so that no server is open before its passwords are set. */
    private void setUp(Path sql) throws LabException, InterruptedException {
        single("postgres", sql);
    }

    /** Runs statements, each followed by an empty line, on a server that is down; a crash is recovered from first. */
    void single(String database, Path sql) throws LabException, InterruptedException {
        Program.run(
                "postgres-set-up",
                Identity.unprivileged(List.of(
                        "sh",
                        "-c",
                        "exec \"$0\" --single -j -D \"$1\" \"$3\" <\"$2\"",
                        bin.resolve("postgres").toString(),
                        data().toString(),
                        sql.toString(),
                        database)),
                home,
                INIT);
    }

    private static String setUp(Secrets secrets) {
        return """
                CREATE ROLE %s LOGIN PASSWORD '%s';

                CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE pg_monitor;

                CREATE DATABASE %s OWNER %s;

                """.formatted(STRESS_ROLE, secrets.stress(), EXPORTER_ROLE, secrets.exporter(), DATABASE, STRESS_ROLE);
    }

    int port() {
        return port;
    }

    /** A setting of every start from now on. */
    void set(String name, String value) {
        settings.put(name, value);
    }

    void start() throws LabException {
        var command = new ArrayList<>(List.of(bin.resolve("postgres").toString(), "-D", data().toString()));
        var all = new TreeMap<>(Map.of(
                "listen_addresses", "127.0.0.1",
                "port", String.valueOf(port),
                "unix_socket_directories", "",
                "max_connections", "100",
                "shared_buffers", "32MB",
                "log_min_messages", "warning"));
        all.putAll(settings);
        all.forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        running = Program.start("postgres", Identity.unprivileged(command), Map.of(), home);
    }

    boolean alive() {
        return running != null && running.alive();
    }

    /** SIGKILL for the whole family, as for a container. */
    void kill() throws InterruptedException {
        if (running != null) {
            running.kill();
        }
    }

    /**
     * As the kubelet does it with PostgreSQL's own image, whose stop signal is SIGINT: sessions are ended and a checkpoint is
     * written; SIGKILL when the grace period is over.
     */
    void stop(Duration grace) throws LabException, InterruptedException {
        try {
            if (running != null) {
                running.interrupt(grace);
            }
        } catch (IOException e) {
            throw new LabException("PostgreSQL could not be told to stop: " + e.getMessage(), e);
        }
    }

    String lastLines() {
        return running == null ? "" : running.lastLines();
    }

    Path data() {
        return home.resolve("data");
    }
}
