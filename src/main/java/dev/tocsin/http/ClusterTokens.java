package dev.tocsin.http;

import dev.tocsin.cluster.ClusterException;
import dev.tocsin.cluster.Reviews;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kubernetes says of tokens: who holds one, and the role that follows from what its rules let the holder do with runs.
 * An answer is good for a while, under the hash of its token.
 */
public final class ClusterTokens {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterTokens.class);
    private static final String GROUP = "tocsin.dev";
    private static final String RESOURCE = "runs";

    /** So long at most somebody may still do what was just forbidden. */
    private static final Duration GOOD_FOR = Duration.ofSeconds(10);

    /** Anybody may send tokens; of more than this many nothing is remembered, and each is asked for. */
    private static final int MOST = 10_000;

    /**
     * What was said of a token.
     *
     * @param name empty when it is nobody's
     * @param role empty when its holder may do nothing here
     */
    record Answer(Optional<String> name, Optional<Role> role) {}

    private record Remembered(Answer answer, long until) {}

    private final Reviews reviews;
    private final String audience;
    private final String namespace;
    private final LongSupplier nanos;
    private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();
    private final AtomicBoolean away = new AtomicBoolean();

    public ClusterTokens(Reviews reviews, String audience, String namespace) {
        this(reviews, audience, namespace, System::nanoTime);
    }

    ClusterTokens(Reviews reviews, String audience, String namespace, LongSupplier nanos) {
        this.reviews = reviews;
        this.audience = audience;
        this.namespace = namespace;
        this.nanos = nanos;
    }

    /** What was said of a token not long ago. */
    Optional<Answer> remembered(String hash) {
        return Optional.ofNullable(remembered.get(hash))
                .filter(known -> known.until() - nanos.getAsLong() > 0)
                .map(Remembered::answer);
    }

    /** Asks; blocks, and throws {@link ClusterException} when there is no answer. */
    Answer ask(String token, String hash) {
        // The time counts from the question: what was true then may be so no longer when the answer comes.
        var asked = nanos.getAsLong();
        try {
            var answer = answer(token);
            remember(hash, new Remembered(answer, asked + GOOD_FOR.toNanos()));
            if (away.getAndSet(false)) {
                LOG.atInfo().log("Kubernetes tells again whose tokens are");
            }
            return answer;
        } catch (ClusterException e) {
            if (!away.getAndSet(true)) { // once, for it is the same for every request until it is mended
                LOG.atWarn().addKeyValue("reason", e.getMessage()).log("Kubernetes does not tell whose a token is");
            }
            throw e;
        }
    }

    private Answer answer(String token) {
        var holder = reviews.holder(token, audience);
        return new Answer(holder.map(Reviews.Holder::name), holder.flatMap(this::role));
    }

    private Optional<Role> role(Reviews.Holder holder) {
        if (reviews.allows(holder, deed("create"))) {
            return Optional.of(Role.OPERATOR);
        }
        return reviews.allows(holder, deed("get")) ? Optional.of(Role.VIEWER) : Optional.empty();
    }

    private Reviews.Deed deed(String verb) {
        return new Reviews.Deed(verb, GROUP, RESOURCE, namespace);
    }

    private void remember(String hash, Remembered answer) {
        if (remembered.size() >= MOST) {
            var now = nanos.getAsLong();
            remembered.values().removeIf(known -> known.until() - now <= 0);
        }
        if (remembered.size() < MOST) {
            remembered.put(hash, answer);
        }
    }
}
