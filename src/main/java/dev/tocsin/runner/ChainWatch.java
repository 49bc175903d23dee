package dev.tocsin.runner;

import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.journal.Journal;
import dev.tocsin.observe.Lookout;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the chain of one run again and again, and writes down what changed. */
final class ChainWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChainWatch.class);

    /** Neither Prometheus nor Alertmanager announces a change; this is how often they are asked at most. */
    private static final Duration PACE = Duration.ofSeconds(1);

    /** Of the time of those who are asked no more than every fourth second is taken. */
    private static final int REST = 3;

    private final Journal journal;
    private final RunId run;
    private final Lookout lookout;
    private final Map<String, Sight> last = new HashMap<>();
    private final BlockingQueue<CountDownLatch> urgent = new LinkedBlockingQueue<>();
    private @Nullable Thread thread;

    ChainWatch(Journal journal, RunId run, Lookout lookout) {
        this.journal = journal;
        this.run = run;
        this.lookout = lookout;
    }

    /** Looks once; on return everything new is on disk. */
    void look() throws InterruptedException {
        record(lookout.look());
    }

    /**
     * Has it look at once and not when it is due, and waits for that.
     *
     * @param patience with a source that does not answer
     */
    void lookNow(Duration patience) throws InterruptedException {
        var looked = new CountDownLatch(1);
        urgent.add(looked);
        var _ = looked.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Ends the watch with a last look, all of which is recorded: what Prometheus holds after the last notification tells
     * whether an alert has really ended.
     */
    void lookOnceMore() throws InterruptedException {
        close();
        last.clear();
        look();
    }

    private void record(List<Sight> sights) {
        if (sights.stream().anyMatch(this::isBack)) {
            last.clear();
        }
        var news = new ArrayList<Future<Recorded>>();
        for (var sight : sights) {
            var before = last.put(sight.subject(), sight);
            if (before == null || !before.essence().equals(sight.essence())) {
                news.add(journal.append(new Fact.Observed(run, sight)));
            }
        }
        news.forEach(fact -> fact.await());
    }

    /** After a gap everything is news, also what is as it was before. */
    private boolean isBack(Sight sight) {
        return sight instanceof Sight.SourceSeen now
                && now.answers()
                && last.get(sight.subject()) instanceof Sight.SourceSeen before
                && (!before.answers() || !before.startedAt().equals(now.startedAt()));
    }

    /** Goes on looking until it is closed. */
    void start() {
        thread = Thread.ofVirtual().name("watch-" + run).start(this::goOn);
    }

    private void goOn() {
        try {
            var asked = new ArrayList<CountDownLatch>();
            while (true) {
                urgent.drainTo(asked);
                if (!asked.isEmpty()) {
                    // Also that a rule is as it was is news then: it tells that Prometheus was asked at that moment.
                    last.values().removeIf(Sight.RulesSeen.class::isInstance);
                }
                var began = System.nanoTime();
                look();
                asked.forEach(CountDownLatch::countDown);
                asked.clear();
                var took = Duration.ofNanos(System.nanoTime() - began);
                var rest = took.multipliedBy(REST);
                var pause = rest.compareTo(PACE.minus(took)) > 0 ? rest : PACE.minus(took);
                Optional.ofNullable(urgent.poll(pause.toNanos(), TimeUnit.NANOSECONDS))
                        .ifPresent(asked::add);
            }
        } catch (InterruptedException _) {
            // closed
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("run", run).log("the chain is no longer watched");
            // What is not seen any more must not be taken for what did not happen.
            var _ = journal.append(new Fact.RunBroke(run, "a defect of Tocsin: the chain is no longer watched: " + e));
        }
    }

    /** Stops looking. */
    @Override
    public void close() throws InterruptedException {
        if (thread != null) {
            thread.interrupt();
            thread.join();
            thread = null;
        }
    }
}
