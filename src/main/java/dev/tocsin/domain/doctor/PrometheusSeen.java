package dev.tocsin.domain.doctor;

import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.domain.chain.Sight;
import java.util.List;
import java.util.Optional;

/**
 * What was seen of Prometheus.
 *
 * @param rules every alerting rule
 * @param recipients the Alertmanagers that it sends to
 * @param configured the Alertmanagers that Tocsin is configured to ask
 */
public record PrometheusSeen(
        String url,
        Sight.SourceSeen about,
        List<Rule> rules,
        List<ScrapeTarget> targets,
        List<Recipient> recipients,
        List<String> configured) {

    /**
     * An Alertmanager that Prometheus sends to.
     *
     * @param configuredAs what it is called in Tocsin's configuration; empty when it is none of those
     * @param why how that was told
     */
    public record Recipient(String url, Optional<String> configuredAs, String why) {}

    public PrometheusSeen {
        rules = List.copyOf(rules);
        targets = List.copyOf(targets);
        recipients = List.copyOf(recipients);
        configured = List.copyOf(configured);
    }
}
