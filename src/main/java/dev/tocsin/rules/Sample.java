package dev.tocsin.rules;

import dev.tocsin.domain.alert.Labels;

/** One series of an answer, with its value. */
public record Sample(Labels labels, double value) {}
