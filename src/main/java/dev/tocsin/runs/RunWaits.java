package dev.tocsin.runs;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.http.Problem;
import dev.tocsin.runner.Runs;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Requests that wait for a run's verdict. */
public final class RunWaits {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Runs runs;
    private final Map<RunId, Set<Promise<Void>>> waiting = new ConcurrentHashMap<>();

    public RunWaits(Vertx vertx, Runs runs) {
        this.vertx = vertx;
        this.runs = runs;
    }

    /** Takes in a fact. */
    public void heard(Recorded recorded) {
        if (recorded.fact() instanceof Fact.VerdictReached reached) {
            var done = waiting.remove(reached.run());
            if (done != null) {
                done.forEach(Promise::tryComplete);
            }
        }
    }

    /** Succeeds when the run has its verdict, or when the wait (at most a minute) is over; at once without one. */
    Future<Void> until(RunId run, @Nullable String wait) {
        if (wait == null) {
            return Future.succeededFuture();
        }
        var patience = patience(wait);
        var promise = Promise.<Void>promise();
        waiting.compute(run, (_, known) -> {
            var all = known == null ? ConcurrentHashMap.<Promise<Void>>newKeySet() : known;
            all.add(promise);
            return all;
        });
        if (runs.index().find(run).filter(known -> known.verdict().isPresent()).isPresent()) {
            promise.tryComplete();
        }
        var context = vertx.getOrCreateContext();
        var timer = vertx.setTimer(Math.max(1, patience.toMillis()), _ -> promise.tryComplete());
        var onContext = Promise.<Void>promise();
        promise.future()
                .onComplete(_ -> context.runOnContext(_ -> {
                    forget(run, promise);
                    vertx.cancelTimer(timer);
                    onContext.complete();
                }));
        return onContext.future();
    }

    private void forget(RunId run, Promise<Void> promise) {
        waiting.computeIfPresent(run, (_, all) -> {
            all.remove(promise);
            return all.isEmpty() ? null : all;
        });
    }

    private static Duration patience(String wait) {
        try {
            var asked = Durations.parse(wait);
            return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("wait: " + e.getMessage());
        }
    }
}
