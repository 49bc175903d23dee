package dev.tocsin.domain.routing;

/** A named time interval. */
public record TimeInterval(String name) {}
