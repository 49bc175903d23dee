package dev.tocsin.domain.scenario;

import java.util.List;
import java.util.Optional;

/**
 * How a panel shows its values. It says nothing about what they must do.
 *
 * @param unit as Grafana names it
 * @param thresholds from where on it shows them in another colour
 */
public record Scale(Optional<String> unit, List<Double> thresholds) {
    public Scale {
        thresholds = List.copyOf(thresholds);
    }
}
