package dev.tocsin.cluster;

/** Where a target's pod is found: a namespace and a label selector as kubectl writes it. */
public record PodSelector(String namespace, String selector) {}
