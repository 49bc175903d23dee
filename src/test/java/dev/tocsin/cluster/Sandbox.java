package dev.tocsin.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A cluster in memory, whose pods are made anew as soon as they are gone. It keeps what {@link PodsContract} asks. */
public final class Sandbox implements Pods {
    private static final IllegalStateException WHY = new IllegalStateException("sandbox");

    private record Labelled(Pod pod, String labels) {}

    private final Map<String, Labelled> pods = new ConcurrentHashMap<>();
    private final Map<String, String> budgets = new ConcurrentHashMap<>();
    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();
    private final List<Events.Event> events = new CopyOnWriteArrayList<>();
    private final List<String> deeds = new CopyOnWriteArrayList<>();
    private final Map<String, Held> leases = new ConcurrentHashMap<>();
    private volatile boolean replacing = true;
    private volatile boolean deaf;

    private record Held(String identity, Consumer<String> lost) {}

    /** Makes a ready pod, or another in its place. */
    public Pod put(String namespace, String name, String labels, Map<String, String> annotations) {
        var pod = new Pod(
                namespace,
                name,
                UUID.randomUUID().toString(),
                0,
                true,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                annotations);
        pods.put(namespace + "/" + name, new Labelled(pod, labels));
        return pod;
    }

    /** From now on what is gone stays gone. */
    public void abandon() {
        replacing = false;
    }

    public void budget(String name, String pod) {
        budgets.put(pod, name);
    }

    /** As in {@code create pods/eviction}. */
    public void forbid(String what) {
        forbidden.add(what);
    }

    /** No event can be made. */
    public void deafen() {
        deaf = true;
    }

    public List<Events.Event> told() {
        return List.copyOf(events);
    }

    /** What was done to pods, in words. */
    public List<String> deeds() {
        return List.copyOf(deeds);
    }

    /** Another process holds a lease from now on. */
    public void snatch(String name, String by) {
        var before = leases.put(name, new Held(by, _ -> {}));
        if (before != null) {
            before.lost().accept("the lease is lost: it was taken by " + by);
        }
    }

    /** Whoever held it gives it back. */
    public void free(String name) {
        leases.remove(name);
    }

    @Override
    public List<Pod> select(PodSelector selector) {
        return pods.values().stream()
                .filter(one -> one.labels().equals(selector.selector()))
                .map(Labelled::pod)
                .filter(pod -> pod.namespace().equals(selector.namespace()))
                .toList();
    }

    @Override
    public boolean mayI(String verb, String resource, String namespace) {
        return !forbidden.contains(verb + " " + resource);
    }

    @Override
    public void delete(Pod pod, Duration gracePeriod) {
        gone("deleted", pod);
    }

    @Override
    public void stop(Pod pod) {
        gone("stopped", pod);
    }

    @Override
    public void evict(Pod pod, Duration gracePeriod) {
        if (budgets.containsKey(pod.name())) {
            throw new BudgetException("the disruption budget " + budgets.get(pod.name()) + " says no", WHY);
        }
        gone("evicted", pod);
    }

    private void gone(String how, Pod pod) {
        var key = pod.namespace() + "/" + pod.name();
        var there = pods.get(key);
        if (there == null || !there.pod().uid().equals(pod.uid())) {
            throw new ClusterException("there is no such pod", WHY);
        }
        deeds.add(how + " " + pod.name());
        if (replacing) {
            var _ = put(pod.namespace(), pod.name(), there.labels(), pod.annotations());
        } else {
            pods.remove(key);
        }
    }

    @Override
    public List<String> storage(Pod pod) {
        return List.of();
    }

    @Override
    public Optional<String> bootId(String node) {
        return Optional.empty();
    }

    @Override
    public Nodes nodes() {
        throw new ClusterException("there are no nodes", WHY);
    }

    @Override
    public Policies policies() {
        return new Policies() {
            private final List<String> names = new ArrayList<>();

            @Override
            public List<String> admitting(Pod pod) {
                return List.of();
            }

            @Override
            public void isolate(Isolation isolation) {
                names.add(isolation.name());
            }

            @Override
            public boolean exists(String namespace, String name) {
                return names.contains(name);
            }

            @Override
            public void remove(String namespace, String name) {
                names.remove(name);
            }
        };
    }

    @Override
    public Board board(String namespace) {
        throw new ClusterException("there is no board", WHY);
    }

    @Override
    public Reviews reviews() {
        throw new ClusterException("tokens are not reviewed", WHY);
    }

    @Override
    public Events events() {
        return event -> {
            if (deaf) {
                throw new ClusterException("events is forbidden", WHY);
            }
            events.add(event);
        };
    }

    @Override
    public Lease lease(String namespace, String name, String identity) {
        return new Lease() {
            @Override
            public void acquire(Consumer<String> lost) throws InterruptedException {
                var wanted = new Held(identity, lost);
                while (leases.putIfAbsent(name, wanted) != null) {
                    Thread.sleep(Duration.ofMillis(20));
                }
            }

            @Override
            public void close() {
                leases.computeIfPresent(name, (_, held) -> held.identity().equals(identity) ? null : held);
            }
        };
    }

    @Override
    public void close() {}
}
