package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import java.util.List;

/** Promotes the standby while the primary lives. Only the standby's pod can undo that, by making itself anew. */
record StandbyPromotionRecipe() implements Recipe {
    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.execute("pg_promote(boolean, integer)"));
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        var selector = place.around()
                .standbyPod()
                .orElseThrow(() -> new StressException(
                        "the target's standby names no pod that makes itself anew, and nothing else brings it back",
                        "set standby.pod on the target"));
        var pods = place.around()
                .pods()
                .orElseThrow(() -> new StressException("no Kubernetes API is configured", "set KUBECONFIG"));
        Rights.demand(
                pods,
                selector.namespace(),
                List.of(new Rights.Rule("pods", PodKillDriver.VERBS)),
                PodKillDriver.MANIFESTS);
        var pod = PodKillDriver.victim(pods, selector);
        try (var standby = place.standby()) {
            Replica.check(place.control(), standby);
        }
        return List.of(new Leftover.Promoted(selector.namespace(), selector.selector(), pod.uid()));
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        try (var standby = place.standby()) {
            Replica.checkStreaming(place, progress, standby);
            var began = System.nanoTime();
            standby.run("SELECT pg_promote(false, 60)");
            var recovering =
                    place.await(progress, standby, "SELECT pg_is_in_recovery()::int::bigint", seen -> seen == 0);
            return new Effect.Measured(List.of(
                    new Effect.Figure("servers that take writes", 2 - recovering),
                    new Effect.Figure("ms until the standby took them", (System.nanoTime() - began) / 1_000_000)));
        }
    }
}
