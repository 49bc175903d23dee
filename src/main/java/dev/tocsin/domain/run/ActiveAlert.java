package dev.tocsin.domain.run;

import dev.tocsin.domain.alert.Labels;
import java.time.Instant;

/**
 * An alert that Prometheus or Alertmanager held when the baseline was taken.
 *
 * @param state {@code pending}, {@code firing}, or Alertmanager's {@code active}, {@code suppressed}, {@code unprocessed}
 */
public record ActiveAlert(Labels labels, Instant since, String state, String source) {}
