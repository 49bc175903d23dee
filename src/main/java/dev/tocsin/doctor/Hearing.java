package dev.tocsin.doctor;

import dev.tocsin.domain.doctor.OwnSeen;
import dev.tocsin.domain.doctor.OwnWiring;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import java.time.Instant;
import java.util.Optional;

/** Remembers what the webhook heard last, and turned away last. */
public final class Hearing {
    private volatile Optional<Instant> heartbeat = Optional.empty();
    private volatile Optional<OwnSeen.Refused> refused = Optional.empty();

    /** Takes in a fact. */
    public void heard(Recorded recorded) {
        if (recorded.fact() instanceof Fact.NotificationReceived(var notification)) {
            if (notification.alerts().stream()
                    .anyMatch(alert ->
                            OwnWiring.HEARTBEATS.contains(alert.labels().alertname()))) {
                heartbeat = Optional.of(recorded.at());
            }
        } else if (recorded.fact() instanceof Fact.NotificationRefused(var status, var why)) {
            refused = Optional.of(new OwnSeen.Refused(recorded.at(), status, why));
        }
    }

    Optional<Instant> heartbeat() {
        return heartbeat;
    }

    Optional<OwnSeen.Refused> refused() {
        return refused;
    }
}
