package dev.tocsin.http;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Lets Alertmanager in, and nobody else.
 *
 * @param scheme the first word of the Authorization header that must come
 * @param secret all the rest of it
 * @param challenge what a stranger is told to send
 */
public record WebhookAuth(String scheme, String secret, String challenge) implements SecurityPolicyHandler {
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
        if (given.isEmpty() || !Secrets.same(given.get(), secret)) {
            request.fail(Problem.unauthorized(challenge));
        } else {
            request.next();
        }
    }

    /** Keeps the secret out of logs. */
    @Override
    public String toString() {
        return "WebhookAuth[" + challenge + "]";
    }
}
