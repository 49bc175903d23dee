package dev.tocsin.cli;

import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Follows a run on a server and tells what happens, a line each. */
public final class RunFollower {
    private static final Duration QUIET = Duration.ofSeconds(8);
    private static final Set<String> WAITED_FOR = Set.of("fires", "resolves", "signal");

    /** A server that is away is not asked without a pause. */
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private final ApiClient api;
    private final PrintWriter out;
    private final AtomicReference<Instant> lastLine = new AtomicReference<>(Instant.now());
    private final AtomicReference<Optional<Instant>> began = new AtomicReference<>(Optional.empty());
    private boolean away;
    private final AtomicBoolean told = new AtomicBoolean();
    private final AtomicLong lastSeq = new AtomicLong();

    public RunFollower(ApiClient api, PrintWriter out) {
        this.api = api;
        this.out = out;
    }

    /**
     * Follows until the verdict is reached.
     *
     * @param patience how long to wait for it
     * @return nothing when the patience ended first
     */
    public Optional<Conclusion> follow(String run, Duration patience) throws InterruptedException {
        var deadline = Instant.now().plus(patience);
        var telling = Thread.startVirtualThread(() -> tell(run));
        try {
            while (Instant.now().isBefore(deadline)) {
                var document = ask(run);
                if (document.isMissingNode()) {
                    continue;
                }
                if (document.path("verdict").isString()) {
                    telling.join(Duration.ofSeconds(2));
                    return Optional.of(
                            Conclusion.valueOf(document.path("verdict").asString()));
                }
                tellQuiet(document);
            }
            return Optional.empty();
        } finally {
            telling.interrupt();
        }
    }

    /**
     * The run; missing while nobody answers: a run may restart the very node that the service is on, and then it goes
     * on after the boot.
     */
    private JsonNode ask(String run) throws InterruptedException {
        try {
            var document = api.get("/api/v1/runs/" + run + "?wait=2s");
            away = false;
            return document;
        } catch (UserException e) {
            if (e.exitCode() != ExitCode.ERROR || began.get().isEmpty()) {
                throw e;
            }
            if (!away) {
                print(Instant.now(), "the service does not answer; waiting for it to come back");
            }
            away = true;
            Thread.sleep(RECONNECT);
            return MissingNode.getInstance();
        }
    }

    /** Tells events as they come; a broken connection is taken up again where it broke. */
    private void tell(String run) {
        while (!told.get() && !Thread.currentThread().isInterrupted()) {
            try {
                api.events(run, lastSeq.get(), this::event);
            } catch (IOException | UserException _) {
                try {
                    Thread.sleep(RECONNECT);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }

    private void event(JsonNode json) {
        var recorded = Json.MAPPER.treeToValue(json, Recorded.class);
        lastSeq.set(recorded.seq());
        told.set(recorded.fact() instanceof Fact.VerdictReached);
        began.compareAndSet(Optional.empty(), Optional.of(recorded.at()));
        line(recorded).ifPresent(text -> print(recorded.at(), text));
    }

    private void tellQuiet(JsonNode document) {
        if (Duration.between(lastLine.get(), Instant.now()).compareTo(QUIET) > 0) {
            var open = StreamSupport.stream(document.path("checks").spliterator(), false)
                    .filter(check -> check.path("result").asString("").equals("open"))
                    .filter(check -> WAITED_FOR.contains(check.path("family").asString("")))
                    .map(check -> check.path("name").asString(""))
                    .collect(Collectors.joining(", "));
            print(
                    Instant.now(),
                    document.path("phase").asString("") + (open.isEmpty() ? "" : ", still waiting: " + open));
        }
    }

    private synchronized void print(Instant at, String text) {
        lastLine.set(Instant.now());
        var since = Duration.between(began.get().orElse(at), at).toMillis() / 1000.0;
        out.println("  %+7.1f s  %s".formatted(since, text));
        out.flush();
    }

    private static Optional<String> line(Recorded recorded) {
        return Optional.ofNullable(
                switch (recorded.fact()) {
                    case Fact.ServiceStarted _ -> "the service started";
                    case Fact.ServiceStopped _ -> "the service stopped";
                    case Fact.NotificationRefused(int status, String why) ->
                        "a notification was refused with " + status + ": " + why;
                    case Fact.Observed(var _, Sight.SignalSeen _) -> null; // one at every scrape
                    case Fact.Observed(var _, var sight) -> sight.summary();
                    case Fact.Noted(var _, var note) -> note.summary().isEmpty() ? null : note.summary();
                    case Fact.JournalRepaired(var what) -> "the journal was mended: " + what;
                    case Fact.NotificationReceived(var notification) ->
                        "Alertmanager tells " + notification.receiver() + ": "
                                + notification.alerts().stream()
                                        .map(alert -> alert.labels().alertname() + " "
                                                + alert.status().name().toLowerCase(java.util.Locale.ROOT))
                                        .collect(Collectors.joining(", "));
                    case Fact.RunAdmitted admitted ->
                        "run " + admitted.run() + " of " + admitted.scenario().name() + " on " + admitted.target();
                    case Fact.BaselineTaken taken ->
                        "baseline: " + taken.alerts().size() + " alerts active before";
                    case Fact.BaselineAwaited awaited -> awaited.progress();
                    case Fact.StimulusStarting starting -> starting.stimulus() + " starts";
                    case Fact.StimulusProgressed progressed -> progressed.stimulus() + ": " + progressed.progress();
                    case Fact.StimulusApplied applied -> applied.stimulus() + ": " + summary(applied.effect());
                    case Fact.StimulusRefused refused -> refused.stimulus() + " was refused: " + refused.why();
                    case Fact.StimulusFailed failed -> failed.stimulus() + " failed: " + failed.why();
                    case Fact.StimulusReleased released ->
                        released.stimulus() + " released: " + summary(released.effect());
                    case Fact.ReleaseFailed stuck -> stuck.stimulus() + " is still there: " + stuck.why();
                    case Fact.AbortRequested abort -> "stopped by " + abort.by() + ": " + abort.why();
                    case Fact.RunBroke broke -> "broke: " + broke.why();
                    case Fact.RunEnded _ -> "ended";
                    case Fact.VerdictReached reached -> "verdict " + reached.conclusion();
                });
    }

    private static String summary(Effect effect) {
        return effect.summary();
    }
}
