package dev.tocsin.domain.alert;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One alert as a notification lists it.
 *
 * @param startsAt when Prometheus first called it firing (after {@code for}), or earlier where Alertmanager merged
 * @param endsAt absent while it fires
 */
public record Alert(
        Status status, Labels labels, Map<String, String> annotations, Instant startsAt, Optional<Instant> endsAt) {
    /** Whether an alert fires or has ended. */
    public enum Status {
        FIRING,
        RESOLVED
    }

    public Alert {
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
    }
}
