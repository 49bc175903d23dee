package dev.tocsin.rules;

import dev.tocsin.domain.chain.ScrapeTarget;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks each thing once, for one rule asks the same many times. */
final class Remembered implements Series {
    private final Map<String, List<Sample>> answers = new HashMap<>();
    private final Map<String, Optional<String>> types = new HashMap<>();
    private final Series series;

    Remembered(Series series) {
        this.series = series;
    }

    @Override
    public List<Sample> query(String promql) throws IOException, InterruptedException {
        var known = answers.get(promql);
        if (known != null) {
            return known;
        }
        var answer = series.query(promql);
        answers.put(promql, answer);
        return answer;
    }

    @Override
    public Optional<String> type(String metric) throws IOException, InterruptedException {
        var known = types.get(metric);
        if (known != null) {
            return known;
        }
        var type = series.type(metric);
        types.put(metric, type);
        return type;
    }

    @Override
    public List<ScrapeTarget> targets() throws IOException, InterruptedException {
        return series.targets();
    }
}
