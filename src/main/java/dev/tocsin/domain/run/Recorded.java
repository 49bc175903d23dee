package dev.tocsin.domain.run;

import java.time.Instant;

/** A fact with its place and time, which the journal gives once. */
public record Recorded(long seq, Instant at, Fact fact) {}
