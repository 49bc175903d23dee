package dev.tocsin.stress;

/** A stimulus could not be applied as written, or could not be shown to be gone. */
public final class StressException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String why;

    public StressException(String why) {
        super(why);
        this.why = why;
    }

    public StressException(String why, Throwable cause) {
        super(why, cause);
        this.why = why;
    }

    /** The reason, for the verdict. */
    public String why() {
        return why;
    }
}
