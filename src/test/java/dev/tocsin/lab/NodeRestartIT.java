package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.cluster.KubernetesPods;
import dev.tocsin.cluster.PodSelector;
import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.ClusterStimulus.NodeRestart;
import dev.tocsin.domain.scenario.Hold;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.node.Restarts;
import dev.tocsin.stress.PostgresTarget;
import dev.tocsin.stress.Progress;
import dev.tocsin.stress.StressException;
import dev.tocsin.stress.Stressor;
import dev.tocsin.stress.Surroundings;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The lab's node, with the agent that a real one has, restarted by it, by a person, and not at all. */
@Execution(ExecutionMode.CONCURRENT)
final class NodeRestartIT {
    private static final RunId RUN = RunId.parse("01900000-0000-7000-8000-000000000001");
    private static final Duration BOUND = Duration.ofMinutes(1);
    private static final int LATE_LOOKS = 10;

    private final Secrets secrets = Secrets.random();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private Path home = Path.of("");
    private LabCluster cluster;
    private KubernetesPods pods;

    @BeforeEach
    void boot() throws Exception {
        home = Lab.newHome();
        var bin = new Binaries(Binaries.defaultCache(), System.err::println).postgres();
        cluster = new LabCluster(
                PostgresServer.create(
                        bin, home.resolve("postgres"), Ports.free(1).getFirst(), secrets),
                secrets.restart().getPublic());
        pods = new KubernetesPods(cluster.connect());
    }

    @AfterEach
    void stop() throws Exception {
        pods.close();
        cluster.close();
        vertx.close().await();
        Folders.delete(home);
    }

    private Stressor stressor(Optional<PrivateKey> key) {
        return stressor(pods, key);
    }

    private Stressor stressor(Pods pods, Optional<PrivateKey> key) {
        return new Stressor(
                "lab",
                vertx,
                new PostgresTarget("127.0.0.1", 1, "app", "nobody", "", "disable", Optional.empty()),
                Surroundings.of(
                        new PodSelector(LabCluster.NAMESPACE, LabCluster.SELECTOR),
                        pods,
                        key.map(known ->
                                new Restarts(pods.board(LabCluster.NAMESPACE), () -> known, InstantSource.system()))));
    }

    private Stressor stressor() {
        return stressor(Optional.of(secrets.restart().getPrivate()));
    }

    private static Stress step(boolean manual, boolean drain, Duration timeout) {
        return new Stress("cut", Duration.ZERO, new Hold.Fixed(Duration.ZERO), new NodeRestart(manual, drain, timeout));
    }

    private Progress progress() {
        return new Progress() {
            @Override
            public void report(String progress) {
                said.add(progress);
            }

            @Override
            public boolean stopped() {
                return false;
            }
        };
    }

    private String boot(String node) {
        return pods.bootId(node).orElseThrow();
    }

    @Test
    void theAgentCutsThePowerAndTheBootTellsIt() throws Exception {
        var before = boot(LabCluster.NODE);
        try (var prepared = stressor().prepare(RUN, 0, step(false, false, BOUND), BOUND)) {
            var held = prepared.apply(progress());
            var effect = (Effect.NodeRestarted) held.release();

            assertThat(effect.oldBootId()).isEqualTo(before);
            assertThat(effect.newBootId()).isEqualTo(boot(LabCluster.NODE)).isNotEqualTo(before);
            assertThat(effect.newUid()).isEqualTo(effect.oldUid());
            assertThat(effect.newRestarts()).isEqualTo(effect.oldRestarts() + 1);
            assertThat(effect.exitCode()).contains(255);
            assertThat(effect.downFor().orElseThrow()).isGreaterThan(Duration.ofSeconds(4));
            assertThat(effect.provesApplied()).isTrue();
            assertThat(held.effect().provesApplied()).isFalse();
        }
    }

    /** The node is back and tells its new boot, and of the pod the API server still says what was so before. */
    @Test
    void aPodIsNotBackBeforeItsKubeletSaysSo() throws Exception {
        var before = boot(LabCluster.NODE);
        var old = pods.select(new PodSelector(LabCluster.NAMESPACE, LabCluster.SELECTOR));
        var looks = new AtomicInteger();
        var late = (Pods) Proxy.newProxyInstance(
                Pods.class.getClassLoader(),
                new Class<?>[] {Pods.class},
                (_, method, arguments) -> method.getName().equals("select")
                                && !boot(LabCluster.NODE).equals(before)
                                && looks.incrementAndGet() <= LATE_LOOKS
                        ? old
                        : method.invoke(pods, arguments));
        try (var prepared = stressor(late, Optional.of(secrets.restart().getPrivate()))
                .prepare(RUN, 0, step(false, false, BOUND), BOUND)) {
            var effect = (Effect.NodeRestarted) prepared.apply(progress()).release();

            assertThat(looks.get()).isGreaterThan(LATE_LOOKS);
            assertThat(effect.newRestarts()).isEqualTo(effect.oldRestarts() + 1);
        }
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void aPersonIsAskedByNameAndRecognisedByTheBoot() throws Exception {
        try (var prepared = stressor(Optional.empty()).prepare(RUN, 0, step(true, false, BOUND), BOUND)) {
            var person = Thread.startVirtualThread(() -> {
                while (said.stream().noneMatch(line -> line.startsWith("PLEASE RESTART NODE lab-node"))) {
                    Thread.onSpinWait();
                }
                cluster.cutPower();
            });
            var effect = prepared.apply(progress()).release();
            person.join();

            assertThat(effect).isInstanceOf(Effect.NodeRestarted.class);
            assertThat(said.getFirst()).contains("lab/postgresql-0", RUN.toString(), "another boot than");
        }
    }

    @Test
    void aDrainedNodeIsSchedulableAgainAndItsPodAnotherOne() throws Exception {
        try (var prepared = stressor().prepare(RUN, 0, step(false, true, BOUND), BOUND)) {
            assertThat(((Undo.AwaitNode) prepared.undo()).uncordon()).isTrue();

            var effect = (Effect.NodeRestarted) prepared.apply(progress()).release();

            assertThat(effect.newUid()).isNotEqualTo(effect.oldUid());
            assertThat(pods.nodes().find(LabCluster.NODE).orElseThrow().schedulable())
                    .isTrue();
        }
    }

    @Test
    void aNodeThatNobodyRestartsIsNamedAndTheUndoSaysSo() throws Exception {
        try (var prepared =
                stressor(Optional.empty()).prepare(RUN, 0, step(true, false, Duration.ofSeconds(1)), BOUND)) {
            assertThatThrownBy(() -> prepared.apply(progress()))
                    .isInstanceOf(StressException.class)
                    .hasMessageContaining("was not restarted within 1 s");

            var effect = stressor(Optional.empty()).undo(prepared.undo(), Duration.ofSeconds(4));

            assertThat(effect).isInstanceOf(Effect.NodeReady.class);
            assertThat(effect.provesApplied()).isFalse();
        }
    }

    /** Another process than the one that asked: all it has is what was journalled. */
    @Tag(Tier.CAMPAIGN)
    @Test
    void theUndoOfAnotherProcessWaitsForNodeAndPodAndUncordons() throws Exception {
        Undo undo;
        try (var prepared = stressor().prepare(RUN, 0, step(false, true, BOUND), BOUND)) {
            undo = prepared.undo();
        }
        pods.nodes().schedulable(LabCluster.NODE, false);
        cluster.cutPower();

        var effect = stressor().undo(undo, BOUND);

        assertThat(effect).isInstanceOf(Effect.NodeRestarted.class);
        assertThat(((Effect.NodeRestarted) effect).downFor()).isEmpty();
        assertThat(pods.nodes().find(LabCluster.NODE).orElseThrow().schedulable())
                .isTrue();
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void anotherKeysRequestIsNotAnsweredAndIsWithdrawn() throws Exception {
        var stranger = stressor(Optional.of(Secrets.random().restart().getPrivate()));
        var before = boot(LabCluster.NODE);
        try (var prepared = stranger.prepare(RUN, 0, step(false, false, BOUND), BOUND)) {
            assertThatThrownBy(() -> prepared.apply(progress()))
                    .hasMessageContaining("no agent on node lab-node answered");

            assertThat(stranger.undo(prepared.undo(), Duration.ofSeconds(4))).isInstanceOf(Effect.NodeReady.class);
        }
        assertThat(boot(LabCluster.NODE)).isEqualTo(before);
        assertThat(pods.board(LabCluster.NAMESPACE).read().data()).isEmpty();
    }

    @Test
    void withoutAnAgentOnlyAPersonCanBeAsked() {
        assertThatThrownBy(() -> stressor(Optional.empty()).prepare(RUN, 0, step(false, false, BOUND), BOUND))
                .isInstanceOf(StressException.class)
                .hasMessageContaining("manual: true");
    }
}
