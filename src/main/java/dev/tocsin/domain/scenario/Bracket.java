package dev.tocsin.domain.scenario;

import java.util.List;

/**
 * Values of one parameter, from low to high, between which an alert should begin to ring.
 *
 * @param parameter one that the scenario declares
 */
public record Bracket(String parameter, List<String> steps) {
    public Bracket {
        steps = List.copyOf(steps);
        if (steps.size() < 2) {
            throw new IllegalArgumentException("a bracket of " + parameter + " needs at least two steps");
        }
    }

    /** Reads {@code fill=79%,81%,96%}; throws {@link IllegalArgumentException} for anything else. */
    public static Bracket parse(String text) {
        var parts = text.split("=", 2);
        if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no bracket; write a parameter and its steps, like fill=79%,81%,96%");
        }
        return new Bracket(parts[0].strip(), List.of(parts[1].strip().split("\\s*,\\s*")));
    }

    @Override
    public String toString() {
        return parameter + "=" + String.join(",", steps);
    }
}
