package dev.tocsin.stress;

import dev.tocsin.domain.scenario.ByteSize;

/** Write-ahead log that changes nothing: messages outside of any transaction. */
final class Wal {
    private static final int MEGABYTE = 1 << 20;

    /** A checkpoint that is forced more often than this, in seconds, is all the server does. */
    private static final int SECONDS_TO_A_CHECKPOINT = 10;

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

    /** In a transaction of its own: only those have a time, by which a standby tells how far it is behind. */
    static void commit(Sql sql, long bytes) throws StressException {
        sql.run("SELECT pg_logical_emit_message(true, 'tocsin', repeat('x', " + bytes + "))");
    }

    /** Refuses a rate at which the server would do nothing but checkpoints. */
    static void checkRate(Sql sql, ByteSize rate) throws StressException {
        var most = mostBetweenCheckpoints(sql) / SECONDS_TO_A_CHECKPOINT;
        if (rate.bytes() > most) {
            throw new StressException(
                    "a rate of " + rate + " a second would force a checkpoint more often than every "
                            + SECONDS_TO_A_CHECKPOINT + " s",
                    "set rate to at most " + new ByteSize(most) + ", or raise max_wal_size");
        }
    }

    /** What everybody has written and nobody can lose any more. */
    static String flushed(Sql sql) throws StressException {
        return sql.rows("SELECT pg_current_wal_flush_lsn()::text").getFirst().getString(0);
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
