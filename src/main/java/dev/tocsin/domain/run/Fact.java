package dev.tocsin.domain.run;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Notification;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.scenario.Scenario;
import java.util.List;
import java.util.Optional;

/** Something that happened, in the past tense; the journal holds nothing else. */
public sealed interface Fact {

    /** The service began to hear; between the last fact before it and this one it was deaf. */
    record ServiceStarted(String version) implements Fact {}

    /** The service ended in order. */
    record ServiceStopped() implements Fact {}

    /** Opening the journal had to mend it. */
    record JournalRepaired(String what) implements Fact {}

    /** A notification is on disk; which run it belongs to is a judgement, not a fact. */
    record NotificationReceived(Notification notification) implements Fact {}

    /** A notification was turned away, so Alertmanager was told that it was not delivered; of many at once only some are kept. */
    record NotificationRefused(int status, String why) implements Fact {}

    /** A fact of one run. */
    sealed interface OfRun extends Fact {
        RunId run();
    }

    /**
     * A run may begin: its target is configured, opted in and free.
     *
     * @param labels what alerts of the target carry; empty when that is not configured
     * @param neighbours runs on other targets that go on
     */
    record RunAdmitted(
            RunId run,
            Scenario scenario,
            String target,
            Labels labels,
            List<Neighbour> neighbours,
            String requestedBy,
            Optional<String> reason,
            Optional<Idempotency> idempotency)
            implements OfRun {
        public RunAdmitted {
            neighbours = List.copyOf(neighbours);
        }
    }

    /** The client's key for a request, and the digest of what it asked. */
    record Idempotency(String key, String digest) {}

    /** What was already going on before anything was done; {@code blind} names what could not be asked. */
    record BaselineTaken(RunId run, List<ActiveAlert> alerts, List<String> blind) implements OfRun {
        public BaselineTaken {
            alerts = List.copyOf(alerts);
            blind = List.copyOf(blind);
        }
    }

    /** The stimuli wait until it is known how what they must move was without them. */
    record BaselineAwaited(RunId run, String progress) implements OfRun {}

    /** What was seen of the chain between the metric and the webhook, whenever it changed. */
    record Observed(RunId run, Sight sight) implements OfRun {}

    /** What was noted of the ledger of commits and of the server behind it. */
    record Noted(RunId run, Note note) implements OfRun {}

    /** A stimulus is about to start, and this is how it is taken back. */
    record StimulusStarting(RunId run, String stimulus, Undo undo) implements OfRun {}

    /** How far a stimulus has got. */
    record StimulusProgressed(RunId run, String stimulus, String progress) implements OfRun {}

    /** A stimulus is in full effect. */
    record StimulusApplied(RunId run, String stimulus, Effect effect) implements OfRun {}

    /** A stimulus could not be applied as written. */
    record StimulusFailed(RunId run, String stimulus, String why) implements OfRun {}

    /** Who may say no to a stimulus said no, so it was not applied; nothing broke. */
    record StimulusRefused(RunId run, String stimulus, String why) implements OfRun {}

    /** A stimulus was taken back, and that was verified. */
    record StimulusReleased(RunId run, String stimulus, Effect effect) implements OfRun {}

    /** A stimulus could not be shown to be gone. */
    record ReleaseFailed(RunId run, String stimulus, String why) implements OfRun {}

    /** Somebody or something stopped the run. */
    record AbortRequested(RunId run, String by, String why) implements OfRun {}

    /** Tocsin or something it depends on could not do its work. */
    record RunBroke(RunId run, String why) implements OfRun {}

    /** Nothing more will be done or waited for. */
    record RunEnded(RunId run) implements OfRun {}

    /** What was concluded; recomputable from the facts before it, kept for the index. */
    record VerdictReached(RunId run, Conclusion conclusion, int passed, int notPassed) implements OfRun {}
}
