package dev.tocsin.observe;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One HTTP API that is asked with GET, its credentials read anew each time because secrets rotate. Calls block. */
public final class HttpSource {
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final URI base;
    private final Optional<Path> bearerFile;
    private final HttpClient client;

    /**
     * Asks an API.
     *
     * @param caFile certificates to trust instead of the JDK's
     * @throws IOException when they cannot be read
     */
    public HttpSource(URI base, Optional<Path> bearerFile, Optional<Path> caFile) throws IOException {
        this.base = base;
        this.bearerFile = bearerFile;
        var builder = HttpClient.newBuilder().connectTimeout(ANSWER);
        if (caFile.isPresent()) {
            builder.sslContext(trusting(caFile.get()));
        }
        client = builder.build();
    }

    /** The body of a 200; throws {@link IOException} that says what was asked for anything else. */
    String get(String path) throws IOException, InterruptedException {
        var uri = URI.create(base.toString().replaceAll("/+$", "") + path);
        var request = HttpRequest.newBuilder(uri).timeout(ANSWER);
        if (bearerFile.isPresent()) {
            request.header(
                    "Authorization",
                    "Bearer " + Files.readString(bearerFile.get()).strip());
        }
        try {
            var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("GET " + uri + " answered " + response.statusCode());
            }
            return response.body();
        } catch (java.net.ConnectException e) {
            throw new IOException("GET " + uri + ": nobody answers there", e);
        }
    }

    @Override
    public String toString() {
        return base.toString();
    }

    private static SSLContext trusting(Path caFile) throws IOException {
        try (var in = Files.newInputStream(caFile)) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            var number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates in " + caFile + " cannot be used: " + e.getMessage(), e);
        }
    }
}
