package dev.tocsin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both listeners speak TLS, with certificates that change while they listen. */
final class TlsTest {
    private static final String NO_CLUSTER = "nothing here needs a cluster";

    @TempDir
    private Path home = Path.of("");

    private Authority authority;
    private Authority clients;

    TlsTest() throws Exception {
        authority = new Authority("servers");
        clients = new Authority("clients");
    }

    @BeforeEach
    void makeCertificates() throws Exception {
        write(home, authority.identity("first", "localhost", "127.0.0.1"));
        var _ = clients.file(home.resolve("clients.crt"));
    }

    private static void write(Path folder, Authority.Identity identity) throws IOException {
        var _ = identity.certFile(folder.resolve("tls.crt"));
        var _ = identity.keyFile(folder.resolve("tls.key"));
    }

    private RealService start() throws Exception {
        return start(home, "{ bearerFile: " + home.resolve("webhook-token") + " }");
    }

    private RealService start(Path certificates, String webhook) throws Exception {
        var pair = "certFile: %s/tls.crt, keyFile: %s/tls.key".formatted(certificates, certificates);
        return RealService.start(
                home,
                config -> config.replace(
                                "http: { host: 127.0.0.1, port: 0 }",
                                "http: { host: 127.0.0.1, port: 0, tls: { %s, clientCaFile: %s } }"
                                        .formatted(pair, home.resolve("clients.crt")))
                        .replace(
                                "management: { host: 127.0.0.1, port: 0 }",
                                "management: { host: 127.0.0.1, port: 0, tls: { " + pair + " } }")
                        .replaceAll("webhook: .*", "webhook: " + webhook),
                () -> {
                    throw new AssertionError(NO_CLUSTER);
                });
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder()
                .sslContext(tls)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
    }

    private static HttpResponse<String> send(HttpClient client, int port, String path, String token) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(60))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(HttpClient client, RealService service, String token) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + service.port() + RealService.WEBHOOK))
                        .timeout(Duration.ofSeconds(60))
                        .header("Authorization", "Bearer " + token)
                        .POST(BodyPublishers.ofString(Payloads.read("single-firing")))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Who answers on a port, as a new connection sees it. */
    private String shown(int port) throws Exception {
        try (var socket = (SSLSocket) authority.client(null).getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    private void awaitShown(int port, String name) {
        Awaitility.await().untilAsserted(() -> assertThat(shown(port)).isEqualTo("CN=" + name));
    }

    @Test
    void bothListenersSpeakTlsAndNothingElse() throws Exception {
        try (var service = start();
                var client = client(authority.client(null))) {
            assertThat(send(client, service.port(), "/api/v1/runs", RealService.VIEWER)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(send(client, service.managementPort(), "/livez", "").body())
                    .isEqualTo("ok\n");
            assertThat(post(client, service, RealService.ALERTMANAGER).statusCode())
                    .isEqualTo(204);
            assertThatThrownBy(() -> service.get("/api/v1/runs")).isInstanceOf(IOException.class);
            try (var stranger = client(clients.client(null))) {
                assertThatThrownBy(() -> send(stranger, service.port(), "/openapi.yaml", ""))
                        .isInstanceOf(SSLException.class);
            }
        }
    }

    @Test
    void aNewCertificateIsShownWithoutARestart() throws Exception {
        try (var service = start();
                var before = client(authority.client(null))) {
            assertThat(send(before, service.port(), "/openapi.yaml", "").statusCode())
                    .isEqualTo(200);

            write(home, authority.identity("second", "127.0.0.1"));

            awaitShown(service.port(), "second");
            awaitShown(service.managementPort(), "second");
            assertThat(send(before, service.port(), "/openapi.yaml", "").statusCode())
                    .as("on the connection that was open before")
                    .isEqualTo(200);
        }
    }

    /** As the kubelet does it: the files are links through a link to a folder, and that one is swapped. */
    @Test
    void aMountedSecretThatIsSwappedIsSeen() throws Exception {
        var mount = Files.createDirectory(home.resolve("mount"));
        write(Files.createDirectory(mount.resolve("..1")), authority.identity("first", "127.0.0.1"));
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(mount.resolve("tls.crt"), Path.of("..data/tls.crt"));
        Files.createSymbolicLink(mount.resolve("tls.key"), Path.of("..data/tls.key"));
        var token = RealService.secret(home, "webhook-token", RealService.ALERTMANAGER);
        try (var service = start(mount, "{ bearerFile: " + token + " }")) {
            assertThat(shown(service.port())).isEqualTo("CN=first");

            write(Files.createDirectory(mount.resolve("..2")), authority.identity("second", "127.0.0.1"));
            Files.createSymbolicLink(mount.resolve("..new"), Path.of("..2"));
            Files.move(mount.resolve("..new"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

            awaitShown(service.port(), "second");
        }
    }

    @Test
    void aBadCertificateIsToldOfAndTheOldOneStays() throws Exception {
        try (var service = start();
                var log = new HeardLog()) {
            var _ = authority.identity("stranger", "127.0.0.1").keyFile(home.resolve("tls.key"));

            Awaitility.await().until(() -> log.text().contains("tls.key is not the key of " + home.resolve("tls.crt")));
            assertThat(shown(service.port())).isEqualTo("CN=first");

            Files.writeString(home.resolve("tls.crt"), "no certificate, but a secret: hunter2");

            Awaitility.await().until(() -> log.text().contains("tls.crt holds no certificate in PEM"));
            assertThat(shown(service.port())).isEqualTo("CN=first");
            assertThat(log.text()).doesNotContain("hunter2", "PRIVATE KEY");

            write(home, authority.identity("third", "127.0.0.1"));
            awaitShown(service.port(), "third");
        }
    }

    @Test
    void whatCannotBeUsedAtTheStartIsNamed() throws Exception {
        var _ = authority.identity("stranger").keyFile(home.resolve("tls.key"));
        assertThatThrownBy(this::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(home.resolve("tls.key") + " is not the key of " + home.resolve("tls.crt"));

        Files.writeString(home.resolve("tls.key"), "hunter2");
        assertThatThrownBy(this::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(home.resolve("tls.key") + " holds no private key in PEM that can be used");
    }

    @Test
    void theWebhookKnowsAlertmanagerByItsCertificate() throws Exception {
        try (var service = start(home, "{ clientCertificate: { names: [alertmanager, am.monitoring.svc] } }");
                var byCommonName = client(authority.client(clients.identity("alertmanager")));
                var byDnsName = client(authority.client(clients.identity("x", "other", "am.monitoring.svc")));
                var byAnother = client(authority.client(clients.identity("alertmanager-2", "monitoring.svc")));
                var byNone = client(authority.client(null));
                var byForger = client(authority.client(authority.identity("alertmanager")))) {
            assertThat(post(byCommonName, service, "").statusCode()).isEqualTo(204);
            assertThat(post(byDnsName, service, "").statusCode()).isEqualTo(204);
            for (var refused : new HttpClient[] {byAnother, byNone}) {
                var answer = post(refused, service, RealService.OPERATOR);
                WithRealService.assertProblem(answer, 401, "/problems/unauthorized");
                assertThat(answer.body()).contains("client certificate");
                assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
            }
            // The JDK's client shows nothing to a server that does not name its authority; others are cut off.
            assertThat(post(byForger, service, "").statusCode()).isEqualTo(401);
            assertThat(send(byNone, service.port(), "/api/v1/runs", RealService.VIEWER)
                            .statusCode())
                    .as("the API on the same port needs no certificate")
                    .isEqualTo(200);
            assertThat(send(byCommonName, service.port(), "/api/v1/runs", "").statusCode())
                    .as("and takes none for a token")
                    .isEqualTo(401);
        }
    }
}
