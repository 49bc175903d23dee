package dev.tocsin.stress;

import java.time.Duration;

/** The server's statistics: SQL that asks for one number, and how they are reset. */
final class Statistics {
    static final String RESET = "pg_stat_reset()";

    /** Until PostgreSQL 14 a process of its own carries it out. */
    private static final Duration RESETTING = Duration.ofSeconds(10);

    private Statistics() {}

    /** Resets those of the target's database, everybody's, and returns when that was seen. */
    static void reset(Sql control) throws StressException, InterruptedException {
        var now = control.rows("SELECT clock_timestamp()::text").getFirst().getString(0);
        control.run("SELECT " + RESET);
        control.until(
                "SELECT coalesce(stats_reset >= " + Sql.literal(now) + ", false) FROM pg_stat_database"
                        + " WHERE datname = current_database()",
                RESETTING,
                "the statistics were not reset");
    }

    /** A column of {@code pg_stat_database} for the target's database, everybody's work counted. */
    static String ofDatabase(String column) {
        return "SELECT " + column + "::bigint FROM pg_stat_database WHERE datname = current_database()";
    }

    /** A column of {@code pg_stat_user_tables} for a table of the stimulus; 0 as long as there is none. */
    static String ofTable(Workplace place, String relation, String column) {
        return "SELECT coalesce(sum(" + column + "), 0)::bigint FROM pg_stat_user_tables WHERE schemaname = "
                + Sql.literal(place.unique()) + " AND relname = " + Sql.literal(relation);
    }

    /** The bytes of a table of the stimulus with all that belongs to it; 0 as long as there is none. */
    static String size(Workplace place, String relation) {
        return "SELECT coalesce(pg_total_relation_size(to_regclass(" + Sql.literal(place.table(relation)) + ")), 0)";
    }
}
