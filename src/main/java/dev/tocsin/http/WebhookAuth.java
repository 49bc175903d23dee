package dev.tocsin.http;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/** Lets Alertmanager in, and nobody else. */
public final class WebhookAuth implements SecurityPolicyHandler {
    private final String scheme;
    private final byte[] hash;
    private final String challenge;

    private WebhookAuth(String scheme, String credentials, String challenge) {
        this.scheme = scheme;
        this.hash = Secrets.sha256(credentials);
        this.challenge = challenge;
    }

    public static WebhookAuth bearer(String token) {
        return new WebhookAuth("Bearer", token, "Bearer");
    }

    public static WebhookAuth basic(String username, String password) {
        var pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new WebhookAuth("Basic", Base64.getEncoder().encodeToString(pair), "Basic realm=\"tocsin\"");
    }

    @Override
    public void handle(RoutingContext request) {
        var given = Secrets.credentials(request, scheme);
        if (given.isEmpty() || !MessageDigest.isEqual(Secrets.sha256(given.get()), hash)) {
            request.fail(Problem.unauthorized(challenge));
        } else {
            request.next();
        }
    }
}
