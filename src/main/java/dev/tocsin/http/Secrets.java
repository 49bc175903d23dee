package dev.tocsin.http;

import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Secrets are compared by their hashes, which tells by no time it takes how much of a guess was right. */
final class Secrets {
    private Secrets() {}

    static String sha256Hex(String secret) {
        return HexFormat.of().formatHex(sha256(secret));
    }

    /** What a request's Authorization header holds after the scheme, whose case does not matter (RFC 9110). */
    static Optional<String> credentials(RoutingContext request, String scheme) {
        return Optional.ofNullable(request.request().getHeader("Authorization"))
                .filter(header -> header.regionMatches(true, 0, scheme + " ", 0, scheme.length() + 1))
                .map(header -> header.substring(scheme.length()).strip());
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
