package dev.tocsin.draft.sql;

import java.util.Locale;

/** Names as PostgreSQL compares them. */
final class Names {
    private static final String CATALOG = "pg_catalog.";

    private Names() {}

    /** Without quotes, in lower case, without the catalog's own schema. */
    static String plain(String name) {
        // Asked for every column of every row, so without a regular expression.
        var plain = name.replace("\"", "").toLowerCase(Locale.ROOT);
        return plain.startsWith(CATALOG) ? plain.substring(CATALOG.length()) : plain;
    }
}
