package dev.tocsin.stress;

/**
 * A right that a stimulus cannot do without.
 *
 * @param what in words, for the refusal
 * @param test SQL that is one true when the stress role has it
 * @param grant the statement that gives it, {@code ROLE} standing for the stress role
 */
record Privilege(String what, String test, String grant) {
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
                "GRANT ALTER SYSTEM ON PARAMETER " + setting + " TO ROLE");
    }

    /** The right to connect to a database; one that is not there is found out later. */
    static Privilege connect(String database) {
        return new Privilege(
                "CONNECT on database " + database,
                "SELECT coalesce((SELECT has_database_privilege(oid, 'connect') FROM pg_database WHERE datname = "
                        + Sql.literal(database) + "), true)",
                "GRANT CONNECT ON DATABASE " + Sql.quoted(database) + " TO ROLE");
    }

    /** The right to make schemas in the target's database. */
    static Privilege createSchema() {
        return new Privilege(
                "CREATE on the database",
                "SELECT has_database_privilege(current_database(), 'create')",
                "GRANT CREATE ON DATABASE the_database TO ROLE");
    }

    /** The statement for this role. */
    String grantTo(String role) {
        return grant.replace("ROLE", Sql.quoted(role));
    }
}
