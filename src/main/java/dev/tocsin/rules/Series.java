package dev.tocsin.rules;

import dev.tocsin.domain.chain.ScrapeTarget;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What a Prometheus holds now. Calls may block. */
public interface Series {
    /**
     * What an expression evaluates to.
     *
     * @throws NotEvaluatedException when Prometheus reads it and cannot evaluate it
     */
    List<Sample> query(String promql) throws IOException, InterruptedException;

    /** What the metric was announced as: counter, gauge, histogram, summary; nothing when it never was scraped. */
    Optional<String> type(String metric) throws IOException, InterruptedException;

    /** What is scraped. */
    List<ScrapeTarget> targets() throws IOException, InterruptedException;

    /** An expression that Prometheus could not evaluate, and why. */
    final class NotEvaluatedException extends IOException {
        private static final long serialVersionUID = 1L;

        public NotEvaluatedException(String why) {
            super(why);
        }
    }
}
