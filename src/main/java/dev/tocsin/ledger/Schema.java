package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.scenario.Durability;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The schema of a run: the table of commits, and the unlogged one that a crash recovery empties. */
record Schema(String name) {
    /** What must stay free beside us: others' reserve, and our own sessions that watch and read. */
    private static final int SLOTS_LEFT = 6;

    static Schema of(String run) {
        return new Schema("tocsin_" + run.replace("-", ""));
    }

    String commits() {
        return name + ".commits";
    }

    String index() {
        return name + ".commits_by_number";
    }

    String canary() {
        return name + ".canary";
    }

    /** Why the ledger cannot be kept here, or nothing. Asks and changes nothing. */
    static Optional<Note.LedgerRefused> refusal(Session session, Durability durability) throws LedgerException {
        var server = session.row("""
                SELECT has_database_privilege(current_database(), 'CREATE'),
                       quote_ident(current_database()), quote_ident(current_user),
                       pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool,
                       (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                         - (SELECT sum(numbackends)::int FROM pg_stat_database))
                """);
        var role = server.getString(2);
        if (!server.getBoolean(0)) {
            return Optional.of(new Note.LedgerRefused(
                    "NoCreate",
                    "the role " + role + " may not make a schema in the database " + server.getString(1),
                    "GRANT CREATE ON DATABASE " + server.getString(1) + " TO " + role + ";"));
        }
        if (server.getBoolean(3)) {
            return Optional.of(new Note.LedgerRefused(
                    "NotWritable",
                    "the server takes no writes: it is a standby, or default_transaction_read_only is on",
                    "point the target at the primary"));
        }
        if (server.getInteger(4) < durability.writers() + SLOTS_LEFT) {
            return Optional.of(new Note.LedgerRefused(
                    "NoSlots",
                    durability.writers() + " writers need as many connections and " + SLOTS_LEFT
                            + " must stay free, but only " + server.getInteger(4) + " are",
                    "set expect.durability.writers lower, or raise max_connections"));
        }
        for (var dataset : durability.datasets()) {
            var refused = refusal(session, dataset, role);
            if (refused.isPresent()) {
                return refused;
            }
        }
        return Optional.empty();
    }

    private static Optional<Note.LedgerRefused> refusal(Session session, Durability.Dataset dataset, String role)
            throws LedgerException {
        var name = Fingerprints.quoted(dataset.table());
        var schema = name.substring(0, name.indexOf('.'));
        var found = session.row(
                """
                SELECT n.oid IS NOT NULL, coalesce(has_schema_privilege(n.oid, 'USAGE'), false),
                       c.oid IS NOT NULL, coalesce(has_table_privilege(c.oid, 'SELECT'), false)
                FROM (SELECT 1) AS one
                LEFT JOIN pg_namespace n ON n.nspname = $1
                LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = $2 AND c.relkind IN ('r', 'p', 'm')
                """, dataset.table().split("\\.")[0], dataset.table().split("\\.")[1]);
        if (!found.getBoolean(0) || found.getBoolean(1) && !found.getBoolean(2)) {
            return Optional.of(new Note.LedgerRefused(
                    "DatasetAbsent", "there is no table " + dataset.table(), "correct expect.durability.datasets"));
        }
        return found.getBoolean(1) && found.getBoolean(3)
                ? Optional.empty()
                : Optional.of(new Note.LedgerRefused(
                        "NoSelect",
                        "the role " + role + " may not read " + dataset.table(),
                        "GRANT USAGE ON SCHEMA " + schema + " TO " + role + "; GRANT SELECT ON " + name + " TO " + role
                                + ";"));
    }

    /** Makes it all. Not unique, so that a commit which was applied twice is there twice. */
    void create(Session session) throws LedgerException {
        session.run("CREATE SCHEMA " + name);
        session.run("CREATE TABLE " + commits()
                + " (writer int NOT NULL, n bigint NOT NULL, part smallint NOT NULL, payload text NOT NULL)");
        session.run("CREATE INDEX commits_by_number ON " + commits() + " (writer, n, part)");
        session.run("CREATE UNLOGGED TABLE " + canary() + " (alive int NOT NULL)");
    }

    /** One commit: every row of it in one statement, which commits by itself. */
    String insert(int rows) {
        return "INSERT INTO " + commits() + " (writer, n, part, payload) VALUES "
                + IntStream.range(0, rows)
                        .mapToObj(part -> "($1, $2, " + part + ", $" + (part + 3) + ")")
                        .collect(Collectors.joining(", "))
                + " RETURNING pg_current_wal_insert_lsn()::text";
    }

    void drop(Session session) throws LedgerException {
        session.run("DROP SCHEMA IF EXISTS " + name + " CASCADE");
    }
}
