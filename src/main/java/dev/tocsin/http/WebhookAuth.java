package dev.tocsin.http;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Lets Alertmanager in, and nobody else. */
public final class WebhookAuth implements SecurityPolicyHandler {
    private final Predicate<RoutingContext> known;
    private final String wanted;
    private final String challenge;

    private WebhookAuth(Predicate<RoutingContext> known, String wanted, String challenge) {
        this.known = known;
        this.wanted = wanted;
        this.challenge = challenge;
    }

    /**
     * Whoever sends the token.
     *
     * @param token asked at each request, for it may change
     */
    public static WebhookAuth bearer(Supplier<String> token) {
        return new WebhookAuth(credentials("Bearer", token), "Bearer credentials", "Bearer");
    }

    /**
     * Whoever sends name and password.
     *
     * @param password asked at each request, for it may change
     */
    public static WebhookAuth basic(String username, Supplier<String> password) {
        return new WebhookAuth(
                credentials(
                        "Basic",
                        () -> Base64.getEncoder()
                                .encodeToString((username + ":" + password.get()).getBytes(StandardCharsets.UTF_8))),
                "Basic credentials",
                "Basic realm=\"tocsin\"");
    }

    /** Whoever shows a certificate of one of these names; that it is signed by the right one is the listener's business. */
    public static WebhookAuth clientCertificate(List<String> names) {
        return new WebhookAuth(
                request -> shown(request, names),
                "a client certificate of the right name",
                "ClientCertificate realm=\"tocsin\"");
    }

    @Override
    public void handle(RoutingContext request) {
        if (known.test(request)) {
            request.next();
        } else {
            request.fail(Problem.unauthorized(wanted, challenge));
        }
    }

    private static Predicate<RoutingContext> credentials(String scheme, Supplier<String> expected) {
        return request -> Secrets.credentials(request, scheme)
                .filter(given -> MessageDigest.isEqual(Secrets.sha256(given), Secrets.sha256(expected.get())))
                .isPresent();
    }

    private static boolean shown(RoutingContext request, List<String> names) {
        try {
            return request.request().isSSL()
                    && request.request().connection().peerCertificates().getFirst() instanceof X509Certificate shown
                    && CertificateNames.of(shown).stream().anyMatch(names::contains);
        } catch (SSLPeerUnverifiedException _) {
            return false; // none was shown
        }
    }
}
