package dev.tocsin.draft.model;

/**
 * Where in the course of a stimulus a moment is, in seconds since its start.
 *
 * @param release when it is taken back
 */
public record Course(double at, double release) {
    /** Before anything was done. */
    public static Course atRest(double at) {
        return new Course(at, Double.POSITIVE_INFINITY);
    }

    boolean active() {
        return at >= 0 && at < release;
    }

    boolean released() {
        return at >= release;
    }

    /** For how long it has worked. */
    double elapsed() {
        return Math.max(0, Math.min(at, release));
    }

    double sinceRelease() {
        return Math.max(0, at - release);
    }
}
