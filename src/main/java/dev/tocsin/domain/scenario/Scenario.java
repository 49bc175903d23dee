package dev.tocsin.domain.scenario;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What to do to which target and what must be seen, with every parameter and default filled in.
 *
 * @param mode whether the alerts expected are to ring, to stay silent, or either
 * @param target the configured target's name; absent means the only one
 * @param bracket steps between which its alerts should begin to ring
 * @param background loads that are on for the whole run, so that a lull can be told from an idle server
 * @param never alerts that must stay silent for the whole run
 * @param signals what people would see on a dashboard
 * @param unjudged what of a dashboard cannot be judged, and why
 * @param durability what must be true of the data
 * @param maxDuration when a run is stopped, whatever it is doing
 */
public record Scenario(
        String name,
        Mode mode,
        String title,
        Optional<String> owner,
        Optional<String> runbook,
        List<String> controls,
        Optional<String> target,
        Map<String, String> parameters,
        Optional<Bracket> bracket,
        List<Background> background,
        List<Stress> stress,
        List<AlertExpectation> alerts,
        List<Matchers> never,
        Unexpected unexpected,
        List<SignalExpectation> signals,
        List<String> unjudged,
        Optional<Durability> durability,
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
        background = List.copyOf(background);
        stress = List.copyOf(stress);
        alerts = List.copyOf(alerts);
        never = List.copyOf(never);
        signals = List.copyOf(signals);
        unjudged = List.copyOf(unjudged);
    }

    /** This scenario, its matchers narrowed to alerts that carry none of these labels with another value. */
    public Scenario on(Labels labels) {
        return with(stress, matchers -> matchers.narrowed(labels));
    }

    /** This scenario, its matchers narrowed to alerts whose label has none of the values. */
    public Scenario except(String label, List<String> values) {
        return with(stress, matchers -> matchers.except(label, values));
    }

    /** This scenario with every stimulus that has a size at half of it; empty when none can be set lower. */
    public Optional<Scenario> halved() {
        var lower = stress.stream().map(Stress::halved).toList();
        return lower.equals(stress) ? Optional.empty() : Optional.of(with(lower, matchers -> matchers));
    }

    private Scenario with(List<Stress> others, UnaryOperator<Matchers> narrowing) {
        return new Scenario(
                name,
                mode,
                title,
                owner,
                runbook,
                controls,
                target,
                parameters,
                bracket,
                background,
                others,
                alerts.stream()
                        .map(alert -> alert.with(narrowing.apply(alert.matchers())))
                        .toList(),
                never.stream().map(narrowing).toList(),
                unexpected,
                signals,
                unjudged,
                durability,
                maxDuration);
    }

    /** Everything that is done to the target: the stress as written, and the restart that ends a proof of durability. */
    public List<Stress> steps() {
        return Stream.concat(stress.stream(), secondRestart().stream()).toList();
    }

    /** Whether a stimulus of this name is no stress but a load in the background. */
    public boolean inBackground(String stimulus) {
        return background.stream().anyMatch(load -> load.name().equals(stimulus));
    }

    /** What is done to the target, by name: the loads in the background too. */
    public Map<String, Stimulus> stimuli() {
        var all = new LinkedHashMap<String, Stimulus>();
        background.forEach(load -> all.put(load.name(), load.stimulus()));
        steps().forEach(step -> all.put(step.name(), step.stimulus()));
        return all;
    }

    /** The restart that ends a proof of durability, where it was asked for. */
    public Optional<Stress> secondRestart() {
        return durability.flatMap(Durability::oneMoreRestart);
    }

    /** The alerts that a stimulus must cause. */
    public List<AlertExpectation> causedBy(String stimulus) {
        return alerts.stream()
                .filter(alert -> alert.causedBy().equals(stimulus))
                .toList();
    }
}
