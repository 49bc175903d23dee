package dev.tocsin.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/**
 * Reads times. The form that Go writes in UTC, {@code 2026-11-23T02:25:20.511Z}, is read by hand: the JDK's formatter takes
 * nearly as long for the times of a notification as Jackson for all of it. Every other form is left to the formatter.
 */
final class Rfc3339 {
    private static final String SECONDS = "0000-00-00T00:00:00";
    private static final int NANO_DIGITS = 9;

    private Rfc3339() {}

    /** Throws {@link DateTimeParseException} for what is no time with an offset. */
    static Instant parse(String text) {
        if (isUsual(text)) {
            try {
                return usual(text);
            } catch (DateTimeException _) {
                // no such day or hour: the formatter says so
            }
        }
        return OffsetDateTime.parse(text).toInstant();
    }

    private static boolean isUsual(String text) {
        var end = text.length() - 1;
        var fraction = end - SECONDS.length(); // with its point
        if (fraction < 0 || fraction == 1 || fraction > NANO_DIGITS + 1 || text.charAt(end) != 'Z') {
            return false;
        }
        for (var i = 0; i < end; i++) {
            var wanted = i < SECONDS.length() ? SECONDS.charAt(i) : i == SECONDS.length() ? '.' : '0';
            var c = text.charAt(i);
            if (wanted == '0' ? c < '0' || c > '9' : c != wanted) {
                return false;
            }
        }
        return true;
    }

    private static Instant usual(String text) {
        var nanos = 0;
        for (var i = 0; i < NANO_DIGITS; i++) {
            var at = SECONDS.length() + 1 + i;
            nanos = nanos * 10 + (at < text.length() - 1 ? text.charAt(at) - '0' : 0);
        }
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19),
                        nanos)
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
