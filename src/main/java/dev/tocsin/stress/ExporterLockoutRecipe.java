package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import java.util.ArrayList;
import java.util.List;

/** Takes LOGIN from the exporter's role and ends its sessions; the server goes on for everybody else. */
record ExporterLockoutRecipe() implements Recipe {
    /** From this version on a role may alter only roles on which it has the ADMIN OPTION. */
    private static final int ADMINS = 160_000;

    private static final String SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE usename = ";

    @Override
    public List<Privilege> needs() {
        return List.of(
                new Privilege(
                        "the attribute CREATEROLE, without which nobody alters another role",
                        "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user",
                        "ALTER USER ROLE CREATEROLE"),
                Privilege.member("pg_signal_backend"));
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        var role = place.around()
                .exporterRole()
                .orElseThrow(() ->
                        new StressException("the target names no role of its exporter", "set exporter: {role} on it"));
        var found = place.control()
                .rows(
                        "SELECT rolsuper, rolcanlogin, rolname = current_user,"
                                + " pg_has_role(oid, 'member with admin option') FROM pg_roles WHERE rolname = $1",
                        role);
        if (found.isEmpty()) {
            throw new StressException("there is no role " + role, "mend exporter.role of the target");
        }
        var standing = found.getFirst();
        if (standing.getBoolean(2)) {
            throw new StressException(
                    "the exporter logs in as " + role + ", as Tocsin itself does, which would lock itself out",
                    "give the exporter a role of its own");
        }
        if (standing.getBoolean(0)) {
            throw new StressException(
                    "the exporter's role " + role + " is a superuser, whom nobody else may lock out",
                    "give the exporter a role with no more than pg_monitor");
        }
        if (!standing.getBoolean(1)) {
            throw new StressException(
                    "the exporter's role " + role + " may not log in as it is", "ALTER ROLE " + role + " LOGIN");
        }
        if (place.limits().version() >= ADMINS && !standing.getBoolean(3)) {
            throw new StressException(
                    "from PostgreSQL 16 on nobody alters a role without its ADMIN OPTION",
                    "GRANT " + Sql.quoted(role) + " TO " + Sql.quoted(place.role()) + " WITH ADMIN OPTION");
        }
        return List.of(new Leftover.Login(role));
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        var role = place.around().exporterRole().orElseThrow();
        place.control().run("ALTER ROLE " + Sql.quoted(role) + " NOLOGIN");
        var ended = place.control()
                .number(
                        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = $1",
                        role);
        place.await(progress, SESSIONS + Sql.literal(role), seen -> seen == 0);
        var figures = new ArrayList<Effect.Figure>();
        figures.add(new Effect.Figure("sessions of " + role + " ended", ended));
        figures.add(new Effect.Figure(
                "role that may not log in",
                place.control().number("SELECT count(*) FROM pg_roles WHERE rolname = $1 AND NOT rolcanlogin", role)));
        return new Effect.Measured(figures);
    }
}
