package dev.tocsin.http;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The API's tokens: a name, a role and perhaps an end for each hash; the tokens themselves are nowhere. */
public final class ApiTokens {

    /** Whose a token is. */
    record Holder(String name, Role role, Optional<Instant> until) {}

    private final Map<String, Holder> byHash;

    private ApiTokens(Map<String, Holder> byHash) {
        this.byHash = byHash;
    }

    /**
     * Reads lines {@code NAME ROLE SHA-256-HEX} with or without an RFC 3339 time at their ends; empty lines and those that
     * begin with # are skipped.
     *
     * @throws IllegalArgumentException naming the first line that cannot be used, and nothing of what stands in it
     */
    public static ApiTokens read(Path file, String text) {
        var byHash = new HashMap<String, Holder>();
        var number = 0;
        for (var line : text.lines().toList()) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                var words = line.strip().split("\\s+", -1);
                var place = file + ":" + number;
                if (words.length < 3 || words.length > 4 || !words[2].matches("[0-9a-fA-F]{64}")) {
                    throw new IllegalArgumentException(place
                            + ": write NAME ROLE SHA-256-HEX, the hash in 64 hexadecimal digits, and perhaps a time");
                }
                byHash.put(
                        words[2].toLowerCase(Locale.ROOT),
                        new Holder(
                                words[0],
                                role(words[1], place),
                                words.length == 4 ? Optional.of(time(words[3], place)) : Optional.empty()));
            }
        }
        if (byHash.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no token, so nobody could use the API");
        }
        return new ApiTokens(Map.copyOf(byHash));
    }

    /** Whose a token is, also when it has expired. */
    Optional<Holder> find(String hash) {
        return Optional.ofNullable(byHash.get(hash));
    }

    private static Role role(String text, String place) {
        return switch (text) {
            case "viewer" -> Role.VIEWER;
            case "operator" -> Role.OPERATOR;
            default -> throw new IllegalArgumentException(place + ": the role is viewer or operator");
        };
    }

    private static Instant time(String text, String place) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    place + ": the fourth word is when the token expires, as 2027-01-31T00:00:00Z");
        }
    }
}
