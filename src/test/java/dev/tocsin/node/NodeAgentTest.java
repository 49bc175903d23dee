package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.cluster.Board;
import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.Node;
import dev.tocsin.cluster.Nodes;
import dev.tocsin.node.RestartRequest.Manner;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NodeAgentTest {
    /** A Friday at noon. */
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private static final String BOOT = "6b7f8a00-0000-4000-8000-000000000001";
    private static final String NEXT_BOOT = "6b7f8a00-0000-4000-8000-000000000002";
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final KeyPair tocsin = keys();
    private final PinnedBoard board = new PinnedBoard();
    private final ANode node = new ANode();
    private Instant now = NOON;
    private final Restarts restarts = new Restarts(board, tocsin::getPrivate, () -> now);

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private NodeAgent agent(String name, Permission permission) {
        return new NodeAgent(name, board, node, tocsin.getPublic(), permission, node, () -> now);
    }

    private static Permission always() {
        return new Permission(
                Set.of(DayOfWeek.values()), LocalTime.MIDNIGHT, LocalTime.MIDNIGHT, ZoneOffset.UTC, INTERVAL);
    }

    private void look() throws InterruptedException {
        agent("n1", always()).look();
    }

    private RestartRequest ask() {
        return restarts.ask("n1", BOOT, Manner.CUT, "run").orElseThrow();
    }

    @Test
    void restartsOnASignedRequestAndSaysSoFirst() throws Exception {
        var request = ask();

        look();

        assertThat(node.restarted).containsExactly("CUT, answered: accepted " + request.nonce());
        assertThat(restarts.answer(request)).contains(new Answer(request.nonce(), true, ""));
    }

    @Test
    void ignoresAnotherKeysSignature() throws Exception {
        var request = new Restarts(board, keys()::getPrivate, () -> now)
                .ask("n1", BOOT, Manner.CUT, "run")
                .orElseThrow();

        look();

        assertThat(node.restarted).isEmpty();
        assertThat(restarts.answer(request)).isEmpty();
    }

    @Test
    void ignoresARequestThatWasChangedAfterItWasSigned() throws Exception {
        ask();
        board.data.compute(
                Restarts.REQUEST, (_, text) -> String.valueOf(text).replace("manner: cut", "manner: orderly"));

        look();

        assertThat(node.restarted).isEmpty();
    }

    @Test
    void refusesAReplayAfterTheBootThatItAskedFor() throws Exception {
        ask();
        var recorded = Map.copyOf(board.data);
        look();
        node.boot = NEXT_BOOT;
        node.restarted.clear();
        board.data.clear();
        board.data.putAll(recorded);

        look();

        assertThat(node.restarted).isEmpty();
        assertThat(board.data.get(Restarts.ANSWER)).startsWith("refused").contains("it is for boot " + BOOT);
    }

    @Test
    void doesNotActTwiceOnOneRequestThoughTheNodeIsStillThere() throws Exception {
        ask();
        look();

        look();

        assertThat(node.restarted).hasSize(1);
    }

    @Test
    void refusesWhatHasExpired() throws Exception {
        ask();
        now = NOON.plusSeconds(61);

        look();

        assertThat(node.restarted).isEmpty();
        assertThat(board.data.get(Restarts.ANSWER)).contains("it expired at");
    }

    @Test
    void refusesWhatIsGoodForTooLongWhoeverSignedIt() throws Exception {
        post(new RestartRequest("n1", BOOT, Manner.CUT, "run", "n", NOON, NOON.plus(Duration.ofHours(1))));

        look();

        assertThat(node.restarted).isEmpty();
        assertThat(board.data.get(Restarts.ANSWER)).contains("good for longer than 5 min");
    }

    @Test
    void refusesWhatIsFromTheFuture() throws Exception {
        var later = NOON.plus(Duration.ofMinutes(3));
        post(new RestartRequest("n1", BOOT, Manner.CUT, "run", "n", later, later.plusSeconds(60)));

        look();

        assertThat(node.restarted).isEmpty();
        assertThat(board.data.get(Restarts.ANSWER)).contains("compare the clocks");
    }

    @Test
    void refusesANodeThatHasNotOptedIn() throws Exception {
        node.labels = Map.of(Permission.LABEL, "no");
        ask();

        look();

        assertThat(node.restarted).isEmpty();
        assertThat(board.data.get(Restarts.ANSWER)).contains("has no label tocsin.dev/node-restart=allowed");
    }

    @Test
    void refusesOutsideItsHours() throws Exception {
        ask();

        agent(
                        "n1",
                        new Permission(
                                Set.of(DayOfWeek.values()),
                                LocalTime.of(22, 0),
                                LocalTime.of(4, 0),
                                ZoneOffset.UTC,
                                INTERVAL))
                .look();

        assertThat(node.restarted).isEmpty();
        assertThat(board.data.get(Restarts.ANSWER)).contains("not now", "22:00", "04:00");
    }

    @Test
    void actsInHoursThatReachOverMidnight() throws Exception {
        now = Instant.parse("2026-11-20T23:30:00Z");
        ask();

        agent(
                        "n1",
                        new Permission(
                                Set.of(DayOfWeek.FRIDAY),
                                LocalTime.of(22, 0),
                                LocalTime.of(4, 0),
                                ZoneOffset.UTC,
                                INTERVAL))
                .look();

        assertThat(node.restarted).hasSize(1);
    }

    @Test
    void refusesOnOtherDays() throws Exception {
        ask();

        agent(
                        "n1",
                        new Permission(
                                Set.of(DayOfWeek.SUNDAY),
                                LocalTime.MIDNIGHT,
                                LocalTime.MIDNIGHT,
                                ZoneOffset.UTC,
                                INTERVAL))
                .look();

        assertThat(node.restarted).isEmpty();
        assertThat(board.data.get(Restarts.ANSWER)).contains("SUNDAY");
    }

    @Test
    void refusesSoonAfterAnotherRestart() throws Exception {
        board.data.put(Restarts.RESTARTED_AT, NOON.minusSeconds(100).toString());
        ask();

        look();

        assertThat(node.restarted).isEmpty();
        assertThat(board.data.get(Restarts.ANSWER)).contains("a node was restarted only 100 s ago");
    }

    @Test
    void refusesSoonAfterItsOwnBootWhateverTheBoardSays() throws Exception {
        node.up = Duration.ofSeconds(30);
        ask();

        look();

        assertThat(node.restarted).isEmpty();
        assertThat(board.data.get(Restarts.ANSWER)).contains("booted only 30 s ago");
    }

    @Test
    void leavesARequestForAnotherNodeToItsAgent() throws Exception {
        var request = ask();

        agent("n2", always()).look();

        assertThat(node.restarted).isEmpty();
        assertThat(restarts.answer(request)).isEmpty();
    }

    @Test
    void doesNothingWhenItsAnswerCouldNotBeStored() throws Exception {
        ask();
        board.somebodyElseIsFaster = true;

        look();

        assertThat(node.restarted).isEmpty();
    }

    @Test
    void doesNothingWhileTheApiServerIsAway() throws Exception {
        ask();
        board.away = true;

        look();

        assertThat(node.restarted).isEmpty();
    }

    @Test
    void whatIsWithdrawnIsNotDone() throws Exception {
        ask();

        assertThat(restarts.withdraw("n1", BOOT)).isTrue();
        look();

        assertThat(node.restarted).isEmpty();
    }

    @Test
    void whatIsAcceptedCannotBeWithdrawn() throws Exception {
        ask();
        look();

        assertThat(restarts.withdraw("n1", BOOT)).isFalse();
    }

    @Test
    void oneRequestAtATime() throws Exception {
        ask();

        assertThat(restarts.ask("n2", BOOT, Manner.CUT, "run")).isEmpty();

        now = NOON.plusSeconds(61);
        assertThat(restarts.ask("n2", BOOT, Manner.CUT, "run")).isPresent();
    }

    private void post(RestartRequest request) {
        board.data.put(Restarts.REQUEST, request.text());
        board.data.put(Restarts.SIGNATURE, RestartKeys.sign(tocsin.getPrivate(), request.text()));
    }

    /** As the ConfigMap, without a cluster. */
    private static final class PinnedBoard implements Board {
        private final Map<String, String> data = new HashMap<>();
        private boolean away;
        private boolean somebodyElseIsFaster;

        @Override
        public Posted read() {
            if (away) {
                throw new ClusterException("away", new IllegalStateException("away"));
            }
            return new Posted(data.toString(), data);
        }

        @Override
        public boolean write(Posted before, Map<String, String> all) {
            if (somebodyElseIsFaster || !before.version().equals(data.toString())) {
                return false;
            }
            data.clear();
            data.putAll(all);
            return true;
        }

        @Override
        public String where() {
            return "nowhere";
        }

        @Override
        public boolean mayWrite() {
            return true;
        }
    }

    /** A node that notes what was done to it, and what stood on the board at that moment. */
    private final class ANode implements Nodes, NodeAgent.Machine {
        private final List<String> restarted = new ArrayList<>();
        private String boot = BOOT;
        private Duration up = Duration.ofDays(1);
        private Map<String, String> labels = Map.of(Permission.LABEL, Permission.ALLOWED);

        @Override
        public Optional<Node> find(String name) {
            return Optional.of(new Node(name, BOOT, true, true, labels));
        }

        @Override
        public void schedulable(String name, boolean schedulable) {
            throw new AssertionError("an agent cordons nothing");
        }

        @Override
        public boolean mayI(String verb) {
            return true;
        }

        @Override
        public String bootId() {
            return boot;
        }

        @Override
        public Duration up() {
            return up;
        }

        @Override
        public void restart(Manner manner) {
            restarted.add(manner.name() + ", answered: " + board.data.get(Restarts.ANSWER));
        }
    }
}
