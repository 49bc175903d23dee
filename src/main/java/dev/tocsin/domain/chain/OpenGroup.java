package dev.tocsin.domain.chain;

import dev.tocsin.domain.alert.Labels;

/** A group of alerts that has begun at a receiver, identified by the labels that its route groups by. */
public record OpenGroup(String receiver, Labels labels) {}
