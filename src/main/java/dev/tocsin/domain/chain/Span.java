package dev.tocsin.domain.chain;

import dev.tocsin.domain.alert.Labels;
import java.time.Instant;

/** A time in which Prometheus held an alert as {@code pending} or {@code firing}, to the step of the query. */
public record Span(Labels labels, String state, Instant from, Instant until) {}
