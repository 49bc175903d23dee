package dev.tocsin.domain.scenario;

/**
 * A load that is on from before the baseline until the end of a run; no alert is expected of it.
 *
 * @param name unique within the scenario, the stress included
 */
public record Background(String name, SessionStimulus stimulus) {}
