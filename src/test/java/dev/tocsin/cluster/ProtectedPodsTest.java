package dev.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ProtectedPodsTest {
    private final Sandbox sandbox = new Sandbox();
    private final Pods pods = new ProtectedPods(sandbox, Set.of("kube-system"));

    @Test
    void nothingIsDoneToAPodInAProtectedNamespace() {
        var pod = sandbox.put("kube-system", "dns", "app=dns", Map.of());
        var labels = PodLabels.of(new PodSelector("kube-system", "app=dns")).orElseThrow();

        assertThatThrownBy(() -> pods.delete(pod, Duration.ZERO)).hasMessageContaining("kube-system");
        assertThatThrownBy(() -> pods.evict(pod, Duration.ZERO)).hasMessageContaining("protected");
        assertThatThrownBy(() -> pods.stop(pod)).hasMessageContaining("protected");
        assertThatThrownBy(() ->
                        pods.policies().isolate(new Policies.Isolation("kube-system", "ours", labels, Instant.EPOCH)))
                .hasMessageContaining("protected");
        assertThat(sandbox.deeds()).isEmpty();
    }

    @Test
    void elsewhereItIs() {
        pods.evict(sandbox.put("db", "pg-0", "app=pg", Map.of()), Duration.ZERO);
        assertThat(sandbox.deeds()).containsExactly("evicted pg-0");
    }
}
