package dev.tocsin.announce;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.json.Json;
import dev.tocsin.observe.HttpSource;
import dev.tocsin.telemetry.Telemetry;
import dev.tocsin.telemetry.Telemetry.Annotation;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks in Grafana when a run went on, once it has its verdict.
 *
 * <p>It is a courtesy: a Grafana that is slow or away holds nothing up, and what it did not take after a second try is counted
 * and forgotten.
 */
public final class GrafanaAnnotations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrafanaAnnotations.class);
    private static final int TRIES = 2;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    /** What a verdict does not say of its run. */
    private record Known(String scenario, String target, Instant admittedAt) {}

    /** An annotation of a stretch of time, as Grafana's API takes it; times in milliseconds since 1970. */
    private record Region(long time, long timeEnd, List<String> tags, String text) {}

    private final HttpSource grafana;
    private final Telemetry telemetry;
    private final Map<RunId, Known> runs = new ConcurrentHashMap<>();
    private final Outbox<Region> outbox;
    private boolean failed;

    /** Begins to write. */
    public GrafanaAnnotations(HttpSource grafana, Telemetry telemetry) {
        this.grafana = grafana;
        this.telemetry = telemetry;
        telemetry.annotates();
        outbox = new Outbox<>("grafana", this::write, () -> telemetry.annotation(Annotation.DROPPED));
    }

    /** Takes in a fact of an earlier life, whose runs were marked then. */
    public void remember(Recorded recorded) {
        switch (recorded.fact()) {
            case Fact.RunAdmitted admitted ->
                runs.put(admitted.run(), new Known(admitted.scenario().name(), admitted.target(), recorded.at()));
            case Fact.VerdictReached reached -> runs.remove(reached.run());
            default -> {
                // of no run, or of its course
            }
        }
    }

    /** Hears a fact as it happens; returns at once. */
    public void heard(Recorded recorded) {
        if (recorded.fact() instanceof Fact.VerdictReached reached) {
            var run = runs.get(reached.run());
            if (run != null) {
                outbox.put(region(run, reached, recorded.at()));
            }
        }
        remember(recorded);
    }

    private static Region region(Known run, Fact.VerdictReached reached, Instant at) {
        return new Region(
                run.admittedAt().toEpochMilli(),
                at.toEpochMilli(),
                List.of("tocsin", run.scenario(), reached.conclusion().name().toLowerCase(Locale.ROOT)),
                "Tocsin: %s on %s %s (run %s)"
                        .formatted(run.scenario(), run.target(), reached.conclusion(), reached.run()));
    }

    private void write(Region region) throws InterruptedException {
        var json = Json.MAPPER.writeValueAsString(region);
        for (var tries = 1; ; tries++) {
            try {
                grafana.post("/api/annotations", json);
                telemetry.annotation(Annotation.WRITTEN);
                return;
            } catch (IOException e) {
                if (tries == TRIES || isFinal(e)) {
                    telemetry.annotation(Annotation.FAILED);
                    warn(e);
                    return;
                }
            }
        }
    }

    /** What it understood and refused it will refuse again. */
    private static boolean isFinal(IOException why) {
        return why instanceof HttpSource.RefusedException refused
                && refused.status() < SERVER_ERROR
                && refused.status() != TOO_MANY_REQUESTS;
    }

    private void warn(IOException why) {
        if (!failed) {
            failed = true;
            LOG.atWarn()
                    .log("a run could not be marked in Grafana, and of further ones only the metric tells: "
                            + why.getMessage() + "; the token needs the permission annotations:create");
        }
    }

    /** Writes what waits, as far as Grafana answers soon. */
    @Override
    public void close() throws InterruptedException {
        outbox.close();
    }
}
