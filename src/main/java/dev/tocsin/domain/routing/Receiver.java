package dev.tocsin.domain.routing;

import java.util.List;

/** A receiver, as far as webhooks go. */
public record Receiver(String name, List<Webhook> webhooks) {
    public Receiver {
        webhooks = List.copyOf(webhooks);
    }

    /**
     * One webhook of a receiver.
     *
     * @param url as Alertmanager shows it; newer releases show {@code <secret>}
     * @param maxAlerts 0 for all
     * @param customPayload whether a template takes the place of the usual body
     */
    public record Webhook(String url, boolean sendResolved, int maxAlerts, boolean customPayload) {}
}
