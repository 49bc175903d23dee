package dev.tocsin.stress;

import dev.tocsin.cluster.PodLabels;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.cluster.Policies;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.MonitoringStimulus.NetworkIsolation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shuts a pod by a NetworkPolicy to everybody but Tocsin. */
record NetworkIsolationRecipe(NetworkIsolation isolation) implements Recipe {
    private static final List<Rights.Rule> RULES = List.of(
            new Rights.Rule("networkpolicies.networking.k8s.io", List.of("create", "delete", "get", "list")),
            new Rights.Rule("pods", List.of("list")));
    private static final String COMPONENT = "deploy/components/network-isolation";

    /** An exporter that can still connect does so at the next scrape at the latest. */
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(200);

    /** What most networks let go on is ended here; only of the database it can be. */
    @Override
    public List<Privilege> needs() {
        return switch (isolation.of()) {
            case DATABASE -> List.of(Privilege.member("pg_signal_backend"));
            case EXPORTER -> List.of();
        };
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        var pods = pods(place);
        var selector = selector(place);
        labels(selector);
        Rights.demand(pods, selector.namespace(), RULES, COMPONENT);
        var pod = PodKillDriver.victim(pods, selector);
        var admitting = PodKillDriver.asking(() -> pods.policies().admitting(pod));
        if (!admitting.isEmpty()) {
            throw new StressException(
                    "policies only add up, and " + String.join(", ", admitting) + " in " + selector.namespace()
                            + " would go on letting others in to " + pod.name(),
                    "isolate a pod that no policy admits anybody to");
        }
        return List.of(new Leftover.Policy(selector.namespace(), name(place)));
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var policies = pods(place).policies();
        var selector = selector(place);
        PodKillDriver.asking(() -> {
            policies.isolate(new Policies.Isolation(
                    selector.namespace(),
                    name(place),
                    labels(selector),
                    Instant.now().plus(place.bound())));
            return selector;
        });
        var figures = new ArrayList<Effect.Figure>();
        figures.add(new Effect.Figure("policy that shuts " + selector.selector(), 1));
        var role = place.around().exporterRole();
        if (isolation.of() == NetworkIsolation.Of.DATABASE && role.isPresent()) {
            figures.add(new Effect.Figure("sessions of the exporter ended", shutOut(place, progress, role.get())));
        }
        return new Effect.Measured(figures);
    }

    /** Ends what was there before the policy, until nothing comes anew; the network needs a moment to learn of it. */
    private static long shutOut(Workplace place, Progress progress, String role)
            throws StressException, InterruptedException {
        var ended = 0L;
        var quietSince = System.nanoTime();
        var deadline = quietSince + Workplace.EFFECT.toNanos();
        while (System.nanoTime() - quietSince < SILENCE.toNanos() && !progress.stopped()) {
            var now = place.control()
                    .number(
                            "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity"
                                    + " WHERE usename = $1",
                            role);
            if (now > 0) {
                ended += now;
                quietSince = System.nanoTime();
            }
            if (System.nanoTime() > deadline) {
                throw new StressException(
                        "the exporter's role " + role + " still connects, so nothing enforces the policy",
                        "use a network that enforces NetworkPolicies, as k3s does");
            }
            Thread.sleep(POLL);
        }
        return ended;
    }

    private static String name(Workplace place) {
        return place.unique().replace('_', '-');
    }

    private static PodLabels labels(PodSelector selector) throws StressException {
        return PodLabels.of(selector)
                .orElseThrow(() -> new StressException(
                        "the selector " + selector.selector() + " asks for more than labels with values",
                        "write it as app=name"));
    }

    private PodSelector selector(Workplace place) throws StressException {
        Optional<PodSelector> selector = switch (isolation.of()) {
            case DATABASE -> place.around().pod();
            case EXPORTER -> place.around().exporterPod();
        };
        return selector.orElseThrow(() -> new StressException(
                "the target names no pod to isolate",
                switch (isolation.of()) {
                    case DATABASE -> "set pod on it";
                    case EXPORTER -> "set exporter.pod on it";
                }));
    }

    private static Pods pods(Workplace place) throws StressException {
        return place.around()
                .pods()
                .orElseThrow(() -> new StressException("no Kubernetes API is configured", "set KUBECONFIG"));
    }
}
