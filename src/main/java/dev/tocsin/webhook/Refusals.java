package dev.tocsin.webhook;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.http.Problem;
import dev.tocsin.journal.Journal;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes down that notifications were turned away, because that may be why an alert is missing: at most one in a while,
 * for anybody may knock here, and nobody shall fill the disk by it.
 */
final class Refusals {
    private static final Duration ONE_IN = Duration.ofSeconds(5);

    private final Journal journal;
    private final AtomicLong next = new AtomicLong(System.nanoTime());

    Refusals(Journal journal) {
        this.journal = journal;
    }

    /** What cannot be stored either is left to the metrics. */
    void heard(RoutingContext request) {
        var now = System.nanoTime();
        var due = next.get();
        if (now - due >= 0 && next.compareAndSet(due, now + ONE_IN.toNanos())) {
            var refusal = request.failure() instanceof Problem.Refusal known
                    ? new Fact.NotificationRefused(
                            known.problem().status(), known.problem().detail())
                    : new Fact.NotificationRefused(Math.max(400, request.statusCode()), "it could not be read");
            var _ = journal.append(refusal);
        }
    }
}
