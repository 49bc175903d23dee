package dev.tocsin.domain.chain;

import java.util.Locale;

/** A link of the chain from the stimulus to the resolved notification, in its order. */
public enum Link {
    STIMULUS,
    SCRAPE,
    SERIES,
    RULE,
    PENDING,
    FIRING,
    SENT,
    ACCEPTED,
    MUTED,
    ROUTED,
    GROUPED,
    DELIVERED,
    CONTRACT,
    RESOLVED;

    /** The name in verdicts and reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
