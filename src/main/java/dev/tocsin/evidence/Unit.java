package dev.tocsin.evidence;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values as a panel of Grafana shows them; one without a unit, or of an unknown one, is written as it is. */
record Unit(Optional<String> grafana) {
    private static final MathContext DIGITS = new MathContext(4);
    private static final List<String> BINARY = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");
    private static final List<String> DECIMAL = List.of("B", "kB", "MB", "GB", "TB", "PB");
    private static final double PERCENT = 100;

    private static final Map<String, String> SUFFIXES = Map.of(
            "percent", "%",
            "s", "s",
            "ms", "ms",
            "µs", "µs",
            "ops", "ops/s",
            "reqps", "req/s",
            "rps", "reads/s",
            "wps", "writes/s",
            "hertz", "Hz");

    String print(double value) {
        var unit = grafana.orElse("");
        return switch (unit) {
            case "", "short", "none" -> number(value);
            case "percentunit" -> number(value * PERCENT) + " %";
            case "bytes" -> scaled(value, 1024, BINARY);
            case "decbytes" -> scaled(value, 1000, DECIMAL);
            case "binBps" -> scaled(value, 1024, BINARY) + "/s";
            case "Bps" -> scaled(value, 1000, DECIMAL) + "/s";
            default -> number(value) + " " + SUFFIXES.getOrDefault(unit, unit);
        };
    }

    private static String scaled(double value, double step, List<String> names) {
        var rest = value;
        var name = 0;
        while (Math.abs(rest) >= step && name < names.size() - 1) {
            rest /= step;
            name++;
        }
        return number(rest) + " " + names.get(name);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
