package dev.tocsin.domain.scenario;

import dev.tocsin.domain.alert.Matchers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An alert that must ring.
 *
 * @param causedBy the name of the stimulus that must cause it
 * @param firesWithin from the start of that stimulus to the notification
 * @param resolvesWithin from its release to the resolved notification; absent when that is not checked
 * @param annotations annotations that must be there and not empty
 * @param receivers Alertmanager receivers it must be delivered to, among those that lead here
 */
public record AlertExpectation(
        Matchers matchers,
        String causedBy,
        Duration firesWithin,
        Optional<Duration> resolvesWithin,
        List<String> annotations,
        List<String> receivers) {
    /** Until deadlines are derived from what is deployed, an alert has this long to arrive. */
    public static final Duration DEFAULT_FIRES_WITHIN = Duration.ofMinutes(2);

    /** Until deadlines are derived from what is deployed, an alert has this long to resolve. */
    public static final Duration DEFAULT_RESOLVES_WITHIN = Duration.ofMinutes(5);

    public AlertExpectation {
        annotations = List.copyOf(annotations);
        receivers = List.copyOf(receivers);
    }
}
