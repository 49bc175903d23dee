package dev.tocsin.lab;

import io.vertx.pgclient.PgConnectOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A hot standby on loopback. One that is started and is none, because it was promoted, is made anew from the primary. */
final class Standby implements Container {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final PostgresServer server;
    private final BaseBackup backup;

    /** @param name by which the primary knows it */
    Standby(PostgresServer primary, Path bin, Path home, int port, String name, Secrets secrets) throws LabException {
        server = PostgresServer.at(bin, home, port, secrets);
        PublicRules.SETTINGS.forEach(server::set);
        backup = new BaseBackup(primary, server, name, secrets);
    }

    int port() {
        return server.port();
    }

    PgConnectOptions superuser() {
        return server.superuser();
    }

    @Override
    public void start() throws LabException, InterruptedException {
        if (!Files.exists(server.data().resolve("standby.signal"))) {
            make();
        }
        server.start();
    }

    /** The primary may be on its way up itself, after the power was cut. */
    private void make() throws LabException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                backup.take();
                return;
            } catch (LabException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(RETRY);
            }
        }
    }

    @Override
    public boolean alive() {
        return server.alive();
    }

    @Override
    public boolean ready() {
        return server.ready();
    }

    @Override
    public void kill() throws InterruptedException {
        server.kill();
    }

    @Override
    public void stop(Duration grace) throws LabException, InterruptedException {
        server.stop(grace);
    }

    @Override
    public String lastLines() {
        return server.lastLines();
    }
}
