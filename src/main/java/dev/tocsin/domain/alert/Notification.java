package dev.tocsin.domain.alert;

import java.util.List;

/**
 * One webhook body from Alertmanager.
 *
 * @param receiver the receiver's name as configured, Alertmanager's regular-expression escapes taken back
 * @param truncatedAlerts how many alerts of the group {@code max_alerts} cut off; they are unknown, not absent
 * @param raw the body exactly as received
 */
public record Notification(String receiver, String groupKey, List<Alert> alerts, long truncatedAlerts, String raw) {
    public Notification {
        alerts = List.copyOf(alerts);
    }
}
