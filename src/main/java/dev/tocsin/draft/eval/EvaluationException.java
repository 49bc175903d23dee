package dev.tocsin.draft.eval;

/** Why an expression has no value: Prometheus would refuse it, or it is not understood here. */
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationException(String message) {
        super(message);
    }
}
