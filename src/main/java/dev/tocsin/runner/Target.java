package dev.tocsin.runner;

import dev.tocsin.stress.Stressor;

/**
 * A configured target.
 *
 * @param hasPod whether stimuli that work on a pod can be applied
 */
public record Target(String name, boolean optedIn, boolean hasPod, Stressor stressor) {}
