package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Note;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a table holds, as rows and a hash that does not depend on their order; read once as the table lies on the disk and
 * once by each of its indexes that can give every row. Nothing but ACCESS SHARE is taken, so writers are not held up.
 */
final class Fingerprints {
    private static final String OID = "$1::text::regclass";

    private Fingerprints() {}

    /** {@code schema.table} with both parts quoted. */
    static String quoted(String table) {
        return Stream.of(table.split("\\.", 2))
                .map(part -> "\"" + part.replace("\"", "\"\"") + "\"")
                .collect(Collectors.joining("."));
    }

    /** Sends the planner to the table or to an index, for this transaction. */
    static List<String> planner(boolean byIndex) {
        return List.of(
                "SET LOCAL enable_seqscan = " + (byIndex ? "off" : "on"),
                "SET LOCAL enable_sort = " + (byIndex ? "off" : "on"),
                "SET LOCAL enable_indexscan = " + (byIndex ? "on" : "off"),
                "SET LOCAL enable_indexonlyscan = off",
                "SET LOCAL enable_bitmapscan = off",
                "SET LOCAL max_parallel_workers_per_gather = " + (byIndex ? "0" : "2"));
    }

    static Note.DatasetSeen see(Session session, String table, String moment) throws LedgerException {
        var name = quoted(table);
        try {
            session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            // What a value looks like as text must not depend on who asks.
            session.run("SET LOCAL DateStyle = 'ISO, YMD'");
            session.run("SET LOCAL IntervalStyle = 'postgres'");
            session.run("SET LOCAL extra_float_digits = 3");
            session.run("SET LOCAL bytea_output = 'hex'");
            session.run("SET LOCAL TimeZone = 'UTC'");
            var seen = new Note.DatasetSeen(
                    moment,
                    table,
                    Optional.empty(),
                    scans(session, name),
                    lines(session, """
                            SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                                   || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
                                   || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
                            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                            WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                            """, name),
                    lines(session, """
                            SELECT conname || ' ' || pg_get_constraintdef(oid)
                                   || CASE WHEN convalidated THEN '' ELSE ' (not validated)' END
                            FROM pg_constraint WHERE conrelid = %s ORDER BY 1
                            """, name),
                    lines(session, """
                            SELECT pg_get_indexdef(indexrelid)
                                   || CASE WHEN indisvalid AND indisready THEN '' ELSE ' (invalid)' END
                            FROM pg_index WHERE indrelid = %s ORDER BY 1
                            """, name),
                    sequences(session, name));
            session.run("COMMIT");
            return seen;
        } catch (LedgerException e) {
            if (!e.answered()) {
                throw e;
            }
            session.run("ROLLBACK");
            return new Note.DatasetSeen(
                    moment, table, Optional.of(e.why()), List.of(), List.of(), List.of(), List.of(), List.of());
        }
    }

    private static List<String> lines(Session session, String sql, String name) throws LedgerException {
        return session.rows(sql.formatted(OID), name).stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private static List<Note.Scan> scans(Session session, String name) throws LedgerException {
        var scans = new ArrayList<Note.Scan>();
        for (var setting : planner(false)) {
            session.run(setting);
        }
        scans.add(scan(session, "seq", name, ""));
        for (var setting : planner(true)) {
            session.run(setting);
        }
        for (var index : orders(session, name)) {
            var order = " ORDER BY " + index.getString(1);
            var plan = session.rows("EXPLAIN (COSTS OFF) " + summed(name, order)).stream()
                    .map(row -> row.getString(0))
                    .toList();
            // An index that cannot give every row in its order is no second way to read the table.
            if (plan.stream().anyMatch(line -> line.matches(".*Index Scan using " + index.getString(0) + " on .*"))) {
                scans.add(scan(session, index.getString(0), name, order));
            }
        }
        return scans;
    }

    private static Note.Scan scan(Session session, String by, String name, String order) throws LedgerException {
        var row = session.row(summed(name, order));
        return new Note.Scan(by, row.getLong(0), row.getString(1));
    }

    /** The offset keeps the planner from dropping the order, and with it the index. */
    private static String summed(String name, String order) {
        return "SELECT count(*), coalesce(sum(hashtextextended(r, 0)::numeric), 0)::text FROM (SELECT t::text AS r FROM "
                + name + " AS t" + order + " OFFSET 0) AS rows";
    }

    /** Every whole, valid B-tree of the table, with its columns as an order. */
    private static List<Row> orders(Session session, String name) throws LedgerException {
        return session.rows("""
                SELECT quote_ident(c.relname),
                       (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, false)
                                   || CASE WHEN i.indoption[k - 1] & 1 = 1 THEN ' DESC' ELSE ' ASC' END
                                   || CASE WHEN i.indoption[k - 1] & 2 = 2 THEN ' NULLS FIRST' ELSE ' NULLS LAST' END,
                                 ', ' ORDER BY k)
                        FROM generate_series(1, i.indnkeyatts::int) AS k)
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
                WHERE i.indrelid = %s AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree'
                ORDER BY 1
                """.formatted(OID), name);
    }

    private static List<Note.SequenceSeen> sequences(Session session, String name) throws LedgerException {
        var owned = session.rows("""
                SELECT s.oid::regclass::text, q.seqincrement
                FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
                JOIN pg_sequence q ON q.seqrelid = s.oid
                WHERE d.refobjid = %s AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') ORDER BY 1
                """.formatted(OID), name);
        var sequences = new ArrayList<Note.SequenceSeen>();
        for (var sequence : owned) {
            var state = session.row("SELECT last_value, is_called FROM " + sequence.getString(0));
            sequences.add(new Note.SequenceSeen(
                    sequence.getString(0), state.getLong(0), state.getBoolean(1), sequence.getLong(1)));
        }
        return sequences;
    }
}
