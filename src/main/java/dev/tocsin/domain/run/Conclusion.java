package dev.tocsin.domain.run;

/** What a run proved. */
public enum Conclusion {
    PASSED,
    FAILED,
    INCONCLUSIVE,
    ABORTED,
    ERROR
}
