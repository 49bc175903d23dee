package dev.tocsin.http;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The API's tokens: a name and a role for each hash; the tokens themselves are nowhere. */
public final class ApiTokens {
    private static final String CALLER = "caller";
    private static final String SCHEME = "Bearer";

    /** What a token may do. */
    public enum Role {
        VIEWER,
        OPERATOR
    }

    private record Holder(String name, Role role) {}

    private final Optional<Map<String, Holder>> byHash;

    private ApiTokens(Optional<Map<String, Holder>> byHash) {
        this.byHash = byHash;
    }

    /** Everybody may do everything. */
    public static ApiTokens open() {
        return new ApiTokens(Optional.empty());
    }

    /**
     * Reads lines {@code NAME ROLE SHA-256-HEX}; empty lines and those that begin with # are skipped.
     *
     * @throws IllegalArgumentException naming the first line that cannot be used
     */
    public static ApiTokens read(Path file) throws IOException {
        var byHash = new HashMap<String, Holder>();
        var number = 0;
        for (var line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            var words = line.strip().split("\\s+", -1);
            if (words.length != 3 || !words[2].matches("[0-9a-fA-F]{64}")) {
                throw new IllegalArgumentException(
                        file + ":" + number + ": write NAME ROLE SHA-256-HEX, the hash in 64 hexadecimal digits");
            }
            byHash.put(words[2].toLowerCase(Locale.ROOT), new Holder(words[0], role(words[1], file + ":" + number)));
        }
        if (byHash.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no token, so nobody could use the API");
        }
        return new ApiTokens(Optional.of(Map.copyOf(byHash)));
    }

    /** Lets only those through whose token has the role; an operator may do what a viewer may. */
    public SecurityPolicyHandler require(Role role) {
        return request -> {
            if (byHash.isEmpty()) {
                request.put(CALLER, "anybody").next();
                return;
            }
            var holder = Secrets.credentials(request, SCHEME)
                    .map(token -> byHash.get().get(Secrets.sha256Hex(token)));
            if (holder.isEmpty()) {
                request.fail(Problem.unauthorized(SCHEME));
            } else if (holder.get().role().compareTo(role) < 0) {
                request.fail(Problem.forbidden(role.name().toLowerCase(Locale.ROOT)));
            } else {
                request.put(CALLER, holder.get().name()).next();
            }
        };
    }

    /** Who sent the request. */
    public static String caller(RoutingContext request) {
        return String.valueOf(request.<Object>get(CALLER));
    }

    private static Role role(String text, String place) {
        return switch (text) {
            case "viewer" -> Role.VIEWER;
            case "operator" -> Role.OPERATOR;
            default -> throw new IllegalArgumentException(place + ": the role is viewer or operator, not " + text);
        };
    }
}
