package dev.tocsin.lab;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a PostgreSQL server has that a stimulus could leave behind: before and after must be the same. */
final class Belongings {
    /** Each gives names, and what of them could be changed. */
    private static final Map<String, String> QUERIES = Map.of(
            "sessions",
            "SELECT application_name, '' FROM pg_stat_activity WHERE application_name LIKE 'tocsin:%'",
            "slots",
            "SELECT slot_name, active::text FROM pg_replication_slots",
            "settings",
            "SELECT name || ' in ' || regexp_replace(sourcefile, '^.*/', ''), setting FROM pg_file_settings",
            "values",
            "SELECT name, setting FROM pg_settings WHERE name NOT IN ('application_name', 'in_hot_standby')",
            "roles",
            "SELECT rolname, rolcanlogin || ' ' || coalesce(array_to_string(rolconfig, ','), '') FROM pg_roles",
            "schemas",
            "SELECT nspname, '' FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'",
            "relations",
            "SELECT oid::regclass::text, relkind::text FROM pg_class WHERE relnamespace::regnamespace::text"
                    + " NOT IN ('pg_toast', 'pg_catalog', 'information_schema') AND relnamespace::regnamespace::text !~ '^pg_(toast_)?temp_'",
            "files",
            "SELECT f, '' FROM pg_ls_dir('base/' || (SELECT oid FROM pg_database WHERE datname = current_database()))"
                    + " AS f WHERE f ~ '^[0-9]+$' AND f::oid NOT IN (SELECT pg_relation_filenode(oid) FROM pg_class"
                    + " WHERE pg_relation_filenode(oid) IS NOT NULL)",
            "subscriptions",
            "SELECT subname, subenabled::text FROM pg_subscription UNION ALL SELECT pubname, 'published' FROM pg_publication");

    private Belongings() {}

    /** What has come and what has gone between two looks. */
    static List<String> difference(List<String> before, List<String> after) {
        return Stream.concat(
                        after.stream().filter(line -> !before.contains(line)).map(line -> "new: " + line),
                        before.stream().filter(line -> !after.contains(line)).map(line -> "gone: " + line))
                .toList();
    }

    /**
     * Everything there is, one line each; the superuser asks.
     *
     * @param options of the superuser
     */
    static List<String> of(Vertx vertx, PgConnectOptions options) throws LabException {
        try {
            var connection = PgConnection.connect(vertx, options).await();
            connection.query("CHECKPOINT").execute().await(); // the files of what was dropped go only then
            var lines = new ArrayList<String>();
            for (var query : new TreeMap<>(QUERIES).entrySet()) {
                var rows = connection.query(query.getValue()).execute().await();
                StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> query.getKey() + ": " + row.getString(0) + " " + row.getString(1))
                        .sorted()
                        .forEach(lines::add);
            }
            connection.close().await();
            return lines;
        } catch (Exception e) { // Vert.x throws the future's own failure, checked or not
            throw new LabException("the server cannot be asked what it has: " + e.getMessage(), e);
        }
    }
}
