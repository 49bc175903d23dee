package dev.tocsin.domain.verdict;

import dev.tocsin.domain.chain.Latency;
import dev.tocsin.domain.chain.Link;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One expectation judged.
 *
 * @param name unique within the run
 * @param reason one word in CamelCase for programs
 * @param message one sentence for people
 * @param brokeAt the link of the alert chain that broke, where that is known
 * @param evidence what was seen of the link that broke, a line each
 * @param next what to look at or to type next
 * @param links how long each link took, for an alert that rang
 * @param latency from the anchor (start or release of the stimulus) to the notification
 * @param deadline the terms of a deadline that was derived
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
        List<String> evidence,
        Optional<String> next,
        List<LinkTime> links,
        Optional<Duration> latency,
        Optional<Instant> due,
        List<Latency.Term> deadline) {

    public Check {
        deadline = List.copyOf(deadline);
        evidence = List.copyOf(evidence);
        links = List.copyOf(links);
    }

    /** What kind of expectation it was. */
    public enum Family {
        FIRES,
        RESOLVES,
        CONTRACT,
        NEVER,
        THRESHOLD,
        UNEXPECTED,
        SIGNAL,
        STAYS,
        DURABILITY
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

    Check brokeAt(Link link) {
        return with(Optional.of(link.toString()), evidence, next, links, latency);
    }

    /** This check, explained by where the chain broke. */
    Check explained(Break by) {
        return with(Optional.of(by.link().toString()), by.evidence(), Optional.of(by.next()), links, latency);
    }

    /** This check, with what was seen, though nothing broke. */
    Check seen(List<String> lines) {
        return with(brokeAt, lines, next, links, latency);
    }

    /** How this check came out, as the result of another one. */
    Check as(Finding other) {
        return new Check(
                other.name(),
                other.family(),
                result,
                reason,
                message,
                other.expected(),
                observed,
                brokeAt,
                evidence,
                next,
                links,
                latency,
                due,
                other.deadline());
    }

    /** This check with what was seen, a line each, and what to do next. */
    Check seen(List<String> lines, String nextStep) {
        return with(brokeAt, lines, Optional.of(nextStep), links, latency);
    }

    Check latency(Duration measured) {
        return with(brokeAt, evidence, next, links, Optional.of(measured));
    }

    Check links(List<LinkTime> times) {
        return with(brokeAt, evidence, next, times, latency);
    }

    private Check with(
            Optional<String> link,
            List<String> seen,
            Optional<String> nextStep,
            List<LinkTime> times,
            Optional<Duration> measured) {
        return new Check(
                name, family, result, reason, message, expected, observed, link, seen, nextStep, times, measured, due,
                deadline);
    }
}
