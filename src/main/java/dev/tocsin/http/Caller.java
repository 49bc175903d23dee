package dev.tocsin.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Who sent a request, once that is known.
 *
 * @param by how it is known
 */
public record Caller(String name, By by) {
    private static final String KEY = "caller";

    /** How a caller is known. */
    public enum By {
        NOTHING("nothing"),
        TOKENS_FILE("tokensFile"),
        KUBERNETES("kubernetes");

        private final String word;

        By(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** The name of who sent a request that was let through. */
    public static String name(RoutingContext request) {
        return of(request)
                .orElseThrow(() -> new IllegalStateException("nobody asked who sent " + request.normalizedPath()))
                .name();
    }

    static Optional<Caller> of(RoutingContext request) {
        return Optional.ofNullable(request.get(KEY));
    }

    void sent(RoutingContext request) {
        var _ = request.put(KEY, this);
    }
}
