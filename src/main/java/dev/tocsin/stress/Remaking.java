package dev.tocsin.stress;

import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.run.Leftover;
import java.time.Duration;

/** Has a promoted standby made anew, and waits until it streams; one that was never promoted is left alone. */
record Remaking(Replica replica, Pods pods, Leftover.Promoted promoted) {
    private static final Duration GRACE = Duration.ofSeconds(1);

    void carryOut(Sql primary) throws StressException, InterruptedException {
        replica.until("say whether it was promoted", session -> {
            if (!session.truth("SELECT pg_is_in_recovery()")) {
                delete();
            }
            return true;
        });
        // A promotion that was only asked for comes now; a standby that streams was not asked.
        Wal.commit(primary, 1);
        var position = Wal.flushed(primary);
        replica.until("become one again", session -> {
            if (!session.truth("SELECT pg_is_in_recovery()")) {
                delete();
                return false;
            }
            return session.number(Replica.replayed(position)) == 1;
        });
    }

    /** Only the pod that was there before, so that a new one that is no standby is not deleted over and over. */
    private void delete() throws StressException {
        var selector = new PodSelector(promoted.namespace(), promoted.selector());
        for (var pod : PodKillDriver.asking(() -> pods.select(selector))) {
            if (pod.uid().equals(promoted.uid()) && pod.ready()) {
                PodKillDriver.asking(() -> {
                    pods.delete(pod, GRACE);
                    return pod;
                });
            }
        }
    }
}
