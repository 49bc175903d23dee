package dev.tocsin.domain.doctor;

import dev.tocsin.domain.chain.Link;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One wire, judged.
 *
 * @param name what was checked, and of whom
 * @param link the link of the chain that hangs on it
 * @param observed one sentence for people
 * @param mend what to do about it; there when it failed or warned
 * @param evidence what was seen, a line each
 * @param took how long it took, where that is of interest
 */
public record Finding(
        String name,
        Link link,
        Result result,
        String observed,
        Optional<String> mend,
        List<String> evidence,
        Optional<Duration> took) {
    /** How a check came out. */
    public enum Result {
        PASSED,
        FAILED,
        /** Nothing is broken, and somebody should look at it. */
        WARNED,
        /** It could not be asked. */
        SKIPPED
    }

    public Finding {
        evidence = List.copyOf(evidence);
    }

    /** This, and how long it took. */
    Finding in(Duration time) {
        return new Finding(name, link, result, observed, mend, evidence, Optional.of(time));
    }
}
