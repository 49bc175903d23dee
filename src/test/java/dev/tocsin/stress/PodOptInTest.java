package dev.tocsin.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.cluster.OptIn;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Sandbox;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.ClusterStimulus.PodKill;
import dev.tocsin.domain.scenario.Stimulus;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked of the cluster before a pod is touched, and what an eviction comes to. */
final class PodOptInTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final PodKill DELETING = new PodKill(Duration.ZERO, Optional.empty());
    private static final PodKill EVICTING = new PodKill(Duration.ZERO, Optional.of(true));
    private static final Map<String, String> ALLOWED = Map.of(OptIn.ANNOTATION, OptIn.ALLOWED);

    private static final Progress NOBODY = new Progress() {
        @Override
        public void report(String progress) {}

        @Override
        public boolean stopped() {
            return false;
        }
    };

    private final Sandbox cluster = new Sandbox();
    private final Vertx vertx = Vertx.vertx();
    private final Stressor stressor = new Stressor(
            "target",
            vertx,
            new PostgresTarget("127.0.0.1", 1, "d", "u", "", "disable", Optional.empty()),
            Surroundings.of(new PodSelector("db", "app=pg"), cluster, Optional.empty()));

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private List<Sight.Unmet> unmet(Stimulus stimulus) throws InterruptedException {
        return stressor.needs(Map.of("kill", stimulus), BOUND).getFirst().unmet();
    }

    private Prepared prepare(PodKill kill) throws Exception {
        return stressor.prepare(new RunId(UUID.randomUUID()), 0, kill, BOUND);
    }

    @Test
    void aPodWithoutTheAnnotationIsRefusedBeforeAnythingIsStressed() throws Exception {
        cluster.put("db", "pg-0", "app=pg", Map.of());

        assertThat(unmet(DELETING)).singleElement().satisfies(unmet -> {
            assertThat(unmet.what()).contains("pod db/pg-0").contains("tocsin.dev/scenarios: allowed");
            assertThat(unmet.mend())
                    .contains("kubectl -n db annotate pod pg-0 tocsin.dev/scenarios=allowed")
                    .contains("spec.template.metadata.annotations");
        });
    }

    @Test
    void itIsAskedOnceMoreWhenTheStimulusIsDue() {
        cluster.put("db", "pg-0", "app=pg", Map.of(OptIn.ANNOTATION, "not any more"));

        assertThatThrownBy(() -> prepare(DELETING)).hasMessageContaining("kubectl -n db annotate pod pg-0");
        assertThat(cluster.deeds()).isEmpty();
    }

    @Test
    void aMissingRightIsToldWithTheRuleThatGivesIt() throws Exception {
        cluster.put("db", "pg-0", "app=pg", ALLOWED);
        cluster.forbid("create pods/eviction");

        assertThat(unmet(DELETING)).isEmpty();
        assertThat(unmet(EVICTING)).singleElement().satisfies(unmet -> {
            assertThat(unmet.what()).isEqualTo("Tocsin may not create pods/eviction in db");
            assertThat(unmet.mend()).contains("{ apiGroups: [\"\"], resources: [pods/eviction], verbs: [create] }");
        });
    }

    @Test
    void anEvictionThatNoBudgetIsAgainstReplacesThePod() throws Exception {
        var before = cluster.put("db", "pg-0", "app=pg", ALLOWED);
        try (var prepared = prepare(EVICTING)) {
            var held = prepared.apply(NOBODY);
            assertThat(held.effect()).isInstanceOf(Effect.PodEvicted.class);
            assertThat(held.release())
                    .isInstanceOfSatisfying(
                            Effect.PodReplaced.class,
                            replaced -> assertThat(replaced.oldUid()).isEqualTo(before.uid()));
        }
        assertThat(cluster.deeds()).containsExactly("evicted pg-0");
    }

    @Test
    void aBudgetIsNeverGotRoundByADeletion() throws Exception {
        cluster.put("db", "pg-0", "app=pg", ALLOWED);
        cluster.budget("keep-one", "pg-0");
        try (var prepared = prepare(EVICTING)) {
            assertThatThrownBy(() -> prepared.apply(NOBODY))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("keep-one")
                    .hasMessageContaining("leave out evict: true");
            assertThat(stressor.undo(prepared.undo(), BOUND)).isInstanceOf(Effect.PodReady.class);
        }
        assertThat(cluster.deeds()).isEmpty();
    }
}
