package dev.tocsin.stress;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Settings that are never changed, each with what a change would endanger. */
final class UntouchableSettings {
    private static final String LOCKS_OUT = "it decides who can connect, Tocsin itself too";
    private static final String DURABILITY = "with another value committed data may be lost or damaged";
    private static final String REPLICATION = "standbys and subscribers depend on it";
    private static final String OTHERS = "it changes or ends what the statements of everybody else do";
    private static final String CODE = "it decides which code the server loads or runs";
    private static final String DEVELOPERS = "it is there for the developers of PostgreSQL and may hide damage";

    /** Whole categories, by what their names in pg_settings begin with. */
    private static final Map<String, String> CATEGORIES = new TreeMap<>(Map.of(
            "Preset Options", "it cannot be set",
            "File Locations", "the server would not find its files",
            "Connections and Authentication", LOCKS_OUT,
            "Write-Ahead Log / Archiv", "archiving and recovery depend on it; there is archiverFailure for that",
            "Write-Ahead Log / Recovery", REPLICATION,
            "Replication / ", REPLICATION,
            "Client Connection Defaults / Shared Library Preloading", CODE,
            "Client Connection Defaults / Statement Behavior", OTHERS,
            "Client Connection Defaults / Locale and Formatting", OTHERS,
            "Developer Options", DEVELOPERS));

    private static final Map<String, String> NAMES = names();

    private UntouchableSettings() {}

    /** Why this one is not touched, if it is not. */
    static Optional<String> why(String name, String category) {
        return Optional.ofNullable(NAMES.get(name))
                .or(() -> CATEGORIES.entrySet().stream()
                        .filter(entry -> category.startsWith(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst());
    }

    private static Map<String, String> names() {
        var names = new TreeMap<String, String>();
        for (var name : new String[] {
            "fsync",
            "full_page_writes",
            "synchronous_commit",
            "wal_sync_method",
            "data_sync_retry",
            "zero_damaged_pages",
            "ignore_checksum_failure",
            "recovery_init_sync_method"
        }) {
            names.put(name, DURABILITY);
        }
        for (var name : new String[] {"wal_level", "wal_keep_size", "max_slot_wal_keep_size", "hot_standby"}) {
            names.put(name, REPLICATION);
        }
        for (var name :
                new String[] {"jit_provider", "dynamic_library_path", "extension_control_path", "event_triggers"}) {
            names.put(name, CODE);
        }
        for (var name : new String[] {"exit_on_error", "restart_after_crash"}) {
            names.put(name, "it decides whether the server goes on after an error");
        }
        for (var name : new String[] {"logging_collector", "log_directory", "log_filename", "log_file_mode"}) {
            names.put(name, "whoever reads the server's log would lose it");
        }
        for (var name : new String[] {
            "max_locks_per_transaction",
            "max_pred_locks_per_transaction",
            "max_prepared_transactions",
            "max_worker_processes"
        }) {
            names.put(name, "after a restart a standby with less than its primary stops");
        }
        for (var name : new String[] {"huge_pages", "shared_memory_type", "dynamic_shared_memory_type", "io_method"}) {
            names.put(name, "after a restart the server may find no memory, or no way to its files");
        }
        names.put("data_directory_mode", "the server would not find its files");
        names.put("max_files_per_process", "after a restart the server may run out of files");
        return names;
    }
}
