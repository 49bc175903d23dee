package dev.tocsin.evidence;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How moments of a run are written: in UTC, and from its start. */
record RunClock(Instant start) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** As {@code +12.3 s}. */
    String offset(Instant at) {
        return String.format(Locale.ROOT, "%+.1f s", Duration.between(start, at).toMillis() / 1000.0);
    }

    String time(Instant at) {
        return TIME.format(at);
    }

    static String date(Instant at) {
        return DATE.format(at) + " UTC";
    }

    static String seconds(double seconds, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f s", seconds);
    }
}
