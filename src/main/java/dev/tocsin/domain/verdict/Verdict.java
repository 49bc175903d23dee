package dev.tocsin.domain.verdict;

import dev.tocsin.domain.run.Conclusion;
import java.util.List;
import java.util.Optional;

/**
 * What a run proved, with every check behind it.
 *
 * @param conclusion absent while the run goes on
 * @param reasons why it is not a pass, the weightiest first; empty for a pass
 * @param warnings what a pass does not say
 */
public record Verdict(
        Optional<Conclusion> conclusion, List<Check> checks, List<String> reasons, List<String> warnings) {
    public Verdict {
        checks = List.copyOf(checks);
        reasons = List.copyOf(reasons);
        warnings = List.copyOf(warnings);
    }

    /** Whether waiting any longer could only show an alert that must not ring. */
    public boolean settled() {
        return checks.stream()
                .filter(Check::open)
                .allMatch(check -> check.family() == Check.Family.NEVER || check.family() == Check.Family.UNEXPECTED);
    }

    public long count(Check.Result result) {
        return checks.stream().filter(check -> check.result() == result).count();
    }
}
