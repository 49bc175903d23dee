package dev.tocsin.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names the versions of Prometheus, Alertmanager, postgres_exporter and PostgreSQL that run together. */
public enum Stack {
    /** What is on the PATH, and for what is not, the packages of this machine's own release. */
    SYSTEM(Optional.empty()),
    DEBIAN_12(Optional.of(new Release("bookworm", 15, false))),
    DEBIAN_13(Optional.of(new Release("trixie", 17, false))),
    NEWEST(Optional.of(new Release("sid", EmbeddedPostgres.NEWEST, true)));

    /** Which stack tests run on that do not name one. */
    static final String PROPERTY = "tocsin.stack";

    /**
     * Where a stack's programs come from.
     *
     * @param codename of the Debian release that has the packages
     * @param postgres the major version of PostgreSQL, which comes with the build
     * @param moving whether its packages are replaced by newer ones as time goes by
     */
    record Release(String codename, int postgres, boolean moving) {}

    private final Optional<Release> release;

    Stack(Optional<Release> release) {
        this.release = release;
    }

    Optional<Release> release() {
        return release;
    }

    /** The one that the system property {@code tocsin.stack} names, else this machine's. */
    static Stack chosen() {
        return of(System.getProperty(PROPERTY, SYSTEM.toString()));
    }

    static Stack of(String name) {
        return Arrays.stream(values())
                .filter(stack -> stack.toString().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("there is no stack " + name + "; there are " + List.of(values())));
    }

    /** As people write it, on the command line too. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
