package dev.tocsin.domain.coverage;

import dev.tocsin.domain.chain.Rule;
import dev.tocsin.domain.verdict.RuleTrial;
import java.util.List;
import java.util.Optional;

/**
 * A loaded rule, and whether it is known to ring.
 *
 * @param proof the last trial that it passed; of the rule as it was before, when it was changed since
 * @param trial the last trial of the rule as it is now, however it came out
 * @param scenarios names of those that expect it
 * @param notes what a person should know besides
 */
public record RuleCoverage(
        Rule rule,
        Status status,
        Optional<RuleTrial> proof,
        Optional<RuleTrial> trial,
        List<String> scenarios,
        List<String> notes) {
    public RuleCoverage {
        scenarios = List.copyOf(scenarios);
        notes = List.copyOf(notes);
    }

    /** Whether a rule is known to ring. */
    public enum Status {
        /** It rang when it had to, it is still the same rule, and that was not too long ago. */
        PROVEN,
        /** It rang, and has been changed since. */
        CHANGED,
        /** It rang, too long ago. */
        EXPIRED,
        /** It did not ring the last time that it had to. */
        FAILED,
        /** It never rang in a proof. */
        UNPROVEN
    }
}
