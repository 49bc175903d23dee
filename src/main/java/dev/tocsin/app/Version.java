package dev.tocsin.app;

import java.util.Objects;

/** Which Tocsin this is, as the jar's manifest says. */
public final class Version {
    private Version() {}

    public static String current() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }
}
