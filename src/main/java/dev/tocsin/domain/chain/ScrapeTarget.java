package dev.tocsin.domain.chain;

import dev.tocsin.domain.alert.Labels;
import java.time.Duration;
import java.time.Instant;

/**
 * A target that Prometheus scrapes.
 *
 * @param health {@code up}, {@code down} or {@code unknown}
 * @param lastScrape when its last scrape began; the epoch when it was never scraped
 * @param took how long that took
 */
public record ScrapeTarget(
        String pool,
        Labels labels,
        String health,
        String lastError,
        Instant lastScrape,
        Duration took,
        Duration interval,
        Duration timeout) {
    /** Job and instance, as everybody calls it. */
    public String name() {
        return labels.get("job") + " " + labels.get("instance");
    }

    String summary() {
        return name() + " is " + health + (lastError.isEmpty() ? "" : ", " + lastError);
    }

    ScrapeTarget essence() {
        return new ScrapeTarget(pool, labels, health, lastError, Instant.EPOCH, Duration.ZERO, interval, timeout);
    }
}
