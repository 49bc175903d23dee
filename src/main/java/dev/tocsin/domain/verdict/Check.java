package dev.tocsin.domain.verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One expectation judged.
 *
 * @param name unique within the run
 * @param reason one word in CamelCase for programs
 * @param message one sentence for people
 * @param brokeAt the link of the alert chain that broke, where that is known
 * @param latency from the anchor (start or release of the stimulus) to the notification
 * @param due when an open check will be decided at the latest
 */
public record Check(
        String name,
        Family family,
        Result result,
        String reason,
        String message,
        String expected,
        String observed,
        Optional<String> brokeAt,
        Optional<Duration> latency,
        Optional<Instant> due) {

    /** What kind of expectation it was. */
    public enum Family {
        FIRES,
        RESOLVES,
        CONTRACT,
        NEVER,
        UNEXPECTED
    }

    /** How it came out; {@code OPEN} only while a run goes on. */
    public enum Result {
        PASSED,
        FAILED,
        INCONCLUSIVE,
        SKIPPED,
        OPEN
    }

    public boolean open() {
        return result == Result.OPEN;
    }

    Check brokeAt(String link) {
        return new Check(name, family, result, reason, message, expected, observed, Optional.of(link), latency, due);
    }

    Check latency(Duration measured) {
        return new Check(
                name, family, result, reason, message, expected, observed, brokeAt, Optional.of(measured), due);
    }
}
