package dev.tocsin.node;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is signed. It is good for one boot of one node, so it can never be used twice.
 *
 * @param bootId the boot that is to end
 * @param nonce tells two requests for one boot apart
 */
public record RestartRequest(
        String node, String bootId, Manner manner, String run, String nonce, Instant issued, Instant expires) {
    /** Signed as well, so that no signature of anything else of ours can ever be taken for one of this. */
    private static final String TITLE = "tocsin.dev/node-restart/v1";

    private static final List<String> KEYS = List.of("node", "bootId", "manner", "run", "nonce", "issued", "expires");

    /** How a node is to end. */
    public enum Manner {
        /** Like a power cut: nothing is stopped and nothing is written back. */
        CUT,
        /** As an administrator does it. */
        ORDERLY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The text that is signed, to the byte. */
    public String text() {
        return """
                %s
                node: %s
                bootId: %s
                manner: %s
                run: %s
                nonce: %s
                issued: %s
                expires: %s
                """.formatted(TITLE, node, bootId, manner, run, nonce, issued, expires);
    }

    /** Reads a text back; empty when it is no request, down to the last byte. */
    public static Optional<RestartRequest> parse(String text) {
        try {
            var values = new TreeMap<String, String>();
            for (var line : text.lines().skip(1).toList()) {
                var colon = line.indexOf(": ");
                if (colon < 0) {
                    return Optional.empty();
                }
                values.put(line.substring(0, colon), line.substring(colon + 2));
            }
            if (!values.keySet().equals(new java.util.TreeSet<>(KEYS))) {
                return Optional.empty();
            }
            return Optional.of(of(values)).filter(read -> read.text().equals(text));
        } catch (IllegalArgumentException | DateTimeException _) {
            return Optional.empty();
        }
    }

    private static RestartRequest of(Map<String, String> values) {
        return new RestartRequest(
                value(values, "node"),
                value(values, "bootId"),
                Manner.valueOf(value(values, "manner").toUpperCase(Locale.ROOT)),
                value(values, "run"),
                value(values, "nonce"),
                Instant.parse(value(values, "issued")),
                Instant.parse(value(values, "expires")));
    }

    private static String value(Map<String, String> values, String key) {
        return values.getOrDefault(key, "");
    }
}
