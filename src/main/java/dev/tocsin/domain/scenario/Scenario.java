package dev.tocsin.domain.scenario;

import dev.tocsin.domain.alert.Matchers;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What to do to which target and what must be seen, with every parameter and default filled in.
 *
 * @param target the configured target's name; absent means the only one
 * @param never alerts that must stay silent for the whole run
 * @param maxDuration when a run is stopped, whatever it is doing
 */
public record Scenario(
        String name,
        String title,
        Optional<String> owner,
        Optional<String> runbook,
        List<String> controls,
        Optional<String> target,
        Map<String, String> parameters,
        List<Stress> stress,
        List<AlertExpectation> alerts,
        List<Matchers> never,
        Unexpected unexpected,
        Duration maxDuration) {

    /** What an alert means that nobody expected. */
    public enum Unexpected {
        IGNORE,
        WARN,
        FAIL
    }

    public Scenario {
        controls = List.copyOf(controls);
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        stress = List.copyOf(stress);
        alerts = List.copyOf(alerts);
        never = List.copyOf(never);
    }

    /** The alerts that a stimulus must cause. */
    public List<AlertExpectation> causedBy(String stimulus) {
        return alerts.stream()
                .filter(alert -> alert.causedBy().equals(stimulus))
                .toList();
    }
}
