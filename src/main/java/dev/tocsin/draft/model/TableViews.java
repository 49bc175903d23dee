package dev.tocsin.draft.model;

import dev.tocsin.draft.sql.Row;
import dev.tocsin.draft.sql.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The views of tables, indexes and sequences. */
final class TableViews {
    private static final double BLOCK = 8192;
    private static final int PUBLIC = 2200;
    private static final int SCRATCH = 30_000;
    private static final int BTREE = 403;

    private TableViews() {}

    static Optional<List<Row>> of(State state, String name) {
        return switch (name) {
            case "pg_stat_user_tables", "pg_stat_all_tables" -> each(state, TableViews::table);
            case "pg_statio_user_tables", "pg_statio_all_tables" -> each(state, TableViews::reads);
            case "pg_stat_user_indexes", "pg_stat_all_indexes" -> each(state, TableViews::index);
            case "pg_statio_user_indexes", "pg_statio_all_indexes" ->
                each(state, table -> index(table).with(Row.of("idx_blks_read", 0, "idx_blks_hit", table.indexScans)));
            case "pg_index" -> each(state, TableViews::definition);
            case "pg_tables" ->
                each(
                        state,
                        table -> Row.of("schemaname", table.schema, "tablename", table.name, "tableowner", "tocsin"));
            case "pg_indexes" ->
                each(
                        state,
                        table -> Row.of(
                                "schemaname", table.schema,
                                "tablename", table.name,
                                "indexname", table.index,
                                "indexdef", "CREATE INDEX"));
            case "pg_class" -> Optional.of(classes(state));
            case "pg_namespace" ->
                Optional.of(List.of(
                        Row.of("oid", PUBLIC, "nspname", "public"), Row.of("oid", SCRATCH, "nspname", "tocsin")));
            case "pg_am" ->
                Optional.of(List.of(Row.of("oid", BTREE, "amname", "btree"), Row.of("oid", 2, "amname", "heap")));
            case "pg_sequences" -> Optional.of(sequences(state));
            default -> Optional.empty();
        };
    }

    private static Optional<List<Row>> each(State state, Function<State.Table, Row> row) {
        return Optional.of(seen(state).stream().map(row).toList());
    }

    /** The exporter sees the tables of its own database only. */
    private static List<State.Table> seen(State state) {
        return state.world.exporterDatabase().equals(state.world.database())
                ? state.tables
                : state.tables.stream()
                        .filter(table -> table.schema.equals("public"))
                        .toList();
    }

    private static Value time(double at) {
        return at == 0 ? Value.NULL : Value.of(at);
    }

    private static Row table(State.Table table) {
        return Row.of(
                "relid", table.oid,
                "schemaname", table.schema,
                "relname", table.name,
                "seq_scan", table.scans,
                "last_seq_scan", Value.NULL,
                "seq_tup_read", table.rowsScanned,
                "idx_scan", table.indexScans,
                "idx_tup_fetch", table.rowsFetched,
                "n_tup_ins", table.inserted,
                "n_tup_upd", table.updated,
                "n_tup_del", table.deleted,
                "n_tup_hot_upd", table.updated / 10,
                "n_tup_newpage_upd", 0,
                "n_live_tup", table.live,
                "n_dead_tup", table.dead,
                "n_mod_since_analyze", table.changed,
                "n_ins_since_vacuum", table.inserted,
                "last_vacuum", time(table.vacuumed),
                "last_autovacuum", time(table.autovacuumed),
                "last_analyze", time(table.vacuumed),
                "last_autoanalyze", time(table.autovacuumed),
                "vacuum_count", table.vacuumed == 0 ? 0 : 1,
                "autovacuum_count", table.autovacuumed == 0 ? 0 : 1,
                "analyze_count", 0,
                "autoanalyze_count", table.autovacuumed == 0 ? 0 : 1);
    }

    private static Row reads(State.Table table) {
        return Row.of(
                "relid", table.oid,
                "schemaname", table.schema,
                "relname", table.name,
                "heap_blks_read", table.read,
                "heap_blks_hit", table.hit,
                "idx_blks_read", 0,
                "idx_blks_hit", table.indexScans,
                "toast_blks_read", Value.NULL,
                "toast_blks_hit", Value.NULL,
                "tidx_blks_read", Value.NULL,
                "tidx_blks_hit", Value.NULL);
    }

    private static Row index(State.Table table) {
        return Row.of(
                "relid", table.oid,
                "indexrelid", table.oid + 1,
                "schemaname", table.schema,
                "relname", table.name,
                "indexrelname", table.index,
                "idx_scan", table.indexScans,
                "idx_tup_read", table.rowsFetched,
                "idx_tup_fetch", table.rowsFetched);
    }

    private static Row definition(State.Table table) {
        return Row.of(
                "indexrelid", table.oid + 1,
                "indrelid", table.oid,
                "indisvalid", table.valid,
                "indisready", table.valid,
                "indislive", true,
                "indisunique", true,
                "indisprimary", table.valid);
    }

    private static List<Row> classes(State state) {
        var rows = new ArrayList<Row>();
        for (var table : seen(state)) {
            var schema = table.schema.equals("public") ? PUBLIC : SCRATCH;
            rows.add(relation(table.oid, table.name, "r", 2, schema, table.size, table.live, state.xid - table.xidAge));
            rows.add(relation(table.oid + 1, table.index, "i", BTREE, schema, table.indexSize, table.live, 0));
        }
        return rows;
    }

    private static Row relation(
            int oid, String name, String kind, int method, int schema, double size, double rows, double frozen) {
        return Row.of(
                "oid",
                oid,
                "relname",
                name,
                "relkind",
                kind,
                "relam",
                method,
                "relnamespace",
                schema,
                "relpages",
                size / BLOCK,
                "reltuples",
                rows,
                "reltoastrelid",
                0,
                "relhasindex",
                kind.equals("r"),
                "relispartition",
                false,
                "relpersistence",
                "p",
                "relowner",
                10,
                "relfrozenxid",
                frozen == 0 ? Value.NULL : Value.of(frozen));
    }

    private static List<Row> sequences(State state) {
        var rows = new ArrayList<Row>();
        state.sequences.forEach((name, used) -> rows.add(Row.of(
                "schemaname",
                name.substring(0, name.indexOf('.')),
                "sequencename",
                name.substring(name.indexOf('.') + 1),
                "sequenceowner",
                "tocsin",
                "data_type",
                "bigint",
                "start_value",
                1,
                "min_value",
                1,
                "max_value",
                1000,
                "increment_by",
                1,
                "cycle",
                false,
                "cache_size",
                1,
                "last_value",
                Math.max(1, used * 1000))));
        return rows;
    }

    static List<Row> space(State state, Value relation) {
        return state.tables.stream()
                .filter(table -> is(relation, table.oid, table.name))
                .map(table -> Row.of(
                        "table_len", table.size,
                        "tuple_count", table.live,
                        "tuple_percent", 95 - table.free,
                        "dead_tuple_count", table.dead,
                        "dead_tuple_len", table.dead * 72,
                        "dead_tuple_percent", 0,
                        "free_space", table.size * table.free / 100,
                        "free_percent", table.free,
                        "approx_free_percent", table.free))
                .toList();
    }

    static List<Row> density(State state, Value index) {
        return state.tables.stream()
                .filter(table -> is(index, table.oid + 1, table.index))
                .map(table -> Row.of(
                        "index_size", table.indexSize,
                        "avg_leaf_density", table.density,
                        "leaf_fragmentation", 0,
                        "empty_pages", 0,
                        "deleted_pages", 0))
                .toList();
    }

    static Value sizeOf(State state, String function, Value relation) {
        for (var table : state.tables) {
            if (is(relation, table.oid, table.name)) {
                return Value.of(
                        switch (function) {
                            case "pg_total_relation_size" -> table.size + table.indexSize;
                            case "pg_indexes_size" -> table.indexSize;
                            default -> table.size;
                        });
            }
            if (is(relation, table.oid + 1, table.index)) {
                return Value.of(table.indexSize);
            }
        }
        return Value.NULL;
    }

    private static boolean is(Value given, int oid, String name) {
        var text = given.label();
        return text.equals(String.valueOf(oid)) || text.equals(name) || text.endsWith("." + name);
    }
}
