package dev.tocsin.runs;

import static dev.tocsin.http.RealService.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.http.Payloads;
import dev.tocsin.http.RealService;
import dev.tocsin.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The facts of a run, as a list and as a stream. */
final class RunEventsTest extends WithRuns {
    @Test
    void theEventsOfARunAreItsFactsInOrder() throws Exception {
        var run = service.run("idle");
        var _ = service.notify(Payloads.read("single-firing"));
        var _ = ended(run);
        var _ = service.notify(Payloads.read("single-resolved"));

        var events = events(run);

        assertThat(events)
                .extracting(WithRuns::kind)
                .containsExactly(
                        "runAdmitted",
                        "baselineTaken",
                        "notificationReceived",
                        "abortRequested",
                        "runEnded",
                        "verdictReached");
        assertThat(events)
                .extracting(event -> event.path("seq").asLong())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aListOfEventsBeginsWhereItIsAskedTo() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);
        var all = events(run);
        var third = all.get(2).path("seq").asLong();

        assertThat(json(service.get(RUNS + "/" + run + "/events?after=" + third)))
                .containsExactlyElementsOf(all.subList(3, all.size()));
        assertThat(json(service.get(RUNS + "/" + run + "/events?after=" + Long.MAX_VALUE)))
                .isEmpty();
    }

    @Test
    void aStreamTellsFactsAsTheyComeAndEndsWithTheVerdict() throws Exception {
        var run = service.run("idle");
        try (var stream = EventStream.open(service, run, Map.of())) {
            assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
            assertThat(stream.headers().firstValue("Cache-Control")).contains("no-cache, no-transform");
            assertThat(stream.next().get("event")).isEqualTo("runAdmitted");
            assertThat(stream.next().get("event")).isEqualTo("baselineTaken");

            var _ = service.notify(Payloads.read("single-firing"));
            assertThat(stream.next().get("event")).isEqualTo("notificationReceived");

            var _ = service.post(RUNS + "/" + run + "/abort", "");
            assertThat(stream.rest())
                    .extracting(event -> event.get("event"))
                    .containsExactly("abortRequested", "runEnded", "verdictReached");
        }
    }

    @Test
    void aStreamTellsWhatTheListTells() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);

        try (var stream = EventStream.open(service, run, Map.of())) {
            assertThat(stream.rest())
                    .extracting(event -> Json.MAPPER.readTree(String.valueOf(event.get("data"))))
                    .containsExactlyElementsOf(events(run));
        }
    }

    @Test
    void aStreamGoesOnAfterTheLastEventThatWasSeen() throws Exception {
        var run = service.run("idle");
        String seen;
        try (var stream = EventStream.open(service, run, Map.of())) {
            seen = String.valueOf(stream.next().get("id"));
        }

        try (var stream = EventStream.open(service, run, Map.of("Last-Event-ID", seen))) {
            var next = stream.next();
            assertThat(next.get("event")).isEqualTo("baselineTaken");
            assertThat(Long.parseLong(String.valueOf(next.get("id")))).isGreaterThan(Long.parseLong(seen));
        }
    }

    /** An EventSource comes back for ever, and what came after the run is none of its business. */
    @Test
    void aReaderThatHasSeenTheVerdictIsToldNotToComeBack() throws Exception {
        var run = service.run("idle");
        var _ = ended(run);
        var last = events(run).getLast().path("seq").asString();
        var _ = service.notify(Payloads.read("single-firing"));

        try (var stream = EventStream.open(service, run, Map.of("Last-Event-ID", last))) {
            assertThat(stream.status()).isEqualTo(204);
            assertThat(stream.rest()).isEmpty();
        }
    }

    @Test
    void anEventIsANumber() throws Exception {
        var run = service.run("idle");
        for (var accept : List.of("text/event-stream", "application/json")) {
            assertProblem(
                    service.send(service.request(RUNS + "/" + run + "/events", RealService.VIEWER)
                            .header("Accept", accept)
                            .header("Last-Event-ID", "x")),
                    400,
                    "/problems/bad-request");
        }
    }
}
