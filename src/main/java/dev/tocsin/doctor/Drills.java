package dev.tocsin.doctor;

import dev.tocsin.domain.alert.Alert;
import dev.tocsin.domain.alert.Drill;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.HeldAlert;
import dev.tocsin.domain.doctor.AlertmanagerSeen;
import dev.tocsin.domain.doctor.Diagnosis;
import dev.tocsin.domain.doctor.DrillJudgement;
import dev.tocsin.domain.doctor.DrillLabels;
import dev.tocsin.domain.doctor.DrillSeen;
import dev.tocsin.domain.doctor.OwnSeen;
import dev.tocsin.domain.routing.Routing;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.journal.Journal;
import dev.tocsin.observe.AlertmanagerApi;
import dev.tocsin.observe.Observers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings an alert of its own and follows it: what this one passes is no fault of the delivery, so it is one of the rule.
 *
 * <p>It is closed in any case, and ends by itself should Tocsin die.
 */
public final class Drills implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Drills.class);

    /** Long enough for some attempts to post it again to fail, and no longer. */
    private static final Duration ENDS_BY_ITSELF = Duration.ofMinutes(1);

    private static final Duration AGAIN = Duration.ofSeconds(15);

    /** Alertmanager announces nothing; this is how often it is asked. */
    private static final Duration POLL = Duration.ofMillis(500);

    private static final Duration CLOSING = Duration.ofSeconds(10);

    private final Observers observers;
    private final Journal journal;
    private final InstantSource clock;
    private final Semaphore one = new Semaphore(1);
    private volatile boolean stopping;

    public Drills(Observers observers, Journal journal, InstantSource clock) {
        this.observers = observers;
        this.journal = journal;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param labels to stand in it in any case
     * @param within how long its delivery may take, and then its end; else what the deployed route allows
     * @param by who asked
     */
    public record Order(Map<String, String> labels, Optional<Duration> within, String by) {
        public Order {
            labels = Map.copyOf(labels);
        }
    }

    /**
     * Rings one, and blocks until it is over.
     *
     * @param gone whether nobody waits for it any more; then it is closed
     * @return empty when another is going on
     */
    public Optional<DrillReport> ring(Order order, BooleanSupplier gone) throws InterruptedException {
        if (!one.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Going(order, gone).ring());
        } finally {
            one.release();
        }
    }

    /** Closes the one that is going on. */
    @Override
    public void close() throws InterruptedException {
        stopping = true;
        if (!one.tryAcquire(CLOSING.plus(CLOSING).toSeconds(), TimeUnit.SECONDS)) {
            LOG.warn("a drill could not be closed; it ends by itself within a minute");
        }
    }

    /** One of them. */
    private final class Going {
        private final Order order;
        private final BooleanSupplier gone;
        private final String id = UUID.randomUUID().toString();
        private final List<AlertmanagerApi> peers = observers.alertmanagers();
        private final Optional<Routing> routing;
        private final int members;
        private final Labels labels;
        private final Map<String, Instant> accepted = new HashMap<>();
        private final Map<String, String> problems = new HashMap<>();
        private final Map<String, HeldAlert> held = new HashMap<>();
        private final Map<String, Long> failuresBefore = new HashMap<>();
        private final Map<String, Long> failures = new HashMap<>();
        private final Map<String, String> notClosed = new HashMap<>();
        private final LinkedBlockingQueue<Recorded> heard = new LinkedBlockingQueue<>();
        private final List<DrillSeen.Arrival> arrivals = new ArrayList<>();
        private final List<OwnSeen.Refused> refusals = new ArrayList<>();
        private long truncated;
        private Instant began = clock.instant();
        private Instant waitedUntil = began;
        private Instant closed = began;
        private Instant resolvedUntil = began;

        Going(Order order, BooleanSupplier gone) throws InterruptedException {
            this.order = order;
            this.gone = () -> stopping || gone.getAsBoolean();
            var known = observers.wires(clock).alertmanagers().stream()
                    .map(AlertmanagerSeen::routing)
                    .flatMap(Optional::stream)
                    .toList();
            routing = known.stream().flatMap(seen -> seen.routing().stream()).findFirst();
            members = known.stream().mapToInt(seen -> seen.peers()).max().orElse(1);
            labels = DrillLabels.choose(routing, order.labels(), id);
        }

        DrillReport ring() throws InterruptedException {
            if (!DrillJudgement.comesHere(seen())) {
                return report(false);
            }
            LOG.atInfo()
                    .addKeyValue("labels", labels)
                    .addKeyValue("by", order.by())
                    .log("a drill is rung");
            try (var _ = journal.follow(this::hear)) {
                try {
                    ringAndFollow();
                } finally {
                    end();
                }
                awaitEnd();
            }
            return report(true);
        }

        private void ringAndFollow() throws InterruptedException {
            for (var peer : peers) {
                failuresBefore.put(peer.name(), peer.webhookFailures());
            }
            began = clock.instant();
            post();
            var deadline = began.plus(patience());
            var again = began.plus(AGAIN);
            while (!over(deadline)) {
                if (clock.instant().isAfter(again)) {
                    post();
                    again = clock.instant().plus(AGAIN);
                }
                for (var peer : peers) {
                    peer.held(labels).ifPresent(seen -> held.put(peer.name(), seen));
                }
                take();
            }
            waitedUntil = clock.instant();
            for (var peer : peers) {
                failures.put(peer.name(), peer.webhookFailures());
            }
        }

        private Duration patience() {
            return order.within().orElseGet(() -> DrillJudgement.patience(seen(), members));
        }

        private boolean over(Instant deadline) {
            return DrillJudgement.heard(seen(), true).isPresent()
                    || accepted.isEmpty()
                    || DrillJudgement.muted(seen(), clock.instant())
                    || gone.getAsBoolean()
                    || clock.instant().isAfter(deadline);
        }

        private void post() throws InterruptedException {
            for (var peer : peers) {
                try {
                    peer.post(labels, annotations(), began, clock.instant().plus(ENDS_BY_ITSELF));
                    accepted.putIfAbsent(peer.name(), clock.instant());
                } catch (IOException e) {
                    problems.put(peer.name(), String.valueOf(e.getMessage()));
                }
            }
        }

        private Map<String, String> annotations() {
            return Map.of(
                    "summary",
                    "THIS IS A DRILL of Tocsin. Nothing is wrong.",
                    "description",
                    "THIS IS A DRILL. " + order.by() + " rang it to see whether alerts are delivered; it ends by itself"
                            + " within minutes.");
        }

        /** Every peer is told that it has ended, for no peer tells another. */
        private void end() throws InterruptedException {
            closed = clock.instant();
            var deadline = System.nanoTime() + CLOSING.toNanos();
            for (var peer : peers) {
                end(peer, deadline);
            }
        }

        private void end(AlertmanagerApi peer, long deadline) throws InterruptedException {
            do {
                try {
                    // An end before its start would be refused.
                    peer.post(labels, annotations(), began, latest(began.plusMillis(1), closed.minusMillis(1)));
                    notClosed.remove(peer.name());
                    return;
                } catch (IOException e) {
                    if (!accepted.containsKey(peer.name())) {
                        return; // it may have taken it in and not said so; then it ends by itself
                    }
                    notClosed.put(peer.name(), String.valueOf(e.getMessage()));
                    Thread.sleep(POLL); // a peer that is away does not say when it will be back
                }
            } while (System.nanoTime() < deadline);
        }

        private void awaitEnd() throws InterruptedException {
            var deadline = closed.plus(patience());
            var expected = DrillJudgement.heard(seen(), true).isPresent() && DrillJudgement.tellsItsEnd(seen());
            while (expected
                    && DrillJudgement.heard(seen(), false).isEmpty()
                    && !gone.getAsBoolean()
                    && clock.instant().isBefore(deadline)) {
                take();
            }
            resolvedUntil = clock.instant();
        }

        private void hear(Recorded recorded) {
            if (recorded.fact() instanceof Fact.NotificationReceived
                    || recorded.fact() instanceof Fact.NotificationRefused) {
                heard.add(recorded);
            }
        }

        private void take() throws InterruptedException {
            var next = heard.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
            while (next != null) {
                take(next);
                next = heard.poll();
            }
        }

        private void take(Recorded recorded) {
            if (recorded.fact() instanceof Fact.NotificationReceived(var notification)) {
                truncated += notification.truncatedAlerts();
                notification.alerts().stream()
                        .filter(alert -> alert.labels().get(Drill.LABEL).equals(id))
                        .forEach(alert -> arrivals.add(new DrillSeen.Arrival(
                                recorded.at(), notification.receiver(), alert.status() == Alert.Status.FIRING)));
            } else if (recorded.fact() instanceof Fact.NotificationRefused(var status, var why)) {
                refusals.add(new OwnSeen.Refused(recorded.at(), status, why));
            }
        }

        private DrillSeen seen() {
            return new DrillSeen(
                    labels,
                    routing,
                    peers.stream().map(AlertmanagerApi::name).map(this::peer).toList(),
                    began,
                    waitedUntil,
                    closed,
                    resolvedUntil,
                    arrivals,
                    refusals,
                    truncated);
        }

        private DrillSeen.Peer peer(String name) {
            return new DrillSeen.Peer(
                    name,
                    Optional.ofNullable(accepted.get(name)),
                    Optional.ofNullable(problems.get(name)),
                    Optional.ofNullable(held.get(name)),
                    Math.max(0, failures.getOrDefault(name, 0L) - failuresBefore.getOrDefault(name, 0L)),
                    Optional.ofNullable(notClosed.get(name)));
        }

        private DrillReport report(boolean posted) {
            return new DrillReport(id, labels, posted, new Diagnosis(clock.instant(), DrillJudgement.judge(seen())));
        }

        private static Instant latest(Instant one, Instant other) {
            return one.isAfter(other) ? one : other;
        }
    }
}
