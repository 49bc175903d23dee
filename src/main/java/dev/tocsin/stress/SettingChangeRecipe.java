package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.ServerStimulus.SettingChange;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.regex.Pattern;

/** Changes one setting, or has the server wait for a restart to change it. */
record SettingChangeRecipe(SettingChange change) implements Recipe {
    private static final String STANDING = """
            SELECT name, category, context, source, pending_restart, setting, unit, current_setting(name) AS shown,
                   CASE WHEN $2 ~ '^[0-9]+$' THEN $2::numeric
                        WHEN $2 ~ '^[0-9]+ *(B|kB|MB|GB|TB)$' AND unit ~ 'B$'
                            THEN pg_size_bytes($2)::numeric
                                / pg_size_bytes(CASE WHEN unit ~ '^[0-9]' THEN unit ELSE '1' || unit END) END AS wanted
            FROM pg_settings WHERE name = $1
            """;

    /** What goes before a value in a configuration file, at least in sessions of the stress role. */
    private static final List<String> BEFORE_FILES =
            List.of("command line", "environment variable", "client", "session", "user", "database", "database user");

    private static final Pattern MEMORY = Pattern.compile(".*B");

    @Override
    public List<Privilege> needs() {
        return SystemSettings.needs(change.name());
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        var found = place.control().rows(STANDING, change.name(), change.value());
        if (found.isEmpty()) {
            throw new StressException(
                    "the server shows no setting " + change.name(),
                    "mend the name, or GRANT pg_read_all_settings TO the stress role if it is one of those that only"
                            + " its members see");
        }
        var standing = found.getFirst();
        var why = UntouchableSettings.why(standing.getString("name"), standing.getString("category"));
        if (why.isPresent()) {
            throw new StressException(
                    change.name() + " is not changed on a live server: " + why.get(), "choose a harmless one");
        }
        if (BEFORE_FILES.contains(standing.getString("source"))) {
            throw new StressException(
                    change.name() + " comes from the " + standing.getString("source")
                            + ", which goes before ALTER SYSTEM",
                    "choose another one, or set it in postgresql.conf");
        }
        if (standing.getBoolean("pending_restart")) {
            throw new StressException(
                    change.name() + " waits for a restart already, so ours could not be told from that",
                    "restart the server, or take back what was changed");
        }
        if (List.of(standing.getString("setting"), standing.getString("shown")).contains(change.value())) {
            throw new StressException(change.name() + " is " + change.value() + " already", "choose another value");
        }
        if (needsRestart(standing) && takesMemory(standing)) {
            throw new StressException(
                    "should the server restart meanwhile, it would take more memory for " + change.name() + " than "
                            + standing.getString("shown") + ", and might not start",
                    "choose a value below that, as a number or with B, kB, MB, GB or TB");
        }
        return List.of(SystemSettings.leftover(place.control(), standing.getString("name"), Leftover.On.PRIMARY));
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var name = change.name();
        var before = SystemSettings.running(place.control(), name);
        SystemSettings.set(place.control(), name, change.value());
        // Asked from a new session: some settings are taken up only by those.
        var after = place.session()
                .rows("SELECT current_setting(name) AS shown, pending_restart FROM pg_settings WHERE name = $1", name)
                .getFirst();
        if (after.getBoolean("pending_restart")) {
            return new Effect.Measured(List.of(new Effect.Figure(
                    "setting waits for a restart: %s stays %s until then, and would be %s"
                            .formatted(name, before, change.value()),
                    1)));
        }
        if (after.getString("shown").equals(before)) {
            throw new StressException(
                    name + " is " + before + " as before, though ALTER SYSTEM took " + change.value());
        }
        return new Effect.Measured(List.of(new Effect.Figure(
                "setting changed: %s from %s to %s".formatted(name, before, after.getString("shown")), 1)));
    }

    private static boolean needsRestart(Row standing) {
        return standing.getString("context").equals("postmaster");
    }

    /** A size in memory that is larger than now, or that cannot be compared. */
    private static boolean takesMemory(Row standing) {
        var unit = standing.getString("unit");
        if (unit == null || !MEMORY.matcher(unit).matches()) {
            return false;
        }
        var wanted = standing.getBigDecimal("wanted");
        return wanted == null || wanted.compareTo(new java.math.BigDecimal(standing.getString("setting"))) > 0;
    }
}
