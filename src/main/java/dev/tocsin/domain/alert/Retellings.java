package dev.tocsin.domain.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Notifications that told nothing new: Alertmanager delivers at least once, repeats, and forgets what it delivered when
 * it is killed.
 *
 * @param told when each content was told last
 */
public record Retellings(Map<Content, Instant> told, List<Retelling> all) {
    /** Nothing was told twice. */
    public static final Retellings NONE = new Retellings(Map.of(), List.of());

    /** What a notification says: of its group, which alerts fire and which have ended. */
    public record Content(String receiver, String groupKey, Set<Line> alerts) {
        static Content of(Notification notification) {
            return new Content(
                    notification.receiver(),
                    notification.groupKey(),
                    notification.alerts().stream()
                            .map(alert -> new Line(Episode.key(alert), alert.status()))
                            .collect(Collectors.toUnmodifiableSet()));
        }
    }

    /** One alert of a content. */
    public record Line(Episode.Key episode, Alert.Status status) {}

    /**
     * One more notification of a content that was known.
     *
     * @param before when the same was told last
     * @param reason why Alertmanager sent it, where it says so
     */
    public record Retelling(Content content, Instant before, Instant at, Optional<String> reason) {}

    public Retellings {
        told = Collections.unmodifiableMap(told);
        all = List.copyOf(all);
    }

    /** These after one more notification. */
    public Retellings after(Notification notification, Instant at) {
        var content = Content.of(notification);
        var times = new LinkedHashMap<>(told);
        var before = times.put(content, at);
        if (before == null) {
            return new Retellings(times, all);
        }
        var retold = new ArrayList<>(all);
        retold.add(new Retelling(content, before, at, notification.reason()));
        return new Retellings(times, retold);
    }
}
