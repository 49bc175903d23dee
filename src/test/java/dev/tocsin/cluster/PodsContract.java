package dev.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every adapter to a cluster keeps about touching pods and telling of it. */
public abstract class PodsContract {
    protected static final String NAMESPACE = "lab";
    private static final PodSelector SELECTOR = new PodSelector(NAMESPACE, "app=pg");
    private static final Duration GRACE = Duration.ofSeconds(1);

    protected abstract Pods pods();

    /** Makes a ready pod with the label {@code app=pg}. */
    protected abstract void put(String name, Map<String, String> annotations);

    protected abstract void budget(String name, String pod);

    protected abstract void forbid(String what);

    /** What describes a pod's last event: type, reason, message, the pod's uid. */
    protected abstract String lastEvent();

    private Pod only() {
        return pods().select(SELECTOR).getFirst();
    }

    @Test
    void aPodIsOptedInByItsAnnotationOnly() {
        put("pg-0", Map.of());
        assertThat(only().optedIn()).isFalse();
        put("pg-0", Map.of(OptIn.ANNOTATION, "no"));
        assertThat(only().optedIn()).isFalse();
        put("pg-0", Map.of(OptIn.ANNOTATION, OptIn.ALLOWED));
        assertThat(only().optedIn()).isTrue();
    }

    @Test
    void anEvictedPodIsNotThereAnyMore() {
        put("pg-0", Map.of());
        var pod = only();
        pods().evict(pod, GRACE);
        assertThat(pods().select(SELECTOR)).noneMatch(one -> one.uid().equals(pod.uid()));
    }

    @Test
    void aBudgetThatSaysNoIsNamedAndThePodStays() {
        put("pg-0", Map.of());
        budget("keep-one", "pg-0");
        var pod = only();
        assertThatThrownBy(() -> pods().evict(pod, GRACE))
                .isInstanceOf(BudgetException.class)
                .hasMessageContaining("keep-one");
        assertThat(only().uid()).isEqualTo(pod.uid());
    }

    @Test
    void onlyThatVeryPodIsEvicted() {
        put("pg-0", Map.of());
        var before = only();
        pods().evict(before, GRACE);
        put("pg-0", Map.of());
        var after = only();
        assertThatThrownBy(() -> pods().evict(before, GRACE))
                .isInstanceOf(ClusterException.class)
                .isNotInstanceOf(BudgetException.class);
        assertThat(only().uid()).isEqualTo(after.uid());
    }

    @Test
    void rightsOnAPartOfAResourceAndOnOtherGroupsAreAskedForAsSuch() {
        forbid("create pods/eviction");
        forbid("create networkpolicies.networking.k8s.io");
        assertThat(pods().mayI("create", "pods/eviction", NAMESPACE)).isFalse();
        assertThat(pods().mayI("create", "pods", NAMESPACE)).isTrue();
        assertThat(pods().mayI("create", "networkpolicies.networking.k8s.io", NAMESPACE))
                .isFalse();
        assertThat(pods().mayI("delete", "networkpolicies.networking.k8s.io", NAMESPACE))
                .isTrue();
    }

    @Test
    void anEventIsAboutThePodAndSaysWhat() {
        put("pg-0", Map.of());
        var pod = only();
        pods().events()
                .create(new Events.Event(
                        pod.ref(),
                        Events.Kind.WARNING,
                        "RunFailed",
                        "scenario s",
                        Instant.parse("2026-09-01T10:00:00.123Z")));
        assertThat(lastEvent()).isEqualTo("Warning RunFailed scenario s " + pod.uid());
    }
}
