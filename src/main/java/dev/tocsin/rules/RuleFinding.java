package dev.tocsin.rules;

import dev.tocsin.promql.PromqlException;

/**
 * Why a rule can never fire as written, or fires always, with the proof.
 *
 * @param certain whether it follows from what is there; else it is worth a look and may well be meant
 * @param what one sentence
 * @param proof what was seen or derived
 * @param mend what to change
 */
public record RuleFinding(Kind kind, boolean certain, String what, String proof, String mend) {
    /** What kind of mistake it is. */
    public enum Kind {
        /** The expression is no PromQL. */
        SYNTAX,
        /** No series has that name. */
        ABSENT_METRIC,
        /** The metric has series, none with that label. */
        ABSENT_LABEL,
        /** The metric has series with that label, none with such a value. */
        ABSENT_LABEL_VALUE,
        /** Both sides of an operator have series, and none of one belongs to one of the other. */
        NO_MATCH,
        /** Several series of one side belong to one of the other, and nothing says that this is meant. */
        AMBIGUOUS_MATCH,
        /** Prometheus cannot evaluate it. */
        EVALUATION_FAILS,
        /** A comparison with a value that the other side cannot have. */
        IMPOSSIBLE_VALUE,
        /** A comparison of a time stamp with a time that it can never be older than. */
        NEVER_OLDER,
        /** The condition cannot last as long as it must. */
        FOR_LONGER_THAN_WINDOW,
        /** The series is gone, and not 0, when the condition holds. */
        STALE_COMPARISON,
        /** It has a result whether or not the condition holds. */
        BOOL_COMPARISON,
        /** A comparison that every value passes. */
        ALWAYS_TRUE,
        /** It has a result now. */
        FIRES_AT_REST;

        /** Whether it keeps the rule from firing, rather than from being silent. */
        public boolean silences() {
            return this != BOOL_COMPARISON && this != ALWAYS_TRUE && this != FIRES_AT_REST;
        }
    }

    /** What to say of a rule whose expression cannot be read. */
    public static RuleFinding syntax(PromqlException mistake) {
        return new RuleFinding(
                Kind.SYNTAX,
                true,
                "the expression is no PromQL",
                String.valueOf(mistake.getMessage()),
                "correct it at line " + mistake.line() + ", character " + mistake.column());
    }

    /** The same of a part without which the rule may fire all the same. */
    RuleFinding ofAPart() {
        return new RuleFinding(kind, false, what, proof, mend);
    }
}
