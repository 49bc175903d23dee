package dev.tocsin.domain.chain;

import java.time.Instant;
import java.util.Optional;

/**
 * A time in which a Prometheus or an Alertmanager did not answer, or the moment of its restart.
 *
 * @param source its name for people
 * @param until when it answered again; empty when it was not seen to
 * @param restarted whether another process answered then: a Prometheus begins each {@code for} anew, and an
 *     Alertmanager may have forgotten what it delivered
 */
public record Gap(String source, Instant from, Optional<Instant> until, boolean restarted) {
    /** Whether it touches a time. */
    public boolean touches(Instant begin, Instant end) {
        return !from.isAfter(end) && !until.orElse(Instant.MAX).isBefore(begin);
    }

    @Override
    public String toString() {
        return source
                + (from.equals(until.orElse(Instant.MAX))
                        ? " restarted at " + from
                        : " did not answer from " + from
                                + until.map(at -> " to " + at).orElse(" on")
                                + (restarted ? ", and another process did then" : ""));
    }
}
