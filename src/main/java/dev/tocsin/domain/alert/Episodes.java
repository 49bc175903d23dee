package dev.tocsin.domain.alert;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every episode that notifications told of, in order of arrival; drills are none. */
public record Episodes(Map<Episode.Key, Episode> byKey) {
    public static final Episodes NONE = new Episodes(Map.of());

    public Episodes {
        byKey = Collections.unmodifiableMap(byKey);
    }

    /** These episodes after one more notification; repeats and duplicates change counts only. */
    public Episodes after(Notification notification, Episode.Sighting sighting) {
        var next = new LinkedHashMap<>(byKey);
        for (var alert : notification.alerts()) {
            // A drill may carry any labels that bring it here, so it could pass for an alert that a run waits for or
            // dreads.
            if (Drill.is(alert.labels())) {
                continue;
            }
            next.merge(
                    Episode.key(alert),
                    Episode.begun(alert).seen(alert, notification.receiver(), sighting),
                    (known, _) -> known.seen(alert, notification.receiver(), sighting));
        }
        return new Episodes(next);
    }

    public Collection<Episode> all() {
        return byKey.values();
    }
}
