package dev.tocsin.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Lease of coordination.k8s.io/v1, held with fabric8's leader election.
 *
 * <p>It is lost only after 45 s without a renewal, so that an API server may be away for a while, and nobody else can take
 * it for another 15 s: the time in which the loser stops writing.
 */
final class KubernetesLease implements Lease {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesLease.class);
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration RENEW = Duration.ofSeconds(45);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration SAY_AGAIN = Duration.ofSeconds(10);
    private static final Duration GIVING_BACK = Duration.ofSeconds(10);
    private static final String RESOURCE = "leases.coordination.k8s.io";

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final String identity;
    private final CountDownLatch acquired = new CountDownLatch(1);
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile String holder = "";
    private volatile Optional<CompletableFuture<?>> election = Optional.empty();

    KubernetesLease(KubernetesClient client, String namespace, String name, String identity) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
    }

    @Override
    public void acquire(Consumer<String> lost) throws InterruptedException {
        awaitRights();
        var callbacks = new LeaderCallbacks(
                acquired::countDown,
                () -> lose(lost, "it could not be renewed for " + RENEW.toSeconds() + " s"),
                leader -> heard(leader, lost));
        var config = new LeaderElectionConfig(
                new LeaseLock(namespace, name, identity), LEASE, RENEW, RETRY, callbacks, true, name);
        election = Optional.of(client.leaderElector().withConfig(config).build().start());
        while (!acquired.await(SAY_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.atWarn()
                    .addKeyValue("lease", namespace + "/" + name)
                    .addKeyValue("holder", holder)
                    .log("waiting for the lease; nothing is opened before");
        }
        LOG.atInfo()
                .addKeyValue("lease", namespace + "/" + name)
                .addKeyValue("identity", identity)
                .log("this process holds the lease");
    }

    /** The election itself would ask for ever. An API server that is away, as after a power cut, is waited for. */
    private void awaitRights() throws InterruptedException {
        while (true) {
            try {
                refuse(missing());
                return;
            } catch (AwayException e) {
                LOG.atWarn()
                        .addKeyValue("lease", namespace + "/" + name)
                        .log("the API server cannot be asked for the lease, waiting: " + e.getMessage());
                Thread.sleep(RETRY);
            }
        }
    }

    private void refuse(List<String> missing) {
        if (!missing.isEmpty()) {
            throw new ClusterException(
                    "the service account may not " + String.join(", ", missing) + " the lease " + namespace + "/" + name
                            + "; deploy/base/serviceaccount.yaml has the Role",
                    new IllegalStateException("forbidden"));
        }
    }

    private List<String> missing() throws AwayException {
        try {
            var missing = new ArrayList<String>();
            for (var verb : List.of("get", "patch")) {
                if (!Access.allowed(client, verb, RESOURCE, namespace, name)) {
                    missing.add(verb);
                }
            }
            // One that the manifests made need not be made.
            var there = missing.isEmpty() && there();
            if (!there && !Access.allowed(client, "create", RESOURCE, namespace)) {
                missing.add("create");
            }
            return missing;
        } catch (ClusterException e) {
            throw new AwayException(e);
        }
    }

    private boolean there() {
        return Access.asking(
                "get lease " + namespace + "/" + name,
                () -> client.leases().inNamespace(namespace).withName(name).get() != null);
    }

    /** The API server did not answer. */
    private static final class AwayException extends Exception {
        private static final long serialVersionUID = 1L;

        AwayException(ClusterException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private void heard(String leader, Consumer<String> lost) {
        holder = leader;
        if (leader.isEmpty() || leader.equals(identity)) {
            return;
        }
        LOG.atInfo()
                .addKeyValue("lease", namespace + "/" + name)
                .addKeyValue("holder", leader)
                .log("another process holds the lease");
        if (acquired.getCount() == 0) {
            lose(lost, "it was taken by " + leader);
        }
    }

    private void lose(Consumer<String> lost, String why) {
        if (acquired.getCount() == 0 && over.compareAndSet(false, true)) {
            lost.accept("the lease " + namespace + "/" + name + " is lost: " + why);
        }
    }

    @Override
    public void close() {
        over.set(true);
        if (election.isEmpty()) {
            return;
        }
        var running = election.get();
        running.cancel(true);
        try {
            var _ = running.get(GIVING_BACK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | CancellationException _) {
            // cancelled is what it was to be
        }
    }
}
