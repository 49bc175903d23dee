package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.stress.PostgresTarget;
import dev.tocsin.stress.StressException;
import dev.tocsin.stress.Stressor;
import dev.tocsin.stress.Surroundings;
import io.vertx.core.Vertx;
import io.vertx.core.net.SelfSignedCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What sslMode promises, against a real PostgreSQL that speaks TLS. */
final class TlsIT {

    @Test
    void eachModeTrustsWhatItShould() throws Exception {
        var home = Lab.newHome();
        var vertx = Vertx.vertx();
        var secrets = Secrets.random();
        var port = Ports.free(1).getFirst();
        var binaries = new Binaries(Binaries.defaultCache(), System.err::println);
        var server = PostgresServer.create(binaries.postgres(), home.resolve("postgres"), port, secrets);
        try {
            var certificate = SelfSignedCertificate.create("localhost");
            var stranger = SelfSignedCertificate.create("localhost");
            speakTls(home.resolve("postgres/data"), certificate);
            server.start();
            var ours = Optional.of(Path.of(certificate.certificatePath()));
            var others = Optional.of(Path.of(stranger.certificatePath()));

            Awaitility.await()
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(connect(vertx, "localhost", port, secrets, "require", Optional.empty()))
                                    .isEqualTo(new Effect.SessionsGone(0, 0)));
            assertThat(connect(vertx, "127.0.0.1", port, secrets, "verify-ca", ours))
                    .isNotNull();
            assertThat(connect(vertx, "localhost", port, secrets, "verify-full", ours))
                    .isNotNull();
            assertThatThrownBy(() -> connect(vertx, "localhost", port, secrets, "verify-ca", others))
                    .isInstanceOf(StressException.class);
            assertThatThrownBy(() -> connect(vertx, "127.0.0.1", port, secrets, "verify-full", ours))
                    .isInstanceOf(StressException.class);
        } finally {
            server.kill();
            vertx.close().await();
            Folders.delete(home);
        }
    }

    private static Effect connect(
            Vertx vertx, String host, int port, Secrets secrets, String mode, Optional<Path> caFile)
            throws StressException, InterruptedException {
        var target = new PostgresTarget(
                host, port, PostgresServer.DATABASE, PostgresServer.STRESS_ROLE, secrets.stress(), mode, caFile);
        return new Stressor("tls", vertx, target, Surroundings.NONE)
                .undo(new Undo.TerminateSessions("tls", "tocsin:none"), Duration.ZERO);
    }

    private static void speakTls(Path data, SelfSignedCertificate certificate) throws Exception {
        var cert = Files.copy(Path.of(certificate.certificatePath()), data.resolve("server.crt"));
        var key = Files.copy(Path.of(certificate.privateKeyPath()), data.resolve("server.key"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Identity.give(cert);
        Identity.give(key);
        Files.writeString(data.resolve("postgresql.conf"), "\nssl = on\n", StandardOpenOption.APPEND);
        Files.writeString(
                data.resolve("pg_hba.conf"),
                "hostssl all all 127.0.0.1/32 scram-sha-256\nhostnossl all all all reject\n");
    }
}
