package dev.tocsin.domain.chain;

import dev.tocsin.domain.alert.Labels;
import java.time.Instant;
import java.util.List;

/**
 * An alert that an Alertmanager holds.
 *
 * @param updatedAt when it last heard of it
 * @param state {@code active}, {@code suppressed} or {@code unprocessed}
 * @param silencedBy ids of silences
 * @param inhibitedBy the alerts that inhibit it
 * @param mutedBy names of time intervals; only newer releases tell
 * @param receivers those that its route leads to
 */
public record HeldAlert(
        Labels labels,
        Instant startsAt,
        Instant updatedAt,
        String state,
        List<String> silencedBy,
        List<String> inhibitedBy,
        List<String> mutedBy,
        List<String> receivers) {
    public HeldAlert {
        silencedBy = List.copyOf(silencedBy);
        inhibitedBy = List.copyOf(inhibitedBy);
        mutedBy = List.copyOf(mutedBy);
        receivers = List.copyOf(receivers);
    }

    String summary() {
        return labels.alertname() + " since " + startsAt + ", " + state + ", for " + receivers;
    }

    HeldAlert essence() {
        return new HeldAlert(labels, startsAt, Instant.EPOCH, state, silencedBy, inhibitedBy, mutedBy, receivers);
    }
}
