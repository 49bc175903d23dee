package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.KubernetesPods;
import dev.tocsin.cluster.LeaseContract;
import dev.tocsin.cluster.Pods;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** fabric8's leader election, against the lab's API. */
final class KubernetesLeaseTest extends LeaseContract {
    private final FakeCluster cluster = new FakeCluster();
    private final Pods pods = new KubernetesPods(cluster.client);

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void withoutTheRightItIsRefusedAndNotWaitedFor() {
        cluster.api.forbid("patch leases.coordination.k8s.io");
        assertThatThrownBy(() -> pods.lease(NAMESPACE, NAME, "me").acquire(_ -> {}))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("may not patch the lease lab/tocsin");
    }

    @Override
    protected Pods pods() {
        return pods;
    }

    @Override
    protected void snatch(String by) {
        // The holder renews it at the same time, and then it is written by who was first.
        await().ignoreExceptions()
                .until(() -> by.equals(cluster.client
                        .leases()
                        .inNamespace(NAMESPACE)
                        .withName(NAME)
                        .edit(lease -> {
                            lease.getSpec().setHolderIdentity(by);
                            lease.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC));
                            return lease;
                        })
                        .getSpec()
                        .getHolderIdentity()));
    }
}
