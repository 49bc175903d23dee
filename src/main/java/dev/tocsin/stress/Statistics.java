package dev.tocsin.stress;

/** SQL that asks the server's statistics for one number. */
final class Statistics {
    private Statistics() {}

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
