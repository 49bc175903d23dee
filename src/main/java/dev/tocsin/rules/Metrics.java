package dev.tocsin.rules;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** General knowledge of metrics of PostgreSQL and Prometheus: what their values can be, and where they come from. */
final class Metrics {
    private static final Pattern BOOLEAN =
            Pattern.compile("up|.*_up|.*_is_replica|.*_in_recovery|.*_last_scrape_error");

    private static final Pattern AGE = Pattern.compile(
            "(?!.*(scrape|query|request|gc|rule|evaluation)_).*(_|^)(duration|age|uptime|elapsed)(_seconds)?|.*_time_since_\\w+|.*(?<!start|boot|last)_time_seconds");

    private static final Pattern SAYS_UP = Pattern.compile(".+_up");

    private static final Pattern CONNECTIONS =
            Pattern.compile(".*(activity_count|numbackends|backends(_total)?|connections)");
    private static final Pattern MOST_CONNECTIONS = Pattern.compile(".*max_connections");

    /** What PostgreSQL's locks are called, and what states sessions and senders have. */
    private static final Map<String, List<String>> ENUMERATIONS = Map.of(
            "mode",
            List.of(
                    "accesssharelock",
                    "rowsharelock",
                    "rowexclusivelock",
                    "shareupdateexclusivelock",
                    "sharelock",
                    "sharerowexclusivelock",
                    "exclusivelock",
                    "accessexclusivelock",
                    "sireadlock"),
            "state",
            List.of(
                    "active",
                    "idle",
                    "idle in transaction",
                    "idle in transaction (aborted)",
                    "fastpath function call",
                    "disabled",
                    "startup",
                    "catchup",
                    "streaming",
                    "backup",
                    "stopping",
                    "unknown"));

    /** The beginning of a name, and what brings such metrics. */
    private static final List<Map.Entry<String, String>> ORIGINS = List.of(
            Map.entry(
                    "pg_replication_lag",
                    "postgres_exporter calls it pg_replication_lag_seconds from 0.13 on; pg_replication_lag came from the"
                            + " queries.yaml of older ones"),
            Map.entry(
                    "pg_replication_slots_",
                    "it came from postgres_exporter's queries.yaml; from 0.12 on the collector replication_slot exports"
                            + " pg_replication_slot_*, and only while there is a slot"),
            Map.entry(
                    "pg_stat_bgwriter_checkpoint",
                    "postgres_exporter added _total to it with 0.12, and PostgreSQL 17 moved it to pg_stat_checkpointer"),
            Map.entry("pg_stat_bgwriter_", "postgres_exporter added _total to it with 0.12"),
            Map.entry("pg_stat_statements_", "postgres_exporter needs --collector.stat_statements and the extension"),
            Map.entry("pg_long_running_transactions", "postgres_exporter needs --collector.long_running_transactions"),
            Map.entry("pg_database_wraparound_", "postgres_exporter needs --collector.database_wraparound"),
            Map.entry("pg_process_idle_", "postgres_exporter needs --collector.process_idle"),
            Map.entry("pg_postmaster_", "postgres_exporter needs --collector.postmaster, or a query of your own"),
            Map.entry("pg_xlog_location_", "postgres_exporter needs --collector.xlog_location"),
            Map.entry("pg_statio_user_indexes_", "postgres_exporter needs --collector.statio_user_indexes"),
            Map.entry("pg_stat_activity_autovacuum_", "postgres_exporter needs --collector.stat_activity_autovacuum"),
            Map.entry("pg_stat_replication_", "it is there only while a standby is connected"),
            Map.entry("pg_stat_user_tables_", "it is there only while the exporter's database has a table of yours"),
            Map.entry("pg_bloat_", "no exporter brings it by itself; it is a query of your own"));

    private Metrics() {}

    static boolean isBoolean(String metric) {
        return BOOLEAN.matcher(metric).matches();
    }

    /** A gauge that grows by a second each second while what it tells the age of lives on. */
    static boolean isAge(String metric) {
        return AGE.matcher(metric).matches();
    }

    /** Said by an exporter of what it looks at, unlike {@code up}, which Prometheus says of the exporter. */
    static boolean saysUp(String metric) {
        return SAYS_UP.matcher(metric).matches();
    }

    static boolean countsConnections(String metric) {
        return CONNECTIONS.matcher(metric).matches() && !isMostConnections(metric);
    }

    static boolean isMostConnections(String metric) {
        return MOST_CONNECTIONS.matcher(metric).matches();
    }

    /** All values that a label can have, when those that it has are of a set that PostgreSQL knows. */
    static Optional<List<String>> enumeration(String label, List<String> seen) {
        return Optional.ofNullable(ENUMERATIONS.get(label)).filter(all -> all.containsAll(seen));
    }

    static Optional<String> origin(String metric) {
        return ORIGINS.stream()
                .filter(origin -> metric.startsWith(origin.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
