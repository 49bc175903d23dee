package dev.tocsin.domain.verdict;

import java.time.Duration;
import java.time.Instant;

/**
 * What a run waits for before its stimuli.
 *
 * @param missing what there is too little of
 * @param pace how often there may be more
 * @param until from then on it is not worth waiting for
 */
public record Wait(String missing, Duration pace, Instant until) {}
