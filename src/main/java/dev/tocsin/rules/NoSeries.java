package dev.tocsin.rules;

import dev.tocsin.domain.chain.ScrapeTarget;
import java.util.List;
import java.util.Optional;

/** No Prometheus to ask. */
final class NoSeries implements Series {
    @Override
    public List<Sample> query(String promql) {
        return List.of();
    }

    @Override
    public Optional<String> type(String metric) {
        return Optional.empty();
    }

    @Override
    public List<ScrapeTarget> targets() {
        return List.of();
    }
}
