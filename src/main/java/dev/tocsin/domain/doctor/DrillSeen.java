package dev.tocsin.domain.doctor;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.HeldAlert;
import dev.tocsin.domain.routing.Routing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was seen of a drill.
 *
 * @param routing where alerts go; empty when no Alertmanager could be asked
 * @param peers every configured Alertmanager
 * @param began when it was posted for the first time
 * @param waitedUntil when its delivery was no longer waited for
 * @param closed when it was posted as ended
 * @param resolvedUntil when that was no longer waited for
 * @param arrivals notifications of it that came here
 * @param refusals notifications that were turned away here meanwhile, of this alert or of others
 * @param truncated how many alerts were cut off from notifications meanwhile
 */
public record DrillSeen(
        Labels labels,
        Optional<Routing> routing,
        List<Peer> peers,
        Instant began,
        Instant waitedUntil,
        Instant closed,
        Instant resolvedUntil,
        List<Arrival> arrivals,
        List<OwnSeen.Refused> refusals,
        long truncated) {

    /**
     * One Alertmanager.
     *
     * @param accepted when it took the drill in
     * @param problem why it did not
     * @param held the drill as it last showed it while it fired
     * @param failures how many more webhook requests of it had failed when the waiting was over
     * @param notClosed why it could not be told that the drill has ended
     */
    public record Peer(
            String name,
            Optional<Instant> accepted,
            Optional<String> problem,
            Optional<HeldAlert> held,
            long failures,
            Optional<String> notClosed) {}

    /** A notification of it. */
    public record Arrival(Instant at, String receiver, boolean firing) {}

    public DrillSeen {
        peers = List.copyOf(peers);
        arrivals = List.copyOf(arrivals);
        refusals = List.copyOf(refusals);
    }
}
