package dev.tocsin.domain.scenario;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as Prometheus writes them: {@code 90s}, {@code 5m}, {@code 1h30m}. */
public final class Durations {
    /** What a duration looks like; at least one part, units from large to small. */
    public static final String PATTERN =
            "^(?=.)(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?$";

    private static final Pattern GRAMMAR = Pattern.compile(PATTERN);
    private static final long[] UNIT_MILLIS = {31_536_000_000L, 604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1000L, 1
    };
    private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};

    private Durations() {}

    /** Throws {@link IllegalArgumentException} for what Prometheus would not accept. */
    public static Duration parse(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        var matched = GRAMMAR.matcher(text);
        if (!matched.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a duration; write for example 90s, 5m or 1h30m");
        }
        try {
            var millis = 0L;
            for (var unit = 0; unit < UNIT_MILLIS.length; unit++) {
                var digits = matched.group(unit + 1);
                if (digits != null) {
                    millis = Math.addExact(millis, Math.multiplyExact(Long.parseLong(digits), UNIT_MILLIS[unit]));
                }
            }
            return Duration.ofMillis(millis);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is too long a duration", e);
        }
    }

    /** The shortest text that {@link #parse} reads back as the same number of milliseconds. */
    public static String print(Duration duration) {
        if (duration.isNegative()) {
            return "-" + print(duration.negated());
        }
        var rest = duration.toMillis();
        if (rest == 0) {
            return "0s";
        }
        var text = new StringBuilder();
        for (var unit = 2; unit < UNIT_MILLIS.length; unit++) {
            var count = rest / UNIT_MILLIS[unit];
            if (count > 0) {
                text.append(count).append(UNITS[unit]);
            }
            rest %= UNIT_MILLIS[unit];
        }
        return text.toString();
    }
}
