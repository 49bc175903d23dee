package dev.tocsin.runner;

import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Mode;
import java.time.Instant;
import java.util.Optional;

/**
 * A run in a list.
 *
 * @param firstSeq where it was admitted in the journal
 * @param lastSeq where it ended; absent while it goes on
 */
public record RunSummary(
        RunId id,
        String scenario,
        Mode mode,
        String target,
        Instant admittedAt,
        Optional<Instant> endedAt,
        Optional<Conclusion> verdict,
        long firstSeq,
        Optional<Long> lastSeq) {

    RunSummary ended(Instant at, long seq) {
        return new RunSummary(
                id, scenario, mode, target, admittedAt, Optional.of(at), verdict, firstSeq, Optional.of(seq));
    }

    RunSummary judged(Conclusion conclusion) {
        return new RunSummary(
                id, scenario, mode, target, admittedAt, endedAt, Optional.of(conclusion), firstSeq, lastSeq);
    }
}
