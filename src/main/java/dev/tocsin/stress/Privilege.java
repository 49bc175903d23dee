package dev.tocsin.stress;

import java.util.regex.Matcher;

/**
 * A right that a stimulus cannot do without.
 *
 * @param what in words, for the refusal
 * @param test SQL that is one true when the stress role has it
 * @param grant the statement that gives it, {@code ROLE} standing for the stress role
 * @param since the first version in which anybody but a superuser can have it, as {@code server_version_num}
 */
record Privilege(String what, String test, String grant, int since) {
    private static final int PREDEFINED_CHECKPOINT = 150_000;
    private static final int PARAMETERS = 150_000;
    private static final String SUPERUSER = "SELECT current_setting('is_superuser')::bool";

    /** One that every version knows. */
    Privilege(String what, String test, String grant) {
        this(what, test, grant, 0);
    }

    /** The right to execute a function, as {@code pg_switch_wal()}. */
    static Privilege execute(String function) {
        return new Privilege(
                "EXECUTE on " + function,
                "SELECT has_function_privilege(" + Sql.literal(function) + ", 'execute')",
                "GRANT EXECUTE ON FUNCTION " + function + " TO ROLE");
    }

    /** Membership in a role, as {@code pg_checkpoint}. */
    static Privilege member(String role) {
        return new Privilege(
                "membership in " + role,
                "SELECT pg_has_role(" + Sql.literal(role) + ", 'usage')",
                "GRANT " + role + " TO ROLE");
    }

    /** The right to write a setting with ALTER SYSTEM; only superusers have it before PostgreSQL 15. */
    static Privilege alterSystem(String setting) {
        return new Privilege(
                "ALTER SYSTEM on " + setting,
                "SELECT has_parameter_privilege(" + Sql.literal(setting) + ", 'alter system')",
                "GRANT ALTER SYSTEM ON PARAMETER " + setting + " TO ROLE",
                PARAMETERS);
    }

    /** The right to ask for a checkpoint; only superusers have it before PostgreSQL 15. */
    static Privilege checkpoint() {
        var member = member("pg_checkpoint");
        return new Privilege(member.what(), member.test(), member.grant(), PREDEFINED_CHECKPOINT);
    }

    /** The attribute without which nobody makes or drops a replication slot. */
    static Privilege replication() {
        return new Privilege(
                "the attribute REPLICATION",
                "SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user",
                "ALTER USER ROLE REPLICATION");
    }

    /** The right to make schemas in the target's database. */
    static Privilege createSchema() {
        return new Privilege(
                "CREATE on the database",
                "SELECT has_database_privilege(current_database(), 'create')",
                "GRANT CREATE ON DATABASE the_database TO ROLE");
    }

    /** Whether the role has it, to be asked of a server of that version. */
    String test(int version) {
        return version < since ? SUPERUSER : test;
    }

    /** What gives it to the role of the target, on a server of that version. */
    String mend(PostgresTarget target, int version) {
        return version < since
                ? "only a superuser may before PostgreSQL " + since / 10_000 + "; leave this stimulus out"
                : grant.replace("the_database", Sql.quoted(target.database()))
                        .replaceAll("\\bROLE\\b", Matcher.quoteReplacement(Sql.quoted(target.user())));
    }
}
