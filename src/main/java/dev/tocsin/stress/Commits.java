package dev.tocsin.stress;

import java.time.Duration;

/**
 * Empty transactions at a steady pace, many of them in one statement, for a round trip for each would cost more than the
 * transactions.
 *
 * <p>Each statement reads a table of the catalog first, which anybody may: a session that touches no table tells its
 * counters only when it ends.
 *
 * @param perSecond of all sessions together
 * @param withIds whether each takes a transaction id of its own
 */
record Commits(int perSecond, int sessions, boolean withIds) {
    /** Between two statements of a session lies about a tenth of a second, in which others have the processor. */
    private static final int STATEMENTS = 10;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How many statements a second, all sessions together. */
    int statementsPerSecond() {
        return Math.min(perSecond, sessions * STATEMENTS);
    }

    private int inOne() {
        return Math.ceilDiv(perSecond, statementsPerSecond());
    }

    void once(Sql session) throws StressException {
        session.run(
                "DO $$ BEGIN PERFORM 1 FROM pg_catalog.pg_namespace LIMIT 1; FOR i IN 1.." + inOne() + " LOOP "
                        + (withIds ? "PERFORM pg_catalog.pg_current_xact_id(); " : "")
                        + "COMMIT; END LOOP; END $$",
                PATIENCE);
    }

    /** How the server counts them in a database. */
    static String counter(String database) {
        return "SELECT xact_commit FROM pg_stat_database WHERE datname = " + Sql.literal(database);
    }
}
