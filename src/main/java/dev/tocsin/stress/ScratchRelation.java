package dev.tocsin.stress;

import java.util.regex.Pattern;

/** A relation that the owner of the server made for stimuli, in a schema whose name says so. */
record ScratchRelation(String schema, String name) {
    private static final Pattern OURS = Pattern.compile("(tocsin[a-z0-9_]*)\\.([a-z_][a-z0-9_]*)");

    /** Refuses what is not in such a schema, or is not there. */
    static ScratchRelation of(Sql control, String written) throws StressException {
        var parts = OURS.matcher(written);
        if (!parts.matches()) {
            throw new StressException(
                    "relation " + written + " is not touched",
                    "name one in a schema whose name begins with tocsin, as tocsin.canary, in small letters");
        }
        var relation = new ScratchRelation(parts.group(1), parts.group(2));
        if (!relation.isThere(control)) {
            throw new StressException(
                    "there is no relation " + written + " in this database", "make it, and let the exporter read it");
        }
        return relation;
    }

    ScratchRelation called(String other) {
        return new ScratchRelation(schema, other);
    }

    boolean isThere(Sql control) throws StressException {
        return control.truth("SELECT to_regclass(" + Sql.literal(quoted()) + ") IS NOT NULL");
    }

    String quoted() {
        return Sql.quoted(schema) + "." + Sql.quoted(name);
    }

    /** It must be ours to alter, which only its owner may. */
    void requireOwner(Sql control, String role) throws StressException {
        if (!control.truth("SELECT pg_has_role(relowner, 'usage') FROM pg_class WHERE oid = to_regclass("
                + Sql.literal(quoted()) + ")")) {
            throw new StressException(
                    this + " belongs to somebody else", "ALTER TABLE " + quoted() + " OWNER TO " + Sql.quoted(role));
        }
    }

    /** Gives it another name; waits no longer than that for whoever reads it, because others queue up behind. */
    void rename(Sql control, String to) throws StressException {
        control.run("SET LOCAL lock_timeout = '5s'; ALTER TABLE " + quoted() + " RENAME TO " + Sql.quoted(to));
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
