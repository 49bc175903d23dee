package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.cluster.Board;
import dev.tocsin.cluster.Events;
import dev.tocsin.cluster.Lease;
import dev.tocsin.cluster.Nodes;
import dev.tocsin.cluster.OptIn;
import dev.tocsin.cluster.Pod;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.cluster.Policies;
import dev.tocsin.cluster.Reviews;
import dev.tocsin.domain.scenario.MonitoringStimulus.NetworkIsolation;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A pod that a NetworkPolicy shuts, in the lab's cluster, with a real session of the exporter's through its network. */
final class NetworkIsolationIT extends StimulusContract<StandbyBed> {
    private static final StimulusCase.Gauge POLICIES =
            bed -> ((StandbyBed) bed).cluster().policies().size();

    static final List<StimulusCase> CASES = List.of(
            StimulusCase.raises(new NetworkIsolation(NetworkIsolation.Of.DATABASE), POLICIES, 1)
                    .measured("policy", 1)
                    .needing("pg_signal_backend"),
            StimulusCase.raises(new NetworkIsolation(NetworkIsolation.Of.EXPORTER), POLICIES, 1)
                    .measured("policy", 1));

    private final KubernetesClient client = bed.cluster().connect();

    NetworkIsolationIT() throws Exception {
        super(new StandbyBed());
    }

    @Override
    List<StimulusCase> cases() {
        return CASES;
    }

    @Override
    List<TooMuch> tooMuch() {
        return List.of();
    }

    @AfterAll
    void disconnect() {
        client.close();
    }

    @Test
    void theExporterIsCutOffAndTocsinIsNot() throws Exception {
        var before = bed.belongings();
        var exporter = bed.exporter();
        try (var prepared = bed.prepare(bed.stressor(), new NetworkIsolation(NetworkIsolation.Of.DATABASE))) {
            var held = prepared.apply(StressedBed.progress());
            assertThat(figure(held.effect(), "policy")).isEqualTo(1);
            assertThatThrownBy(bed::exporter).hasMessageContaining("refused");
            assertThatThrownBy(() -> exporter.query("SELECT 1").execute().await())
                    .isInstanceOf(Exception.class);
            assertThat(bed.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = 'exporter'"))
                    .isEqualTo("0");
            held.release();
        }
        assertThat(policies()).isEmpty();
        bed.nothingIsLeft(before);
        Awaitility.await().ignoreExceptions().until(() -> closed(bed.exporter()));
    }

    @Test
    void ourPolicySaysWhoseItIsWhomItAdmitsAndUntilWhen() throws Exception {
        try (var prepared = bed.prepare(bed.stressor(), new NetworkIsolation(NetworkIsolation.Of.EXPORTER))) {
            var held = prepared.apply(StressedBed.progress());
            assertThat(policies()).singleElement().satisfies(policy -> {
                assertThat(policy.getMetadata().getName()).startsWith("tocsin-");
                assertThat(policy.getMetadata().getLabels()).containsEntry("app.kubernetes.io/managed-by", "tocsin");
                assertThat(Instant.parse(policy.getMetadata().getAnnotations().get("tocsin.dev/expires")))
                        .isAfter(Instant.now());
                assertThat(policy.getSpec().getPodSelector().getMatchLabels())
                        .containsExactlyEntriesOf(java.util.Map.of("app", "postgres-exporter"));
                assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
                assertThat(policy.getSpec()
                                .getIngress()
                                .getFirst()
                                .getFrom()
                                .getFirst()
                                .getNamespaceSelector()
                                .getMatchLabels())
                        .containsEntry("kubernetes.io/metadata.name", client.getNamespace());
            });
            held.release();
        }
        assertThat(policies()).isEmpty();
    }

    /** Policies only add up: beside one that admits the exporter ours would shut nobody out. */
    @Test
    void aPodToWhichAnotherPolicyAdmitsSomebodyIsRefused() {
        var other = client.resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withNamespace(LabCluster.NAMESPACE)
                        .withName("admits-the-exporter")
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("app", "postgres-exporter")
                        .endPodSelector()
                        .addNewIngress()
                        .endIngress()
                        .endSpec()
                        .build())
                .create();
        try {
            assertThatThrownBy(() -> bed.prepare(bed.stressor(), new NetworkIsolation(NetworkIsolation.Of.EXPORTER)))
                    .hasMessageContaining("admits-the-exporter");
        } finally {
            client.resource(other).delete();
        }
    }

    @Test
    void aPodThatHasNotOptedInIsRefused() {
        var exporters = client.pods()
                .inNamespace(LabCluster.NAMESPACE)
                .withLabel("app", "postgres-exporter")
                .list()
                .getItems();
        var exporter = client.pods()
                .inNamespace(LabCluster.NAMESPACE)
                .withName(exporters.getFirst().getMetadata().getName());
        exporter.edit(pod -> {
            pod.getMetadata().getAnnotations().remove(OptIn.ANNOTATION);
            return pod;
        });
        try {
            assertThatThrownBy(() -> bed.prepare(bed.stressor(), new NetworkIsolation(NetworkIsolation.Of.EXPORTER)))
                    .hasMessageContaining(
                            "annotate pod " + exporters.getFirst().getMetadata().getName());
        } finally {
            exporter.edit(pod -> {
                pod.getMetadata().setAnnotations(java.util.Map.of(OptIn.ANNOTATION, OptIn.ALLOWED));
                return pod;
            });
        }
    }

    @Test
    void withoutTheRightOnPoliciesItIsRefusedAndTheComponentIsNamed() {
        var around = bed.around(new Powerless(bed.pods()), Optional.empty());
        assertThatThrownBy(() -> bed.prepare(bed.stressor(around), new NetworkIsolation(NetworkIsolation.Of.EXPORTER)))
                .hasMessageContaining("may not create, delete, get, list networkpolicies")
                .hasMessageContaining("deploy/components/network-isolation");
    }

    private List<NetworkPolicy> policies() {
        return client.network()
                .v1()
                .networkPolicies()
                .inNamespace(LabCluster.NAMESPACE)
                .list()
                .getItems();
    }

    private static boolean closed(PgConnection connection) {
        connection.close().await();
        return true;
    }

    /** A service account that may do nothing. */
    private record Powerless(Pods pods) implements Pods {
        @Override
        public List<Pod> select(PodSelector selector) {
            return pods.select(selector);
        }

        @Override
        public boolean mayI(String verb, String resource, String namespace) {
            return false;
        }

        @Override
        public void delete(Pod pod, Duration gracePeriod) {
            throw new AssertionError(pod.name());
        }

        @Override
        public void stop(Pod pod) {
            throw new AssertionError(pod.name());
        }

        @Override
        public void evict(Pod pod, Duration gracePeriod) {
            throw new AssertionError(pod.name());
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
        public List<String> storage(Pod pod) {
            return List.of();
        }

        @Override
        public Optional<String> bootId(String node) {
            return Optional.empty();
        }

        @Override
        public Nodes nodes() {
            return pods.nodes();
        }

        @Override
        public Policies policies() {
            return pods.policies();
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
        public void close() {}
    }
}
