package dev.tocsin.ledger;

import io.vertx.pgclient.PgException;

/** The database did not do what the ledger needs. */
public final class LedgerException extends Exception {
    private static final long serialVersionUID = 1L;

    LedgerException(String why, Throwable cause) {
        super(why, cause);
    }

    /** The reason, for the verdict. */
    public String why() {
        return String.valueOf(getMessage());
    }

    /** Whether the server answered, and said that it does not know a schema or a table. */
    boolean absent() {
        return getCause() instanceof PgException refused
                && ("42P01".equals(refused.getSqlState()) || "3F000".equals(refused.getSqlState()));
    }

    /** Whether the server answered, whatever it said. */
    boolean answered() {
        return getCause() instanceof PgException refused
                && !String.valueOf(refused.getSqlState()).startsWith("57P");
    }
}
