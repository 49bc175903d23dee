package dev.tocsin.domain.verdict;

import dev.tocsin.domain.chain.Link;
import java.time.Duration;

/**
 * How long one link of the chain took for an alert that rang.
 *
 * @param what where the time went
 * @param floor the least that the deployed configuration allows from there, at the phase that it ran in
 */
public record LinkTime(Link link, String what, Duration took, Duration floor) {}
