package dev.tocsin.cluster;

/** The API server refused or could not be reached. */
public sealed class ClusterException extends RuntimeException permits BudgetException {
    private static final long serialVersionUID = 1L;

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
