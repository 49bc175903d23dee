package dev.tocsin.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pods of a cluster in which some namespaces are off limits. The configuration is checked too; this is for the mistake
 * that is made in spite of it.
 */
public record ProtectedPods(Pods pods, Set<String> namespaces) implements Pods {
    public ProtectedPods {
        namespaces = Set.copyOf(namespaces);
    }

    private void check(String what, String namespace) {
        if (namespaces.contains(namespace)) {
            throw new ClusterException(
                    what + " in " + namespace + " is refused: the namespace is protected",
                    new IllegalStateException("protectedNamespaces"));
        }
    }

    @Override
    public void delete(Pod pod, Duration gracePeriod) {
        check("deleting pod " + pod.name(), pod.namespace());
        pods.delete(pod, gracePeriod);
    }

    @Override
    public void stop(Pod pod) {
        check("stopping pod " + pod.name(), pod.namespace());
        pods.stop(pod);
    }

    @Override
    public void evict(Pod pod, Duration gracePeriod) {
        check("evicting pod " + pod.name(), pod.namespace());
        pods.evict(pod, gracePeriod);
    }

    /** A policy may always be taken away again. */
    private record Guarded(ProtectedPods pods, Policies policies) implements Policies {
        @Override
        public List<String> admitting(Pod pod) {
            return policies.admitting(pod);
        }

        @Override
        public void isolate(Isolation isolation) {
            pods.check("isolating pods", isolation.namespace());
            policies.isolate(isolation);
        }

        @Override
        public boolean exists(String namespace, String name) {
            return policies.exists(namespace, name);
        }

        @Override
        public void remove(String namespace, String name) {
            policies.remove(namespace, name);
        }
    }

    @Override
    public Policies policies() {
        return new Guarded(this, pods.policies());
    }

    @Override
    public List<Pod> select(PodSelector selector) {
        return pods.select(selector);
    }

    @Override
    public boolean mayI(String verb, String resource, String namespace) {
        return pods.mayI(verb, resource, namespace);
    }

    @Override
    public List<String> storage(Pod pod) {
        return pods.storage(pod);
    }

    @Override
    public Optional<String> bootId(String node) {
        return pods.bootId(node);
    }

    @Override
    public Nodes nodes() {
        return pods.nodes();
    }

    @Override
    public Board board(String namespace) {
        return pods.board(namespace);
    }

    @Override
    public Reviews reviews() {
        return pods.reviews();
    }

    @Override
    public Events events() {
        return pods.events();
    }

    @Override
    public Lease lease(String namespace, String name, String identity) {
        return pods.lease(namespace, name, identity);
    }

    @Override
    public void close() {
        pods.close();
    }
}
