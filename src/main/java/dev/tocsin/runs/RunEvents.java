package dev.tocsin.runs;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.http.Answers;
import dev.tocsin.http.Blocking;
import dev.tocsin.http.Problem;
import dev.tocsin.journal.Entry;
import dev.tocsin.journal.Journal;
import dev.tocsin.json.Json;
import dev.tocsin.runner.RunSummary;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A run's facts as they are recorded: server-sent events for whoever asks for them, else a list. */
public final class RunEvents {
    private static final long HEARTBEAT_MILLIS = 15_000;

    /** More unsent bytes than this and the reader is cut off; it comes back with Last-Event-ID. */
    private static final int QUEUE_BYTES = 1024 * 1024;

    /** How many entries are read at once: the journal may go on for long after a run. */
    private static final int PAGE = 1000;

    /** What was recorded of a run after some event, and whether its verdict is among it or before it. */
    private record Stored(List<Entry> entries, boolean complete) {}

    private final Vertx vertx;
    private final Journal journal;

    public RunEvents(Vertx vertx, Journal journal) {
        this.vertx = vertx;
        this.journal = journal;
    }

    void serve(RoutingContext request, RunSummary run) {
        var after = Optional.ofNullable(request.request().getHeader("Last-Event-ID"))
                .or(() -> Optional.ofNullable(request.queryParams().get("after")))
                .map(RunEvents::seq)
                .orElse(run.firstSeq() - 1);
        var accept = request.request().getHeader("Accept");
        if (accept != null && accept.contains("text/event-stream")) {
            new Stream(request, run, after).open();
        } else {
            Blocking.answer(
                    vertx,
                    request,
                    () -> json(stored(run, after).entries()),
                    entries -> Answers.json(request, 200, entries));
        }
    }

    /** Reads from the run's beginning, because only so is a verdict found that the reader has seen already. */
    private Stored stored(RunSummary run, long after) {
        var entries = new ArrayList<Entry>();
        for (var from = run.firstSeq(); ; from += PAGE) {
            var page = journal.read(from, from + PAGE - 1);
            for (var entry : page) {
                var recorded = entry.recorded();
                if (recorded.seq() > after && belongs(recorded, run)) {
                    entries.add(entry);
                }
                if (isVerdict(recorded, run)) {
                    return new Stored(entries, true);
                }
            }
            if (page.size() < PAGE) {
                return new Stored(entries, false);
            }
        }
    }

    private static List<JsonNode> json(List<Entry> entries) {
        return entries.stream().map(entry -> Json.MAPPER.readTree(entry.text())).toList();
    }

    private static boolean belongs(Recorded recorded, RunSummary run) {
        return !(recorded.fact() instanceof Fact.OfRun fact) || fact.run().equals(run.id());
    }

    private static boolean isVerdict(Recorded recorded, RunSummary run) {
        return recorded.fact() instanceof Fact.VerdictReached reached
                && reached.run().equals(run.id());
    }

    private static long seq(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw Problem.badRequest("\"" + text + "\" is not the id of an event");
        }
    }

    /** One reader. Everything of it happens on its own event loop. */
    private final class Stream {
        private final RoutingContext request;
        private final RunSummary run;
        private final Context context = vertx.getOrCreateContext();
        private final List<Recorded> early = new ArrayList<>();
        private boolean caughtUp;
        private long last;
        private Optional<Journal.Following> following = Optional.empty();
        private long heartbeat;

        Stream(RoutingContext request, RunSummary run, long after) {
            this.request = request;
            this.run = run;
            last = after;
        }

        /** Heard from now on and read from the past: what comes twice is told by its number. */
        void open() {
            var _ = request.addEndHandler(_ -> stop());
            following = Optional.of(journal.follow(recorded -> context.runOnContext(_ -> heard(recorded))));
            Blocking.answer(vertx, request, () -> stored(run, last), this::begin);
        }

        private void begin(Stored stored) {
            var response = request.response();
            if (response.closed()) {
                stop();
                return;
            }
            if (stored.complete() && stored.entries().isEmpty()) {
                stop();
                response.setStatusCode(204).end(); // tells an EventSource not to come back
                return;
            }
            response.setChunked(true)
                    .putHeader("Content-Type", "text/event-stream")
                    .putHeader("Cache-Control", "no-cache, no-transform")
                    .putHeader("X-Accel-Buffering", "no");
            response.setWriteQueueMaxSize(QUEUE_BYTES);
            write("retry: 1000\n\n");
            heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, _ -> write(": still here\n\n"));
            stored.entries().forEach(entry -> send(entry.recorded()));
            caughtUp = true;
            early.forEach(this::send);
            early.clear();
        }

        private void heard(Recorded recorded) {
            if (caughtUp) {
                send(recorded);
            } else {
                early.add(recorded);
            }
        }

        private void send(Recorded recorded) {
            if (recorded.seq() <= last
                    || request.response().closed()
                    || request.response().ended()
                    || !belongs(recorded, run)) {
                return;
            }
            if (request.response().writeQueueFull()) {
                end();
                return;
            }
            last = recorded.seq();
            var json = Json.MAPPER.valueToTree(recorded);
            write("id: " + recorded.seq() + "\nevent: "
                    + json.path("fact").path("kind").asString() + "\ndata: " + json + "\n\n");
            if (isVerdict(recorded, run)) {
                end();
            }
        }

        private void write(String text) {
            if (!request.response().ended() && !request.response().closed()) {
                request.response().write(text).onFailure(_ -> stop());
            }
        }

        private void end() {
            stop();
            if (!request.response().ended()) {
                request.response().end();
            }
        }

        private void stop() {
            following.ifPresent(Journal.Following::close);
            following = Optional.empty();
            vertx.cancelTimer(heartbeat);
        }
    }
}
