package dev.tocsin.coverage;

import dev.tocsin.telemetry.Telemetry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the metrics of coverage fresh. A scrape must not wait for Prometheus, so it shows the last answer and asks for the
 * next one: what is shown is about as old as the time between two scrapes, and nobody is asked for what nobody reads.
 */
public final class CoverageMeter {
    private static final Logger LOG = LoggerFactory.getLogger(CoverageMeter.class);

    /** Several who scrape at once are answered with one question. */
    private static final Duration YOUNG = Duration.ofSeconds(5);

    private final Survey survey;
    private final Telemetry telemetry;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Optional<Long> answeredNanos = Optional.empty();
    private volatile Optional<String> trouble = Optional.empty();

    public CoverageMeter(Survey survey, Telemetry telemetry) {
        this.survey = survey;
        this.telemetry = telemetry;
    }

    /** Asks anew, unless that goes on or was done just now. Returns at once. */
    public void refresh() {
        var young = answeredNanos.filter(at -> System.nanoTime() - at < YOUNG.toNanos());
        if (young.isEmpty() && asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("coverage").start(this::ask);
        }
    }

    private void ask() {
        try {
            telemetry.coverage(survey.take().counts());
            trouble = Optional.empty();
        } catch (Survey.RulesUnknownException | IOException | RuntimeException e) {
            telemetry.coverageUnknown();
            complain(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            answeredNanos = Optional.of(System.nanoTime());
            asking.set(false);
        }
    }

    /** Once for each reason, for there may be a scrape every few seconds. */
    private void complain(String why) {
        if (!trouble.equals(Optional.of(why))) {
            trouble = Optional.of(why);
            LOG.atWarn().addKeyValue("reason", why).log("which rules are proven is not known");
        }
    }
}
