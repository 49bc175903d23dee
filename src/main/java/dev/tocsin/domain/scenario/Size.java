package dev.tocsin.domain.scenario;

import java.util.regex.Pattern;

/** How many sessions: a number, or a percentage of the server's {@code max_connections}. */
public sealed interface Size {
    /** What a size looks like in a scenario. */
    String PATTERN = "^[0-9]+%?$";

    /** A number of sessions. */
    record Count(int sessions) implements Size {
        @Override
        public int of(int maxConnections) {
            return sessions;
        }

        @Override
        public String toString() {
            return String.valueOf(sessions);
        }
    }

    /** A share of {@code max_connections}, rounded up. */
    record Percent(int percent) implements Size {
        @Override
        public int of(int maxConnections) {
            return Math.ceilDiv(percent * maxConnections, 100);
        }

        @Override
        public String toString() {
            return percent + "%";
        }
    }

    /** Half of it, rounded down; itself when that would be nothing. */
    default Size halved() {
        return switch (this) {
            case Count(int sessions) -> new Count(Math.max(1, sessions / 2));
            case Percent(int percent) -> new Percent(Math.max(1, percent / 2));
        };
    }

    /** The number of sessions on a server that allows {@code maxConnections}. */
    int of(int maxConnections);

    /** Throws {@link IllegalArgumentException} for what is neither a number above 0 nor 1% to 100%. */
    static Size parse(String text) {
        if (!Pattern.matches(PATTERN, text) || text.length() > 7) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is neither a number of sessions nor a percentage like 96%");
        }
        var number = Integer.parseInt(text.replace("%", ""));
        if (number < 1) {
            throw new IllegalArgumentException("\"" + text + "\" is no load: at least 1");
        }
        if (!text.endsWith("%")) {
            return new Count(number);
        }
        if (number > 100) {
            throw new IllegalArgumentException("\"" + text + "\" is more than the server has: at most 100%");
        }
        return new Percent(number);
    }
}
