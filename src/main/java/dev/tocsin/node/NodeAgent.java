package dev.tocsin.node;

import dev.tocsin.cluster.Board;
import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.Node;
import dev.tocsin.cluster.Nodes;
import dev.tocsin.node.RestartRequest.Manner;
import java.io.IOException;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent of one node: looks for a signed request, and restarts the node when nothing speaks against it. */
public final class NodeAgent {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);

    /** Why it asks and does not watch: docs/RATIONALE.md, "Polling pods, not watching". */
    private static final Duration POLL = Duration.ofSeconds(2);

    /** The machine that the agent is on. */
    public interface Machine {
        /** Of the kernel itself: what the API server knows may be of the boot before. */
        String bootId() throws IOException;

        Duration up() throws IOException;

        /** Ends the machine, and so as a rule does not return. */
        void restart(Manner manner) throws IOException, InterruptedException;
    }

    private final String node;
    private final Board board;
    private final Nodes nodes;
    private final PublicKey key;
    private final Permission permission;
    private final Machine machine;
    private final InstantSource clock;
    private String trouble = "";

    public NodeAgent(
            String node,
            Board board,
            Nodes nodes,
            PublicKey key,
            Permission permission,
            Machine machine,
            InstantSource clock) {
        this.node = node;
        this.board = board;
        this.nodes = nodes;
        this.key = key;
        this.permission = permission;
        this.machine = machine;
        this.clock = clock;
    }

    /** Looks again and again until the thread is interrupted. */
    public void run() throws InterruptedException {
        LOG.atInfo().addKeyValue("node", node).log("the node agent waits for signed requests");
        while (true) {
            look();
            Thread.sleep(POLL);
        }
    }

    /** One look; whatever goes wrong, the node is left alone and the next look comes. */
    void look() throws InterruptedException {
        try {
            var posted = board.read();
            var text = posted.data().get(Restarts.REQUEST);
            if (text != null && !posted.data().containsKey(Restarts.ANSWER)) {
                decide(posted, text);
            }
            trouble = "";
        } catch (ClusterException | IOException e) {
            var why = String.valueOf(e.getMessage());
            if (!why.equals(trouble)) {
                LOG.atWarn().addKeyValue("node", node).log(why);
            }
            trouble = why;
        }
    }

    private void decide(Board.Posted posted, String text) throws IOException, InterruptedException {
        var request = RestartRequest.parse(text);
        if (request.isPresent() && !request.get().node().equals(node)) {
            return; // its own agent answers
        }
        if (request.isEmpty() || !RestartKeys.verifies(key, text, posted.data().getOrDefault(Restarts.SIGNATURE, ""))) {
            // Not answered: any agent would, and who cannot sign is told nothing.
            throw new ClusterException(
                    "a request is not signed by Tocsin's key; it is ignored", new IllegalStateException("signature"));
        }
        var refusal = permission.refusal(request.get(), moment(posted));
        var answer = new Answer(request.get().nonce(), refusal.isEmpty(), refusal.orElse(""));
        var data = new HashMap<>(posted.data());
        data.put(Restarts.ANSWER, answer.text());
        if (answer.accepted()) {
            data.put(Restarts.RESTARTED_AT, clock.instant().toString());
        }
        // Only a request that is marked as taken is acted on: then it can neither be withdrawn nor be taken twice.
        if (!board.write(posted, data)) {
            return;
        }
        LOG.atWarn()
                .addKeyValue("event", "node-restart")
                .addKeyValue("node", node)
                .addKeyValue("run", request.get().run())
                .log(refusal.map(why -> "a request was refused: " + why)
                        .orElse("the node is restarted now, " + request.get().manner()));
        if (answer.accepted()) {
            machine.restart(request.get().manner());
        }
    }

    private Permission.Moment moment(Board.Posted posted) throws IOException {
        var label =
                nodes.find(node).map(Node::labels).flatMap(labels -> Optional.ofNullable(labels.get(Permission.LABEL)));
        return new Permission.Moment(clock.instant(), node, machine.bootId(), label, machine.up(), lastRestart(posted));
    }

    /** What cannot be read is taken for now: rather no restart than one too many. */
    private Optional<Instant> lastRestart(Board.Posted posted) {
        return Optional.ofNullable(posted.data().get(Restarts.RESTARTED_AT)).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException _) {
                return clock.instant();
            }
        });
    }
}
