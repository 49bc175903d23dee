package dev.tocsin.lab;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a server is given so that the rules that operators publish can ring on it: settings, rights, objects. */
final class PublicRules {
    /** A second database, in which nothing happens. */
    static final String QUIET = "quiet";

    /** A table that a query of the exporter may read, and sleep for. */
    static final String CANARY = "tocsin.canary";

    /** In a file, so that ALTER SYSTEM has its way. */
    static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("wal_level", "logical"),
            Map.entry("archive_mode", "on"),
            Map.entry("archive_command", "/bin/true"),
            Map.entry("deadlock_timeout", "100ms"),
            // Each visit of a database commits twice: a database is idle for the rules only if it is seldom visited.
            Map.entry("autovacuum_naptime", "40s"),
            // A forgotten slot must not fill the disk.
            Map.entry("max_slot_wal_keep_size", "1GB"),
            // The least there is: an age near it is reached in seconds.
            Map.entry("autovacuum_freeze_max_age", "100000"),
            Map.entry("max_wal_senders", "20"),
            Map.entry("max_replication_slots", "20"),
            Map.entry("wal_retrieve_retry_interval", "500ms"),
            Map.entry("wal_receiver_status_interval", "1s"),
            // Some rules count what stands in the log, which the exporter reads through SQL.
            Map.entry("logging_collector", "on"),
            Map.entry("log_filename", PostgresServer.LOG),
            Map.entry("log_rotation_age", "0"),
            Map.entry("log_rotation_size", "0"));

    /** What stimuli set with ALTER SYSTEM, and what a scenario may want to change to see it noticed. */
    private static final List<String> ALTERED = List.of(
            "archive_command",
            "autovacuum",
            "checkpoint_timeout",
            "effective_cache_size",
            "idle_in_transaction_session_timeout",
            "log_min_duration_statement",
            "maintenance_work_mem",
            "max_connections",
            "max_slot_wal_keep_size",
            "primary_slot_name",
            "random_page_cost",
            "shared_buffers",
            "statement_timeout",
            "synchronous_commit",
            "work_mem");

    private static final List<String> EXECUTED = List.of(
            "pg_promote(boolean, integer)",
            "pg_reload_conf()",
            "pg_show_all_file_settings()",
            "pg_stat_reset()",
            "pg_switch_wal()",
            "pg_wal_replay_pause()",
            "pg_wal_replay_resume()");

    private PublicRules() {}

    /** In any database, once; each statement is followed by an empty line, as single-user mode wants it. */
    static String roles(Secrets secrets) {
        return """
                ALTER ROLE ${stress} REPLICATION CREATEROLE;

                GRANT pg_read_all_settings, pg_read_all_stats, pg_signal_backend TO ${stress};

                CREATE ROLE ${replicator} LOGIN REPLICATION PASSWORD '${password}';

                GRANT pg_read_all_data TO ${exporter};

                DO $$ BEGIN
                  IF current_setting('server_version_num')::int >= 150000 THEN
                    GRANT pg_checkpoint TO ${stress};
                    GRANT ALTER SYSTEM ON PARAMETER ${altered} TO ${stress};
                  END IF;
                  IF current_setting('server_version_num')::int >= 160000 THEN
                    GRANT pg_create_subscription TO ${stress};
                    EXECUTE 'GRANT ${exporter} TO ${stress} WITH ADMIN OPTION, INHERIT FALSE, SET FALSE';
                  END IF;
                END $$;

                CREATE DATABASE ${quiet} OWNER ${stress};

                """.replace("${stress}", PostgresServer.STRESS_ROLE)
                .replace("${exporter}", PostgresServer.EXPORTER_ROLE)
                .replace("${replicator}", PostgresServer.REPLICATION_ROLE)
                .replace("${password}", secrets.replication())
                .replace("${altered}", String.join(", ", ALTERED))
                .replace("${quiet}", QUIET);
    }

    /** In the target's database: what rights there are on functions stands in each database by itself. */
    static String objects() {
        return """
                CREATE EXTENSION pgstattuple;

                CREATE SCHEMA tocsin AUTHORIZATION ${stress};

                CREATE TABLE ${canary} (delay float8);

                INSERT INTO ${canary} VALUES (0);

                ALTER TABLE ${canary} OWNER TO ${stress};

                GRANT EXECUTE ON FUNCTION pg_read_file(text), pg_current_logfile() TO ${exporter};

                GRANT SELECT ON pg_file_settings TO ${stress};

                GRANT EXECUTE ON FUNCTION ${executed} TO ${stress};

                """.replace("${stress}", PostgresServer.STRESS_ROLE)
                .replace("${exporter}", PostgresServer.EXPORTER_ROLE)
                .replace("${canary}", CANARY)
                .replace("${executed}", EXECUTED.stream().sorted().collect(Collectors.joining(", ")));
    }
}
