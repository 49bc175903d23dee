package dev.tocsin.lab;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether a suite left its servers as they were: what they have, how they are set, and every page and index of them. */
final class Inspection implements AutoCloseable {
    /** Reads every page of every table and index, which verifies the checksums too, and the order in each index. */
    private static final List<String> CHECKS = List.of(
            "SELECT c.oid::regclass || ': ' || bad.msg FROM pg_class c"
                    + " CROSS JOIN LATERAL verify_heapam(c.oid) AS bad WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence <> 't'",
            "SELECT bt_index_check(i.indexrelid, true)::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                    + " JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree'"
                    + " WHERE i.indisvalid AND i.indisready AND c.relkind = 'i' AND c.relpersistence <> 't'",
            "SELECT datname || ': ' || checksum_failures || ' pages with a wrong checksum' FROM pg_stat_database"
                    + " WHERE checksum_failures > 0");

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, PgConnectOptions> servers = new LinkedHashMap<>();
    private final Map<String, List<String>> before = new LinkedHashMap<>();

    /** Looks at what the servers of these labs have now. */
    Inspection(List<Lab> labs) throws LabException {
        for (var i = 0; i < labs.size(); i++) {
            var name = "lab " + (i + 1);
            servers.put(name, labs.get(i).superuser());
            labs.get(i).superuserOfStandby().ifPresent(standby -> servers.put(name + ", standby", standby));
        }
        for (var server : servers.entrySet()) {
            before.put(server.getKey(), Belongings.of(vertx, server.getValue()));
        }
    }

    /** What is not as it was, or not as it should be, one line each. */
    List<String> findings() throws LabException {
        var findings = new ArrayList<String>();
        for (var server : servers.entrySet()) {
            Belongings.difference(
                            before.getOrDefault(server.getKey(), List.of()), Belongings.of(vertx, server.getValue()))
                    .forEach(line -> findings.add(server.getKey() + ": " + line));
            if (!server.getKey().endsWith("standby")) {
                check(server.getValue()).forEach(line -> findings.add(server.getKey() + ": " + line));
            }
        }
        return findings;
    }

    /** How many servers are looked at. */
    int servers() {
        return servers.size();
    }

    /** What amcheck and the checksums say. */
    private List<String> check(PgConnectOptions options) throws LabException {
        var findings = new ArrayList<String>();
        try {
            var connection = PgConnection.connect(vertx, options).await();
            connection.query("CREATE EXTENSION IF NOT EXISTS amcheck").execute().await();
            for (var sql : CHECKS) {
                for (var row : connection.query(sql).execute().await()) {
                    if (!row.getString(0).isEmpty()) {
                        findings.add(row.getString(0));
                    }
                }
            }
            connection.close().await();
        } catch (Exception e) { // Vert.x throws the future's own failure, checked or not
            findings.add("amcheck: " + e.getMessage());
        }
        return findings;
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
