package dev.tocsin.stress;

import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.Pod;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.Stimulus.PodKill;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Deletes the one pod of the target and follows it until another one is ready. */
record PodKillDriver(Pods pods, PodSelector selector, PodKill kill, Pod victim, Undo.AwaitReadyPod undo, Duration bound)
        implements Prepared {
    private static final Duration POLL = Duration.ofMillis(200);

    static PodKillDriver prepare(Pods pods, PodSelector selector, PodKill kill, String target, Duration bound)
            throws StressException {
        var victim = victim(pods, selector);
        var undo = new Undo.AwaitReadyPod(target, selector.namespace(), selector.selector(), victim.uid());
        return new PodKillDriver(pods, selector, kill, victim, undo, bound);
    }

    /** Exactly one: a selector that matches more would leave to chance which of them dies. */
    private static Pod victim(Pods pods, PodSelector selector) throws StressException {
        var found = asking(() -> pods.select(selector));
        if (found.size() != 1) {
            throw new StressException("the selector " + selector.selector() + " matches " + found.size() + " pods in "
                    + selector.namespace() + " " + found.stream().map(Pod::name).toList()
                    + "; it must match exactly one");
        }
        if (!found.getFirst().ready()) {
            throw new StressException("pod " + found.getFirst().name() + " is not ready, so it is not killed as well");
        }
        return found.getFirst();
    }

    @Override
    public Held apply(Progress progress) throws StressException {
        var began = System.nanoTime();
        asking(() -> {
            pods.delete(victim, kill.gracePeriod());
            return victim;
        });
        var following = new FutureTask<>(() -> follow(began, progress));
        Thread.ofVirtual().name("pod-kill").start(following);
        return new Killed(
                following,
                new Effect.PodDeleted(
                        victim.namespace(), victim.name(), victim.uid(), victim.restarts(), kill.gracePeriod()));
    }

    private Effect follow(long began, Progress progress) throws StressException, InterruptedException {
        var goneAfter = Duration.ZERO;
        while (true) {
            var elapsed = Duration.ofNanos(System.nanoTime() - began);
            var seen = seen();
            var now = seen.orElse(List.of());
            var victimThere = now.stream().anyMatch(pod -> pod.uid().equals(victim.uid()));
            if (goneAfter.isZero() && seen.isPresent() && !victimThere) {
                goneAfter = elapsed;
                progress.report("the old pod is gone, waiting for its successor");
            }
            var successor = now.stream()
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
                        elapsed);
            }
            if (elapsed.compareTo(bound) > 0) {
                throw new StressException("no successor of pod " + victim.name() + " was ready within "
                        + bound.toSeconds() + " s; see kubectl -n " + victim.namespace() + " describe pod "
                        + victim.name());
            }
            Thread.sleep(POLL);
        }
    }

    /** Nothing while the API server is away, as it may be when a node is in trouble; the bound ends the patience. */
    private Optional<List<Pod>> seen() {
        try {
            return Optional.of(pods.select(selector));
        } catch (ClusterException _) {
            return Optional.empty();
        }
    }

    /** Waits until a pod other than the killed one is ready; for the time after a crash. */
    static Effect awaitReady(Pods pods, Undo.AwaitReadyPod undo, Duration bound)
            throws StressException, InterruptedException {
        var selector = new PodSelector(undo.namespace(), undo.selector());
        var victim = new Pod(undo.namespace(), undo.selector(), undo.killedUid(), 0, false);
        var began = System.nanoTime();
        while (true) {
            try {
                var ready = pods.select(selector).stream().filter(Pod::ready).findFirst();
                if (ready.isPresent()) {
                    var elapsed = Duration.ofNanos(System.nanoTime() - began);
                    return new Effect.PodReplaced(
                            undo.namespace(),
                            ready.get().name(),
                            victim.uid(),
                            ready.get().uid(),
                            0,
                            ready.get().restarts(),
                            Duration.ZERO,
                            elapsed);
                }
            } catch (ClusterException _) {
                // asked again until the bound
            }
            if (System.nanoTime() - began > bound.toNanos()) {
                throw new StressException("no pod " + selector.selector() + " in " + selector.namespace()
                        + " was ready within " + bound.toSeconds() + " s");
            }
            Thread.sleep(POLL);
        }
    }

    private static <T> T asking(Callable<T> question) throws StressException {
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
