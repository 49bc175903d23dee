package dev.tocsin.dashboards;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The variables of a dashboard and what they stand for. */
final class Variables {
    private static final Pattern USE =
            Pattern.compile("\\$\\{(?<braced>\\w+)(?::\\w+)?}|\\[\\[(?<old>\\w+)(?::\\w+)?]]|\\$(?<bare>\\w+)");

    /** A matcher whose whole value is one variable. */
    private static final Pattern EQUALS =
            Pattern.compile("(?<sign>!?=)\\s*\"(?<use>\\$\\{\\w+(?::\\w+)?}|\\[\\[\\w+(?::\\w+)?]]|\\$\\w+)\"");

    /** What Grafana fills in itself, for a source that is scraped every 15 s and the last 15 minutes. */
    private static final Map<String, String> BUILT_IN = Map.of(
            "__rate_interval", "1m",
            "__interval", "15s",
            "__interval_ms", "15000",
            "__range", "15m",
            "__range_s", "900",
            "__range_ms", "900000");

    private static final String ALL = "$__all";
    private static final String ANY = ".*";

    private final Map<String, String> values;

    private Variables(Map<String, String> values) {
        this.values = values;
    }

    static Variables of(JsonNode list, Map<String, String> given) {
        var values = new HashMap<>(BUILT_IN);
        for (var variable : list) {
            values.put(variable.path("name").asString(""), value(variable));
        }
        values.putAll(given);
        return new Variables(values);
    }

    private static String value(JsonNode variable) {
        var current = variable.path("current").path("value");
        var chosen = current.isArray()
                ? current.valueStream().map(value -> value.asString("")).toList()
                : List.of(current.asString(""));
        var saved = chosen.stream().filter(value -> !value.isEmpty()).toList();
        if (saved.contains(ALL)) {
            return Optional.of(variable.path("allValue").asString(""))
                    .filter(value -> !value.isEmpty())
                    .orElse(ANY);
        }
        if (!saved.isEmpty()) {
            return saved.size() == 1
                    ? saved.getFirst()
                    : saved.stream().map(Variables::quoted).collect(Collectors.joining("|", "(", ")"));
        }
        return switch (variable.path("type").asString("")) {
            case "query" -> ANY;
            case "datasource" -> "";
            default -> firstOption(variable);
        };
    }

    /** Of one that was saved without a choice. */
    private static String firstOption(JsonNode variable) {
        var options = new ArrayList<String>();
        variable.path("options")
                .forEach(option -> options.add(option.path("value").asString("")));
        for (var text : variable.path("query").asString("").split(",")) {
            options.add(text.strip());
        }
        return options.stream()
                .filter(option -> !option.isEmpty() && !option.equals(ALL))
                .findFirst()
                .orElse(ANY);
    }

    private static String quoted(String text) {
        return text.replaceAll("[\\\\.+*?()|\\[\\]{}^$]", "\\\\$0");
    }

    /** Throws {@link IllegalArgumentException} for a variable that is nowhere defined. */
    String fill(String expression) {
        // What stands for many is a regular expression, also where the dashboard was saved with one value.
        var matched = EQUALS.matcher(expression).replaceAll(match -> {
            var use = match.group("use");
            return Matcher.quoteReplacement(
                    isPattern(valueOf(use))
                            ? (match.group("sign").equals("=") ? "=~\"" : "!~\"") + use + "\""
                            : match.group());
        });
        return USE.matcher(matched).replaceAll(match -> Matcher.quoteReplacement(valueOf(match.group())));
    }

    private static boolean isPattern(String value) {
        return value.equals(ANY)
                || value.startsWith("(") && value.endsWith(")")
                || value.contains(".*")
                || value.contains(".+");
    }

    private String valueOf(String use) {
        var matcher = USE.matcher(use);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("uses " + use + " in a way that is not understood");
        }
        var name = Optional.ofNullable(matcher.group("braced"))
                .or(() -> Optional.ofNullable(matcher.group("old")))
                .orElse(matcher.group("bare"));
        return Optional.ofNullable(values.get(name))
                .orElseThrow(
                        () -> new IllegalArgumentException("uses $" + name + ", which the dashboard does not define"));
    }
}
