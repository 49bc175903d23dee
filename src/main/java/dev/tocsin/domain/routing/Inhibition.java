package dev.tocsin.domain.routing;

/**
 * An alert that mutes another one.
 *
 * @param rule by which rule
 * @param source the alert that mutes
 * @param certainty {@code YES}, or {@code DEPENDS} on labels that are not known
 */
public record Inhibition(InhibitRule rule, PartialLabels source, Ternary certainty) {}
