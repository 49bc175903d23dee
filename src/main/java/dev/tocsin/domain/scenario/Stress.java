package dev.tocsin.domain.scenario;

import java.time.Duration;

/**
 * One stimulus as a scenario schedules it.
 *
 * @param name unique within the scenario
 * @param at how long after the beginning of the stress it starts
 */
public record Stress(String name, Duration at, Hold hold, Stimulus stimulus) {
    /** This at half its size, if it has one that can be set lower. */
    Stress halved() {
        return new Stress(name, at, hold, stimulus.halved());
    }
}
