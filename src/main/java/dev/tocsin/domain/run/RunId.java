package dev.tocsin.domain.run;

import java.util.UUID;

/** Identifies one execution of a scenario; a UUIDv7, so ids sort by time. */
public record RunId(UUID value) {
    /** Throws {@link IllegalArgumentException} for what is no UUID. */
    public static RunId parse(String text) {
        return new RunId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
