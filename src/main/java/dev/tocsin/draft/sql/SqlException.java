package dev.tocsin.draft.sql;

/** Why a query has no result here. */
public final class SqlException extends Exception {
    private static final long serialVersionUID = 1L;

    public SqlException(String message) {
        super(message);
    }
}
