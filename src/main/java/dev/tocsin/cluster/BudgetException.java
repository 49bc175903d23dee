package dev.tocsin.cluster;

/** A PodDisruptionBudget does not let a pod be evicted now. */
public final class BudgetException extends ClusterException {
    private static final long serialVersionUID = 1L;

    public BudgetException(String message, Throwable cause) {
        super(message, cause);
    }
}
