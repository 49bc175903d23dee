package dev.tocsin.draft.model;

import java.util.Map;
import java.util.TreeMap;

/** Settings of a server that rules look at: PostgreSQL's defaults, and what is known to differ. */
public record Settings(Map<String, Setting> all) {
    /**
     * One.
     *
     * @param value in {@code unit}, as pg_settings shows it
     * @param unit empty for none
     */
    public record Setting(double value, String unit) {
        /** How many of the exporter's base unit, bytes or seconds, one of this unit is. */
        public double scale() {
            return switch (unit) {
                case "8kB" -> 8192;
                case "kB" -> 1024;
                case "MB" -> 1024 * 1024;
                case "ms" -> 0.001;
                case "min" -> 60;
                default -> 1;
            };
        }

        /** What the exporter appends to the name. */
        public String suffix() {
            return switch (unit) {
                case "8kB", "kB", "MB", "B" -> "_bytes";
                case "ms", "s", "min" -> "_seconds";
                default -> "";
            };
        }
    }

    private static final String DEFAULTS = """
            archive_mode 1
            archive_timeout 0 s
            autovacuum 1
            autovacuum_analyze_scale_factor 0.1
            autovacuum_analyze_threshold 50
            autovacuum_freeze_max_age 200000000
            autovacuum_max_workers 3
            autovacuum_multixact_freeze_max_age 400000000
            autovacuum_naptime 60 s
            autovacuum_vacuum_scale_factor 0.2
            autovacuum_vacuum_threshold 50
            checkpoint_completion_target 0.9
            checkpoint_timeout 300 s
            deadlock_timeout 1000 ms
            effective_cache_size 524288 8kB
            fsync 1
            full_page_writes 1
            hot_standby 1
            idle_in_transaction_session_timeout 0 ms
            log_min_duration_statement -1 ms
            maintenance_work_mem 65536 kB
            max_connections 100
            max_locks_per_transaction 64
            max_prepared_transactions 0
            max_replication_slots 10
            max_slot_wal_keep_size -1 MB
            max_standby_streaming_delay 30000 ms
            max_wal_senders 10
            max_wal_size 1024 MB
            max_worker_processes 8
            min_wal_size 80 MB
            random_page_cost 4
            reserved_connections 0
            server_version_num 150000
            shared_buffers 16384 8kB
            statement_timeout 0 ms
            superuser_reserved_connections 3
            synchronous_commit 1
            transaction_read_only 0
            vacuum_freeze_min_age 50000000
            wal_buffers 512 8kB
            wal_keep_size 0 MB
            wal_segment_size 16777216 B
            work_mem 4096 kB
            """;

    public Settings {
        all = Map.copyOf(all);
    }

    /** PostgreSQL's own. */
    public static Settings defaults() {
        var all = new TreeMap<String, Setting>();
        DEFAULTS.lines().forEach(line -> {
            var words = line.split(" ", -1);
            all.put(words[0], new Setting(Double.parseDouble(words[1]), words.length > 2 ? words[2] : ""));
        });
        return new Settings(all);
    }

    /** With another value, in the unit of pg_settings. */
    public Settings with(String name, double value) {
        var changed = new TreeMap<>(all);
        var unit = all.containsKey(name) ? all.get(name).unit() : "";
        changed.put(name, new Setting(value, unit));
        return new Settings(changed);
    }

    /** In the unit of pg_settings; 0 for one that is not known. */
    public double get(String name) {
        var setting = all.get(name);
        return setting == null ? 0 : setting.value();
    }

    /** In bytes or seconds. */
    public double base(String name) {
        var setting = all.get(name);
        return setting == null ? 0 : setting.value() * setting.scale();
    }

    /** How many connections the server keeps for its superusers. */
    public int reserved() {
        return (int) (get("superuser_reserved_connections") + get("reserved_connections"));
    }

    public int maxConnections() {
        return (int) get("max_connections");
    }
}
