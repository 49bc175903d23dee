package dev.tocsin.observe;

import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.rules.Sample;
import dev.tocsin.rules.Series;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The series of a Prometheus that runs. Calls block. */
public final class LiveSeries implements Series {
    private final PrometheusApi prometheus;

    public LiveSeries(HttpSource source) {
        prometheus = new PrometheusApi(source);
    }

    @Override
    public List<Sample> query(String promql) throws IOException, InterruptedException {
        return prometheus.samples(promql);
    }

    @Override
    public Optional<String> type(String metric) throws IOException, InterruptedException {
        return prometheus.type(metric);
    }

    @Override
    public List<ScrapeTarget> targets() throws IOException, InterruptedException {
        return prometheus.targets(_ -> true);
    }
}
