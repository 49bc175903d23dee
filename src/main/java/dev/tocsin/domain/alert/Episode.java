package dev.tocsin.domain.alert;

import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One alert from firing to resolved, told from repeats and from the same alert next week by its start.
 *
 * @param fired the first notification that listed it as firing
 * @param resolved the first notification that listed it as resolved
 * @param again the first notification that listed it as firing after one had listed it as resolved: it came late, or
 *     another Prometheus still holds it
 * @param receivers every receiver it was delivered to
 * @param deliveries how many notifications listed it, repeats included
 */
public record Episode(
        Labels labels,
        Instant startsAt,
        Map<String, String> annotations,
        Optional<Sighting> fired,
        Optional<Sighting> resolved,
        Optional<Sighting> again,
        Optional<Instant> endsAt,
        Set<String> receivers,
        int deliveries) {

    /** Where and when a notification stands in the journal. */
    public record Sighting(long seq, Instant at) {}

    /** What tells one episode from another. */
    public record Key(Labels labels, Instant startsAt) {}

    public Episode {
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
        receivers = Collections.unmodifiableSet(new TreeSet<>(receivers));
    }

    public static Episode begun(Alert alert) {
        return new Episode(
                alert.labels(),
                alert.startsAt(),
                alert.annotations(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                0);
    }

    public static Key key(Alert alert) {
        return new Key(alert.labels(), alert.startsAt());
    }

    /** This episode after one more notification listed it. */
    public Episode seen(Alert alert, String receiver, Sighting sighting) {
        var firing = alert.status() == Alert.Status.FIRING;
        var everyReceiver = receivers;
        if (!receivers.contains(receiver)) {
            everyReceiver = new TreeSet<>(receivers);
            everyReceiver.add(receiver);
        }
        return new Episode(
                labels,
                startsAt,
                alert.annotations(),
                firing ? fired.or(() -> Optional.of(sighting)) : fired,
                firing ? resolved : resolved.or(() -> Optional.of(sighting)),
                firing && resolved.isPresent() ? again.or(() -> Optional.of(sighting)) : again,
                firing ? endsAt : alert.endsAt(),
                everyReceiver,
                deliveries + 1);
    }

    /** When it was first heard of: an open group may deliver an alert that already ended, and one that fires may come late. */
    public Optional<Sighting> delivered() {
        return Stream.of(fired, resolved).flatMap(Optional::stream).min(Comparator.comparingLong(Sighting::seq));
    }

    /** When it ended, as far as a notification told; by its receipt where the time is missing. */
    public Optional<Instant> ended() {
        return resolved.map(sighting -> endsAt.orElse(sighting.at()));
    }

    public boolean firing() {
        return resolved.isEmpty();
    }
}
