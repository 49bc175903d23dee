package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Note;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a server who it is, how it was started and what it promises. */
final class ServerLook {
    private static final List<String> SETTINGS = List.of(
            "fsync",
            "full_page_writes",
            "synchronous_commit",
            "synchronous_standby_names",
            "data_checksums",
            "wal_sync_method",
            "wal_level",
            "commit_delay",
            "data_sync_retry",
            "zero_damaged_pages",
            "ignore_checksum_failure",
            "wal_log_hints");

    private ServerLook() {}

    /** One look. The canary is looked at and then set again, so the next look tells of the time since this one. */
    static Note.ServerSeen look(Session session, Schema schema, String moment) throws LedgerException {
        var silent = new ArrayList<String>();
        var server = session.row("""
                SELECT pg_postmaster_start_time(), current_setting('server_version_num')::int, pg_is_in_recovery()
                """);
        var system = asked(session, silent, "SELECT system_identifier::text FROM pg_control_system()");
        var checkpoint = asked(
                session,
                silent,
                "SELECT timeline_id::int, checkpoint_lsn::text, redo_lsn::text FROM pg_control_checkpoint()");
        var stats = asked(session, silent, "SELECT stats_reset FROM pg_stat_bgwriter");
        var inRecovery = server.getBoolean(2);
        return new Note.ServerSeen(
                moment,
                server.getOffsetDateTime(0).toInstant(),
                server.getInteger(1),
                inRecovery,
                system.map(row -> row.getString(0)),
                checkpoint.map(row -> row.getInteger(0)),
                checkpoint.map(row -> row.getString(1)),
                checkpoint.map(row -> row.getString(2)),
                stats.flatMap(row -> Optional.ofNullable(row.getOffsetDateTime(0)))
                        .map(time -> time.toInstant()),
                canary(session, schema, moment, inRecovery),
                silent);
    }

    /** Anybody may see that there is one; its state only who may read all statistics. */
    static Note.StandbysSeen standbys(Session session, String moment) throws LedgerException {
        var rows = session.rows("""
                SELECT coalesce(nullif(application_name, ''), 'pid ' || pid), state, sync_state,
                       pg_wal_lsn_diff(sent_lsn, replay_lsn)::bigint
                FROM pg_stat_replication ORDER BY 1
                """);
        return new Note.StandbysSeen(
                moment,
                rows.stream()
                        .map(row -> row.getString(0)
                                + (row.getString(1) == null
                                        ? ", state not visible"
                                        : ", " + row.getString(1) + ", " + row.getString(2)
                                                + (row.getLong(3) == null
                                                        ? ""
                                                        : ", " + row.getLong(3) + " bytes behind")))
                        .toList(),
                rows.stream().anyMatch(row -> row.getString(1) == null)
                        ? Optional.of("the role may not see the state of standbys: GRANT pg_monitor TO it")
                        : Optional.empty());
    }

    private static Note.Canary canary(Session session, Schema schema, String moment, boolean inRecovery)
            throws LedgerException {
        try {
            var alive = session.row("SELECT count(*) FROM " + schema.canary()).getLong(0) > 0;
            if (!alive && !inRecovery) {
                session.run("INSERT INTO " + schema.canary() + " VALUES (1)");
            }
            return alive ? Note.Canary.ALIVE : moment.equals(Ledgers.BEFORE) ? Note.Canary.SET : Note.Canary.DEAD;
        } catch (LedgerException e) {
            if (e.absent()) {
                return Note.Canary.ABSENT;
            }
            throw e;
        }
    }

    private static Optional<Row> asked(Session session, List<String> silent, String sql) throws LedgerException {
        try {
            return Optional.of(session.row(sql));
        } catch (LedgerException e) {
            if (!e.answered()) {
                throw e;
            }
            silent.add(e.why());
            return Optional.empty();
        }
    }

    /** When this server's postmaster was started. */
    static Instant started(Session session) throws LedgerException {
        return session.row("SELECT pg_postmaster_start_time()")
                .getOffsetDateTime(0)
                .toInstant();
    }

    /** The settings as this session has them, and what databases and roles set. */
    static Note.SettingsSeen settings(Session session, List<String> volumes) throws LedgerException {
        var settings = session.rows("""
                        SELECT s.name, current_setting(s.name), s.source
                        FROM pg_settings s WHERE s.name = ANY ($1) ORDER BY array_position($1, s.name)
                        """, (Object) SETTINGS.toArray(new String[0])).stream()
                .map(row -> new Note.Setting(row.getString(0), row.getString(1), row.getString(2)))
                .toList();
        var overrides = session.rows("""
                        SELECT coalesce('database ' || d.datname, 'every database') || ', '
                                   || coalesce('role ' || r.rolname, 'every role') || ': ' || c
                        FROM pg_db_role_setting s
                        LEFT JOIN pg_database d ON d.oid = s.setdatabase
                        LEFT JOIN pg_roles r ON r.oid = s.setrole
                        CROSS JOIN unnest(s.setconfig) AS c
                        WHERE split_part(c, '=', 1) = ANY ($1)
                          AND (s.setdatabase = 0 OR d.datname = current_database())
                        ORDER BY 1
                        """, (Object) SETTINGS.toArray(new String[0])).stream()
                .map(row -> row.getString(0))
                .toList();
        return new Note.SettingsSeen(settings, overrides, volumes);
    }
}
