package dev.tocsin.domain.scenario;

import dev.tocsin.domain.alert.Matchers;
import java.time.Duration;
import java.util.List;

/**
 * An alert that must ring.
 *
 * @param causedBy the name of the stimulus that must cause it
 * @param fires from that stimulus to the notification
 * @param resolves from its release to the resolved notification
 * @param annotations annotations that must be there and not empty
 * @param receivers Alertmanager receivers it must be delivered to, among those that lead here
 */
public record AlertExpectation(
        Matchers matchers,
        String causedBy,
        Deadline fires,
        Deadline resolves,
        List<String> annotations,
        List<String> receivers) {
    /** Where nothing can be derived, because Prometheus or Alertmanager is not configured, an alert has this long to arrive. */
    public static final Duration DEFAULT_FIRES_WITHIN = Duration.ofMinutes(2);

    /** Where nothing can be derived, an alert has this long to resolve. */
    public static final Duration DEFAULT_RESOLVES_WITHIN = Duration.ofMinutes(5);

    public AlertExpectation {
        annotations = List.copyOf(annotations);
        receivers = List.copyOf(receivers);
    }

    /** This expectation of other alerts. */
    AlertExpectation with(Matchers others) {
        return new AlertExpectation(others, causedBy, fires, resolves, annotations, receivers);
    }
}
