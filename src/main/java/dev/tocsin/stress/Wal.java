package dev.tocsin.stress;

/** Write-ahead log that changes nothing: messages outside of any transaction. */
final class Wal {
    private static final int MEGABYTE = 1 << 20;

    private Wal() {}

    /** Writes that many bytes, and a little for each message. */
    static void write(Sql sql, long bytes) throws StressException {
        if (bytes >= MEGABYTE) {
            sql.run("SELECT count(" + message(MEGABYTE) + ") FROM generate_series(1, " + bytes / MEGABYTE + ")");
        }
        if (bytes % MEGABYTE > 0) {
            sql.run("SELECT " + message(bytes % MEGABYTE));
        }
    }

    /** Where the server writes next. */
    static String position(Sql sql) throws StressException {
        return sql.rows("SELECT pg_current_wal_insert_lsn()::text").getFirst().getString(0);
    }

    /** SQL for the bytes that everybody has written since. */
    static String since(String position) {
        return "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), " + Sql.literal(position) + ")::bigint";
    }

    /** How much the server may write between two checkpoints; its owner has the disk for that. */
    static long mostBetweenCheckpoints(Sql sql) throws StressException {
        return sql.number("SELECT pg_size_bytes(current_setting('max_wal_size'))");
    }

    static long megabytes(long bytes) {
        return bytes / MEGABYTE;
    }

    private static String message(long bytes) {
        return "pg_logical_emit_message(false, 'tocsin', repeat('x', " + bytes + "))";
    }
}
