package dev.tocsin.stress;

import dev.tocsin.cluster.BudgetException;
import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.OptIn;
import dev.tocsin.cluster.Pod;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.chain.Sight.Unmet;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.ClusterStimulus.PodKill;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Deletes or evicts the one pod of the target and follows it until another one is ready.
 *
 * <p>The API server is asked again after any refusal, for one that has just started may refuse what it will soon allow.
 */
record PodKillDriver(Pods pods, PodSelector selector, PodKill kill, Pod victim, Undo.AwaitReadyPod undo, Duration bound)
        implements Prepared {
    /** What is done with pods, wherever one is deleted. */
    static final List<String> VERBS = List.of("list", "delete");

    static final String MANIFESTS = "deploy/base/target-role.yaml";
    private static final List<Rights.Rule> DELETING = List.of(new Rights.Rule("pods", VERBS));
    private static final List<Rights.Rule> EVICTING =
            List.of(new Rights.Rule("pods", List.of("list")), new Rights.Rule("pods/eviction", List.of("create")));

    /** Why it asks and does not watch: docs/RATIONALE.md, "Polling pods, not watching". */
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * With a grace period of zero Kubernetes starts the successor while the old PostgreSQL still lives, for a second and
     * more: two servers on one volume. From one second on it waits until the old one is dead.
     */
    private static final Duration SHORTEST_GRACE = Duration.ofSeconds(1);

    static PodKillDriver prepare(Pods pods, PodSelector selector, PodKill kill, String target, Duration bound)
            throws StressException {
        var victim = victim(pods, selector);
        var undo = new Undo.AwaitReadyPod(target, selector.namespace(), selector.selector(), victim.uid());
        return new PodKillDriver(pods, selector, kill, victim, undo, bound);
    }

    /** What stands against it here and now. */
    static List<Unmet> unmet(Pods pods, PodSelector selector, PodKill kill) {
        var lacking = Rights.missing(pods, selector.namespace(), kill.evicts() ? EVICTING : DELETING, MANIFESTS);
        return lacking.isEmpty() ? notOptedIn(pods, selector) : lacking;
    }

    /** Those of the pods that scenarios may not touch; whether there is one, and a ready one, is asked when it is due. */
    static List<Unmet> notOptedIn(Pods pods, PodSelector selector) {
        return pods.select(selector).stream()
                .filter(pod -> !pod.optedIn())
                .map(pod -> new Unmet(notOptedIn(pod), OptIn.mend(pod)))
                .toList();
    }

    private static String notOptedIn(Pod pod) {
        return "pod " + pod.namespace() + "/" + pod.name() + " does not carry the annotation " + OptIn.ANNOTATION + ": "
                + OptIn.ALLOWED + ", so no scenario touches it";
    }

    /** Exactly one: a selector that matches more would leave to chance which of them dies. */
    static Pod victim(Pods pods, PodSelector selector) throws StressException {
        var found = asking(() -> pods.select(selector));
        if (found.size() != 1) {
            throw new StressException("the selector " + selector.selector() + " matches " + found.size() + " pods in "
                    + selector.namespace() + " " + found.stream().map(Pod::name).toList()
                    + "; it must match exactly one");
        }
        if (!found.getFirst().optedIn()) {
            throw new StressException(notOptedIn(found.getFirst()), OptIn.mend(found.getFirst()));
        }
        if (!found.getFirst().ready()) {
            throw new StressException("pod " + found.getFirst().name() + " is not ready, so nothing is done to it");
        }
        return found.getFirst();
    }

    /** Nothing is held open before the deletion. */
    @Override
    public void close() {}

    @Override
    public Held apply(Progress progress) throws StressException {
        var began = System.nanoTime();
        if (kill.evicts()) {
            evict();
        } else {
            asking(() -> {
                pods.delete(victim, gracePeriod());
                return victim;
            });
        }
        var following = new FutureTask<>(() -> follow(began, progress));
        Thread.ofVirtual().name("pod-kill").start(following);
        return new Killed(
                following,
                kill.evicts()
                        ? new Effect.PodEvicted(
                                victim.namespace(), victim.name(), victim.uid(), victim.restarts(), gracePeriod())
                        : new Effect.PodDeleted(
                                victim.namespace(), victim.name(), victim.uid(), victim.restarts(), gracePeriod()));
    }

    /** A budget's refusal is the answer that was asked for: it is never got round by a deletion. */
    private void evict() throws StressException {
        try {
            asking(() -> {
                pods.evict(victim, gracePeriod());
                return victim;
            });
        } catch (StressException e) {
            if (e.getCause() instanceof BudgetException) {
                throw new RefusedException(
                        e.why(),
                        "let the budget allow it, as with one more replica or maxUnavailable: 1 (kubectl -n "
                                + victim.namespace()
                                + " get poddisruptionbudgets), or leave out evict: true, which kills"
                                + " the pod whatever the budget says");
            }
            throw e;
        }
    }

    private Duration gracePeriod() {
        return kill.gracePeriod().compareTo(SHORTEST_GRACE) < 0 ? SHORTEST_GRACE : kill.gracePeriod();
    }

    private Effect follow(long began, Progress progress) throws StressException, InterruptedException {
        var goneAfter = Duration.ZERO;
        var exitCode = Optional.<Integer>empty();
        while (true) {
            var sight = look(pods, selector);
            // Read after the answer: a slow one must not make the outage look shorter.
            var elapsed = Duration.ofNanos(System.nanoTime() - began);
            exitCode = sight.pods().stream()
                    .filter(pod -> pod.uid().equals(victim.uid()))
                    .flatMap(pod -> pod.exitCode().stream())
                    .findFirst()
                    .or(lastSeen(exitCode));
            var victimThere = sight.pods().stream().anyMatch(pod -> pod.uid().equals(victim.uid()));
            if (goneAfter.isZero() && sight.blind().isEmpty() && !victimThere) {
                goneAfter = elapsed;
                progress.report("the old pod is gone, waiting for its successor");
            }
            var successor = sight.pods().stream()
                    .filter(pod -> pod.ready() && !pod.uid().equals(victim.uid()))
                    .findFirst();
            if (successor.isPresent()) {
                var pod = successor.get();
                return new Effect.PodReplaced(
                        pod.namespace(),
                        pod.name(),
                        victim.uid(),
                        pod.uid(),
                        victim.restarts(),
                        pod.restarts(),
                        goneAfter,
                        elapsed,
                        exitCode,
                        pod.node(),
                        pod.node().flatMap(pods::bootId));
            }
            if (elapsed.compareTo(bound) > 0) {
                throw new StressException("no successor of pod " + victim.name() + " was ready within "
                        + bound.toSeconds() + " s" + sight.why() + "; see kubectl -n " + victim.namespace()
                        + " describe pod " + victim.name());
            }
            Thread.sleep(POLL);
        }
    }

    /** A pod that is deleted tells how its container ended for a moment only. */
    private static Supplier<Optional<Integer>> lastSeen(Optional<Integer> exitCode) {
        return () -> exitCode;
    }

    /** What was seen, or why nothing was: the API server may be away when a node is in trouble. */
    record Sight(List<Pod> pods, Optional<String> blind) {
        String why() {
            return blind.map(what -> " (" + what + ")").orElse("");
        }
    }

    static Sight look(Pods pods, PodSelector selector) {
        try {
            return new Sight(pods.select(selector), Optional.empty());
        } catch (ClusterException e) {
            return new Sight(List.of(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /**
     * Waits until a pod is ready; for the time after a crash. When the deletion never happened that is the pod which was
     * to be killed; one that is being deleted is not ready.
     */
    static Effect awaitReady(Pods pods, Undo.AwaitReadyPod undo, Duration bound)
            throws StressException, InterruptedException {
        var selector = new PodSelector(undo.namespace(), undo.selector());
        var began = System.nanoTime();
        while (true) {
            var sight = look(pods, selector);
            var ready = sight.pods().stream().filter(Pod::ready).findFirst();
            if (ready.isPresent()) {
                var pod = ready.get();
                return new Effect.PodReady(pod.namespace(), pod.name(), pod.uid(), undo.killedUid(), pod.restarts());
            }
            if (System.nanoTime() - began > bound.toNanos()) {
                throw new StressException("no pod " + selector.selector() + " in " + selector.namespace()
                        + " was ready within " + bound.toSeconds() + " s" + sight.why());
            }
            Thread.sleep(POLL);
        }
    }

    static <T> T asking(Callable<T> question) throws StressException {
        try {
            return question.call();
        } catch (ClusterException e) {
            throw new StressException(String.valueOf(e.getMessage()), e);
        } catch (Exception e) {
            throw new StressException("the Kubernetes client failed: " + e, e);
        }
    }

    private record Killed(FutureTask<Effect> following, Effect effect) implements Held {
        @Override
        public Effect release() throws StressException, InterruptedException {
            try {
                return following.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof StressException stress
                        ? stress
                        : new StressException("following the pod failed: " + e.getCause(), e);
            }
        }
    }
}
