package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.cluster.KubernetesPods;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.cluster.PodsContract;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** fabric8's client, against the lab's API. */
final class KubernetesPodsTest extends PodsContract {
    private final FakeCluster cluster = new FakeCluster();
    private final Pods pods = new KubernetesPods(cluster.client);

    @AfterEach
    void stop() {
        cluster.close();
    }

    /** Kubernetes before 1.22 has no other, and since 1.25 no such. */
    @Test
    void whereEvictionsOfVersion1AreNotKnownTheirBetaIsUsed() {
        cluster.api.evictions("policy/v1beta1");
        put("pg-0", Map.of());
        pods.evict(pods.select(new PodSelector(NAMESPACE, "app=pg")).getFirst(), Duration.ofSeconds(7));
        assertThat(pods.select(new PodSelector(NAMESPACE, "app=pg"))).isEmpty();
        assertThat(cluster.api.grace("pg-0")).isEqualTo(Duration.ofSeconds(7));
    }

    @Override
    protected Pods pods() {
        return pods;
    }

    @Override
    protected void put(String name, Map<String, String> annotations) {
        var described = LabPod.described(name, "pg");
        var pod = new PodBuilder(described)
                .editMetadata()
                .withAnnotations(annotations)
                .endMetadata()
                .withNewStatus()
                .withConditions(new PodConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .build())
                .endStatus()
                .build();
        var _ = cluster.client.resource(pod).delete();
        var _ = cluster.client.resource(pod).create();
    }

    @Override
    protected void budget(String name, String pod) {
        cluster.api.budget(name, pod);
    }

    @Override
    protected void forbid(String what) {
        cluster.api.forbid(what);
    }

    @Override
    protected String lastEvent() {
        var event = cluster.client
                .v1()
                .events()
                .inNamespace(NAMESPACE)
                .list()
                .getItems()
                .getLast();
        assertThat(event.getSource().getComponent()).isEqualTo("tocsin");
        return event.getType() + " " + event.getReason() + " " + event.getMessage() + " "
                + event.getInvolvedObject().getUid();
    }
}
