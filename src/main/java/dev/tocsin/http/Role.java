package dev.tocsin.http;

import java.util.Locale;

/** What somebody may do with the API; whoever has a later one may do what the earlier ones may. */
public enum Role {
    VIEWER,
    OPERATOR;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
