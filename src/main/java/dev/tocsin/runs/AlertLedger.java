package dev.tocsin.runs;

import dev.tocsin.domain.alert.Episode;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The episodes that notifications told of, run or no run; the oldest are forgotten first, the journal keeps all. */
public final class AlertLedger {
    private static final int MOST = 10_000;

    private final Map<Episode.Key, Episode> episodes = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Episode.Key, Episode> eldest) {
            return size() > MOST;
        }
    };

    /** Takes in a fact. */
    public synchronized void heard(Recorded recorded) {
        if (recorded.fact() instanceof Fact.NotificationReceived(var notification)) {
            var sighting = new Episode.Sighting(recorded.seq(), recorded.at());
            for (var alert : notification.alerts()) {
                var _ = episodes.compute(
                        Episode.key(alert),
                        (_, known) -> (known == null ? Episode.begun(alert) : known)
                                .seen(alert, notification.receiver(), sighting));
            }
        }
    }

    /** Newest first. */
    synchronized List<Episode> newestFirst() {
        return List.copyOf(episodes.values()).reversed();
    }
}
