package dev.tocsin.domain.alert;

import java.util.List;
import java.util.Optional;

/**
 * One webhook body from Alertmanager.
 *
 * @param receiver the receiver's name as configured, Alertmanager's regular-expression escapes taken back
 * @param reason why it was sent, as Alertmanager itself says since 0.32
 * @param truncatedAlerts how many alerts of the group {@code max_alerts} cut off; they are unknown, not absent
 * @param raw the body exactly as received
 */
public record Notification(
        String receiver,
        String groupKey,
        Optional<String> reason,
        List<Alert> alerts,
        long truncatedAlerts,
        String raw) {
    /** The reason of one that tells what the same group told before. */
    public static final String REPEATED = "repeat interval elapsed";

    public Notification {
        alerts = List.copyOf(alerts);
    }
}
