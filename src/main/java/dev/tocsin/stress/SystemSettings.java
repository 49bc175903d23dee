package dev.tocsin.stress;

import dev.tocsin.domain.run.Leftover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Settings as ALTER SYSTEM writes them: what it had written before, and the way back to exactly that. */
final class SystemSettings {
    private static final Duration RELOAD = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(20);

    /** Only the file tells what ALTER SYSTEM had set, and RESET would lose it. */
    private static final String WRITTEN = "SELECT setting FROM pg_file_settings WHERE name = $1"
            + " AND sourcefile LIKE '%postgresql.auto.conf' ORDER BY seqno DESC LIMIT 1";

    private static final String PENDING = "SELECT EXISTS (SELECT FROM pg_settings WHERE name = $1 AND pending_restart)";

    private SystemSettings() {}

    /** The rights to write that setting, to have it taken up, and to see what stood in the file. */
    static List<Privilege> needs(String setting) {
        return List.of(
                Privilege.alterSystem(setting),
                Privilege.execute("pg_reload_conf()"),
                Privilege.execute("pg_show_all_file_settings()"),
                new Privilege(
                        "SELECT on pg_file_settings",
                        "SELECT has_table_privilege('pg_file_settings', 'select')",
                        "GRANT SELECT ON pg_file_settings TO ROLE"));
    }

    /** What takes a setting back to how it stands now. */
    static Leftover.Setting leftover(Sql control, String name, Leftover.On on) throws StressException {
        return new Leftover.Setting(name, written(control, name), on);
    }

    /** Writes a setting and has the server read its files. */
    static void set(Sql control, String name, String value) throws StressException, InterruptedException {
        control.run("ALTER SYSTEM SET " + Sql.quoted(name) + " = " + Sql.literal(value));
        reload(control);
    }

    /** Writes what stood there before, or nothing where nothing stood, and verifies that the server took it up. */
    static void restore(Sql control, String name, Optional<String> former)
            throws StressException, InterruptedException {
        if (former.isPresent()) {
            set(control, name, former.get());
        } else {
            if (control.truth(PENDING, name)) {
                // RESET alone leaves a server waiting for a restart that would change nothing.
                set(control, name, running(control, name));
            }
            control.run("ALTER SYSTEM RESET " + Sql.quoted(name));
            reload(control);
        }
        var now = written(control, name);
        if (!now.equals(former)) {
            throw new StressException("ALTER SYSTEM has " + name + " at " + now.orElse("nothing") + " and not at "
                    + former.orElse("nothing"));
        }
        if (control.truth(PENDING, name)) {
            throw new StressException("the server was restarted while " + name
                    + " was changed, so only another restart brings back what it was");
        }
    }

    /** Returns when this session, and so the postmaster before it, has read the files again. */
    static void reload(Sql control) throws StressException, InterruptedException {
        var before = control.rows("SELECT pg_conf_load_time()::text").getFirst().getString(0);
        control.run("SELECT pg_reload_conf()");
        var deadline = System.nanoTime() + RELOAD.toNanos();
        while (!control.truth("SELECT pg_conf_load_time() > " + Sql.literal(before) + "::timestamptz")) {
            if (System.nanoTime() > deadline) {
                throw new StressException("the server did not take up its configuration within " + RELOAD.toSeconds()
                        + " s" + mistakes(control));
            }
            Thread.sleep(POLL);
        }
    }

    static Optional<String> written(Sql control, String name) throws StressException {
        return control.rows(WRITTEN, name).stream().map(row -> row.getString(0)).findFirst();
    }

    static String running(Sql control, String name) throws StressException {
        return control.rows("SELECT current_setting($1)", name).getFirst().getString(0);
    }

    private static String mistakes(Sql control) throws StressException {
        var lines = new ArrayList<String>();
        for (var row : control.rows("SELECT sourcefile || ':' || sourceline || ': ' || error FROM pg_file_settings"
                + " WHERE error IS NOT NULL AND error <> 'setting could not be applied'")) {
            lines.add(row.getString(0));
        }
        return lines.isEmpty() ? "" : ": " + String.join("; ", lines);
    }
}
