package dev.tocsin.domain.alert;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One alert from firing to resolved, told from repeats and from the same alert next week by its start.
 *
 * @param fired the first notification that listed it as firing
 * @param resolved the first notification that listed it as resolved
 * @param receivers every receiver it was delivered to
 * @param deliveries how many notifications listed it, repeats included
 */
public record Episode(
        Labels labels,
        Instant startsAt,
        Map<String, String> annotations,
        Optional<Sighting> fired,
        Optional<Sighting> resolved,
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
                firing ? endsAt : alert.endsAt(),
                everyReceiver,
                deliveries + 1);
    }

    /** When it was first heard of: an open group may deliver an alert that already ended. */
    public Optional<Sighting> delivered() {
        return fired.or(() -> resolved);
    }

    public boolean firing() {
        return resolved.isEmpty();
    }
}
