package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Listed;
import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.ledger.Numbers;
import dev.tocsin.domain.ledger.Payload;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads every row of a ledger, once the way the table lies on the disk and once by its index, and checks each row's
 * content. It keeps four bytes for each number that was reserved, and a few invented ones by themselves: one row with a
 * huge number must not ask for as much memory.
 */
final class ReadBack {
    /** How many numbers beyond the reserved ones are kept; further ones are counted as strangers. */
    private static final int MOST_INVENTED = 10_000;

    private final Payload payload;
    private final int rows;
    private final int[][] parts;
    private final List<TreeMap<Long, Integer>> invented;
    private final Names altered = new Names();
    private final Names duplicated = new Names();
    private final Names strangers = new Names();
    private long read;

    private static final class Names {
        private final List<String> first = new ArrayList<>();
        private long count;

        void add(String name) {
            count++;
            if (first.size() < Listed.NAMED) {
                first.add(name);
            }
        }

        Listed listed() {
            return count == 0 ? Listed.NONE : new Listed(count, first);
        }
    }

    private ReadBack(Payload payload, List<Long> reserved, int rows) {
        this.payload = payload;
        this.rows = rows;
        parts = reserved.stream()
                .map(most -> new int[Math.toIntExact(most + 1)])
                .toArray(int[][]::new);
        invented = reserved.stream().map(_ -> new TreeMap<Long, Integer>()).toList();
    }

    /**
     * Reads it by both scans, at one moment of the database.
     *
     * @param reserved up to which number each writer may have sent
     */
    static List<Note.LedgerRead> read(
            Session session, String run, Note.LedgerOpened opened, List<Long> reserved, int pass)
            throws LedgerException {
        var readings = new ArrayList<Note.LedgerRead>();
        session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        try {
            for (var scan : List.of("seq", "index")) {
                readings.add(new ReadBack(new Payload(run), reserved, opened.rows())
                        .read(session, new Schema(opened.schema()), scan, pass));
            }
            session.run("COMMIT");
            return readings;
        } catch (LedgerException e) {
            if (!e.absent()) {
                throw e;
            }
            session.run("ROLLBACK");
            return List.of(absent(pass, "seq"), absent(pass, "index"));
        }
    }

    private static Note.LedgerRead absent(int pass, String scan) {
        return new Note.LedgerRead(pass, scan, false, "no table", 0, List.of(), Listed.NONE, Listed.NONE, Listed.NONE);
    }

    private Note.LedgerRead read(Session session, Schema schema, String scan, int pass) throws LedgerException {
        for (var setting : Fingerprints.planner(scan.equals("index"))) {
            session.run(setting);
        }
        var sql = "SELECT writer, n, part, payload FROM " + schema.commits()
                + (scan.equals("index") ? " ORDER BY writer, n, part" : "");
        var plan = session.rows("EXPLAIN (COSTS OFF) " + sql).getFirst().getString(0);
        session.stream(sql, this::row);
        return new Note.LedgerRead(
                pass, scan, true, plan, read, writers(), altered.listed(), duplicated.listed(), strangers.listed());
    }

    private void row(Row row) {
        read++;
        int writer = row.getInteger(0);
        long n = row.getLong(1);
        int part = row.getShort(2);
        var name = "writer " + writer + " commit " + n + " row " + part;
        if (writer < 0 || writer >= parts.length || n < 1 || part < 0 || part >= rows || !keeps(writer, n)) {
            strangers.add(name);
            return;
        }
        var bit = 1 << part;
        var before = n < parts[writer].length
                ? parts[writer][(int) n]
                : invented.get(writer).getOrDefault(n, 0);
        if ((before & bit) != 0) {
            duplicated.add(name);
        }
        if (n < parts[writer].length) {
            parts[writer][(int) n] |= bit;
        } else {
            invented.get(writer).put(n, before | bit);
        }
        if (!payload.of(writer, n, part).equals(row.getString(3))) {
            altered.add(name);
        }
    }

    private boolean keeps(int writer, long n) {
        return n < parts[writer].length
                || invented.get(writer).containsKey(n)
                || invented.get(writer).size() < MOST_INVENTED;
    }

    private List<Note.Present> writers() {
        var all = (1 << rows) - 1;
        var writers = new ArrayList<Note.Present>();
        for (var writer = 0; writer < parts.length; writer++) {
            var present = new Numbers.Builder();
            var torn = new Numbers.Builder();
            for (var n = 1; n < parts[writer].length; n++) {
                add(n, parts[writer][n], all, present, torn);
            }
            invented.get(writer).forEach((n, seen) -> add(n, seen, all, present, torn));
            writers.add(new Note.Present(writer, present.build(), torn.build()));
        }
        return writers;
    }

    private static void add(long n, int seen, int all, Numbers.Builder present, Numbers.Builder torn) {
        if (seen != 0) {
            present.add(n);
        }
        if (seen != 0 && seen != all) {
            torn.add(n);
        }
    }
}
