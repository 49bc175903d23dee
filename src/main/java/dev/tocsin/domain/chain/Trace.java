package dev.tocsin.domain.chain;

import dev.tocsin.domain.alert.Labels;
import java.time.Instant;
import java.util.List;

/** Points of one series, in the order of time. */
public record Trace(Labels labels, List<Point> points) {

    /** A value that an expression had; it may be no number. */
    public record Point(Instant at, double value) {}

    public Trace {
        points = List.copyOf(points);
    }
}
