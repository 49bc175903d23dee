package dev.tocsin.draft.sql;

import java.util.Locale;

/** Names as PostgreSQL compares them. */
final class Names {
    private Names() {}

    /** Without quotes, in lower case, without the catalog's own schema. */
    static String plain(String name) {
        return name.replace("\"", "").toLowerCase(Locale.ROOT).replaceFirst("^pg_catalog\\.", "");
    }
}
