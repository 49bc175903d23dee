package dev.tocsin.runs;

import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.verdict.Verdict;
import dev.tocsin.evidence.VerdictDocument.JudgedCheck;
import dev.tocsin.evidence.VerdictDocument.SeenAlert;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A run as the API shows it: what is known so far, and the verdict once there is one. */
public record RunDocument(
        String id,
        String scenario,
        Mode mode,
        String target,
        String phase,
        Optional<Conclusion> verdict,
        Instant admittedAt,
        Optional<Instant> endedAt,
        String requestedBy,
        Optional<String> reason,
        List<String> reasons,
        List<JudgedCheck> checks,
        List<String> warnings,
        List<SeenAlert> alerts) {

    /** The verdict is shown once it was reached, which is when its evidence is there to be read. */
    static RunDocument of(RunState run, Verdict verdict, Optional<Conclusion> reached) {
        return new RunDocument(
                run.run().toString(),
                run.scenario().name(),
                run.scenario().mode(),
                run.target(),
                run.phase().name().toLowerCase(Locale.ROOT),
                reached,
                run.admitted(),
                run.ended(),
                run.requestedBy(),
                run.reason(),
                run.ended().isPresent() ? verdict.reasons() : List.of(),
                verdict.checks().stream().map(JudgedCheck::of).toList(),
                verdict.warnings(),
                run.episodes().all().stream().map(SeenAlert::of).toList());
    }
}
