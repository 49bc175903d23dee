package dev.tocsin.domain.verdict;

import dev.tocsin.domain.run.Conclusion;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a run proved, with every check behind it.
 *
 * @param conclusion absent while the run goes on
 * @param reasons why it is not a pass, the weightiest first; empty for a pass
 * @param warnings what a pass does not say
 */
public record Verdict(
        Optional<Conclusion> conclusion, List<Check> checks, List<String> reasons, List<String> warnings) {
    /** What is decided by the end of the run and by nothing else. */
    private static final Set<Check.Family> WHOLE_RUN =
            EnumSet.of(Check.Family.NEVER, Check.Family.UNEXPECTED, Check.Family.STAYS);

    public Verdict {
        checks = List.copyOf(checks);
        reasons = List.copyOf(reasons);
        warnings = List.copyOf(warnings);
    }

    /** Whether waiting any longer could only show what must not be. */
    public boolean settled() {
        return checks.stream().filter(Check::open).map(Check::family).allMatch(WHOLE_RUN::contains);
    }

    public long count(Check.Result result) {
        return checks.stream().filter(check -> check.result() == result).count();
    }
}
