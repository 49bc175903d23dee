package dev.tocsin.domain.scenario;

import java.util.regex.Pattern;

/** A number of bytes, written with the unit that PostgreSQL uses: {@code 190MB}, {@code 16kB}, {@code 2GB}. */
public record ByteSize(long bytes) {
    /** What one looks like in a scenario. */
    public static final String PATTERN = "^[0-9]{1,9}(B|kB|MB|GB)$";

    private static final long KILO = 1024;

    /** Throws {@link IllegalArgumentException} for what has no unit, or is nothing. */
    public static ByteSize parse(String text) {
        if (!Pattern.matches(PATTERN, text)) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no number of bytes; write for example 16kB, 190MB or 2GB");
        }
        var digits = text.replaceAll("[A-Za-z]", "");
        var factor = switch (text.substring(digits.length())) {
            case "kB" -> KILO;
            case "MB" -> KILO * KILO;
            case "GB" -> KILO * KILO * KILO;
            default -> 1L;
        };
        var bytes = Long.parseLong(digits) * factor;
        if (bytes == 0) {
            throw new IllegalArgumentException("\"" + text + "\" is nothing");
        }
        return new ByteSize(bytes);
    }

    /** The shortest text that {@link #parse} reads back as the same. */
    @Override
    public String toString() {
        var rest = bytes;
        var unit = 0;
        while (unit < 3 && rest % KILO == 0) {
            rest /= KILO;
            unit++;
        }
        return rest + new String[] {"B", "kB", "MB", "GB"}[unit];
    }
}
