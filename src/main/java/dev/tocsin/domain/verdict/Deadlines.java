package dev.tocsin.domain.verdict;

import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.AlertExpectation;
import java.time.Instant;
import java.util.Optional;

/**
 * By when the notifications of an expected alert must have come; absent where a deadline counts from what did not happen.
 *
 * @param fires for the first that lists it as firing
 * @param resolves for the one that lists it as resolved; absent too where that is not checked
 */
public record Deadlines(Optional<Instant> fires, Optional<Instant> resolves) {
    public static Deadlines of(RunState run, AlertExpectation expectation) {
        return new AlertJudgement(run, expectation, run.lastHeard()).deadlines();
    }
}
