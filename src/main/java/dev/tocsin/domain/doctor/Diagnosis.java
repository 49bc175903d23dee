package dev.tocsin.domain.doctor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Everything that was checked, in the order of the chain. */
public record Diagnosis(Instant checkedAt, List<Finding> findings) {
    /** All of it in one word. */
    public enum Result {
        PASSED,
        FAILED,
        /** Nothing failed, and something could not be asked. */
        INCONCLUSIVE
    }

    public Diagnosis {
        findings = List.copyOf(findings);
    }

    /** Warnings spoil nothing; what could not be asked does. */
    public Result result() {
        if (any(Finding.Result.FAILED)) {
            return Result.FAILED;
        }
        return any(Finding.Result.SKIPPED) || findings.isEmpty() ? Result.INCONCLUSIVE : Result.PASSED;
    }

    /** The first wire that is broken. */
    public Optional<Finding> broken() {
        return findings.stream()
                .filter(finding -> finding.result() == Finding.Result.FAILED)
                .findFirst();
    }

    private boolean any(Finding.Result result) {
        return findings.stream().anyMatch(finding -> finding.result() == result);
    }
}
