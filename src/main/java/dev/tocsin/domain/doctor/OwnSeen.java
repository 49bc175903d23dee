package dev.tocsin.domain.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What was seen of Tocsin itself.
 *
 * @param folder of the journal
 * @param problem why it could not be written to
 * @param fsync how long it took until a write would survive a power cut
 * @param free bytes that are left for it
 * @param webhookGuarded whether credentials are asked of whoever posts alerts
 * @param heartbeatLoaded whether Prometheus has a rule that always fires
 * @param heartbeat when such an alert was last heard
 * @param refused the last notification that was turned away
 */
public record OwnSeen(
        String folder,
        Optional<String> problem,
        Duration fsync,
        long free,
        boolean webhookGuarded,
        boolean heartbeatLoaded,
        Optional<Instant> heartbeat,
        Optional<Refused> refused) {

    /** A notification that was turned away. */
    public record Refused(Instant at, int status, String why) {}
}
