package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.scenario.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks indexes with amcheck, where it is installed and allowed. */
final class SecondLook {
    private SecondLook() {}

    static List<Note> look(Session session, Schema schema, Durability durability) throws LedgerException {
        var notes = new ArrayList<Note>();
        var function = session.rows("""
                SELECT p.oid::regproc::text, has_function_privilege(p.oid, 'EXECUTE')
                FROM pg_proc p WHERE p.proname = 'bt_index_check' AND p.pronargs = 2
                """);
        if (function.isEmpty()) {
            return List.of(new Note.SecondLookLeftOut(
                    "amcheck", "it is not installed in this database: CREATE EXTENSION amcheck"));
        }
        if (!function.getFirst().getBoolean(1)) {
            return List.of(new Note.SecondLookLeftOut(
                    "amcheck",
                    "the role may not call it: GRANT EXECUTE ON FUNCTION bt_index_check(regclass, boolean)"));
        }
        var tables = new ArrayList<String>();
        tables.add(schema.commits());
        durability.datasets().forEach(dataset -> tables.add(Fingerprints.quoted(dataset.table())));
        for (var table : tables) {
            for (var index : session.rows("""
                    SELECT i.indexrelid::regclass::text
                    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
                    WHERE i.indrelid = to_regclass($1::text) AND m.amname = 'btree' AND i.indisvalid ORDER BY 1
                    """, table)) {
                notes.add(check(session, function.getFirst().getString(0), index.getString(0)));
            }
        }
        return notes;
    }

    /** With the table: every row of it must have its entry. */
    private static Note check(Session session, String function, String index) throws LedgerException {
        try {
            session.row("SELECT " + function + "($1::text::regclass, true)", index);
            return new Note.IndexChecked(index, Optional.empty());
        } catch (LedgerException e) {
            if (!e.answered()) {
                throw e;
            }
            return new Note.IndexChecked(index, Optional.of(e.why()));
        }
    }
}
