package dev.tocsin.node;

import dev.tocsin.cluster.Board;
import dev.tocsin.node.RestartRequest.Manner;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Tocsin's side: asks for a restart, hears the answer, and takes the request back as long as nobody acts on it. */
public final class Restarts {
    static final String REQUEST = "request";
    static final String SIGNATURE = "signature";
    static final String ANSWER = "answer";

    /** When the last restart was begun; the agents write it, and it outlives requests. */
    static final String RESTARTED_AT = "restartedAt";

    /** Long enough for an agent that asks every two seconds, too short to be of use to who finds it later. */
    private static final Duration GOOD_FOR = Duration.ofMinutes(1);

    private static final int NONCE_BYTES = 16;

    private final Board board;
    private final Supplier<PrivateKey> key;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /**
     * Asks with a key.
     *
     * @param key asked at each request, for it may change
     */
    public Restarts(Board board, Supplier<PrivateKey> key, InstantSource clock) {
        this.board = board;
        this.key = key;
        this.clock = clock;
    }

    /** Posts a signed request; empty when another one is still open, for one restart at a time is enough. */
    public Optional<RestartRequest> ask(String node, String bootId, Manner manner, String run) {
        var before = board.read();
        if (open(before)) {
            return Optional.empty();
        }
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var now = clock.instant();
        var request =
                new RestartRequest(node, bootId, manner, run, HexFormat.of().formatHex(nonce), now, now.plus(GOOD_FOR));
        var text = request.text();
        var data = kept(before);
        data.put(REQUEST, text);
        data.put(SIGNATURE, RestartKeys.sign(key.get(), text));
        return board.write(before, data) ? Optional.of(request) : Optional.empty();
    }

    /** Where it is asked. */
    public String where() {
        return board.where();
    }

    /** Whether the API server would let Tocsin ask. */
    public boolean mayAsk() {
        return board.mayWrite();
    }

    private boolean open(Board.Posted posted) {
        return request(posted)
                .filter(request -> clock.instant().isBefore(request.expires()))
                .filter(request -> answer(posted, request.nonce()).isEmpty())
                .isPresent();
    }

    /** What the agent said to a request, if it said anything yet. */
    public Optional<Answer> answer(RestartRequest request) {
        return answer(board.read(), request.nonce());
    }

    /**
     * Takes back what was asked for a boot.
     *
     * @return false when it is too late: an agent has said that it restarts the node
     */
    public boolean withdraw(String node, String bootId) {
        while (true) {
            var posted = board.read();
            var request = request(posted)
                    .filter(known -> known.node().equals(node) && known.bootId().equals(bootId));
            if (request.isEmpty()) {
                return true;
            }
            if (answer(posted, request.get().nonce()).filter(Answer::accepted).isPresent()) {
                return false;
            }
            if (board.write(posted, kept(posted))) {
                return true;
            }
        }
    }

    private static Map<String, String> kept(Board.Posted posted) {
        var data = new java.util.HashMap<>(posted.data());
        data.keySet().retainAll(java.util.Set.of(RESTARTED_AT));
        return data;
    }

    private static Optional<RestartRequest> request(Board.Posted posted) {
        return Optional.ofNullable(posted.data().get(REQUEST)).flatMap(RestartRequest::parse);
    }

    private static Optional<Answer> answer(Board.Posted posted, String nonce) {
        return Optional.ofNullable(posted.data().get(ANSWER))
                .flatMap(Answer::parse)
                .filter(answer -> answer.nonce().equals(nonce));
    }
}
