package dev.tocsin.stress;

import java.util.Optional;

/** A stimulus could not be applied as written, or could not be shown to be gone. */
public sealed class StressException extends Exception permits RefusedException {
    private static final long serialVersionUID = 1L;
    private final String why;
    private final Optional<String> mend;

    public StressException(String why) {
        super(why);
        this.why = why;
        mend = Optional.empty();
    }

    public StressException(String why, Throwable cause) {
        super(why, cause);
        this.why = why;
        mend = Optional.empty();
    }

    /**
     * The target cannot take a stimulus as it stands.
     *
     * @param mend what to do about that
     */
    public StressException(String why, String mend) {
        super(why + "; " + mend);
        this.why = why + "; " + mend;
        this.mend = Optional.of(mend);
    }

    /** What to do about it, where that is known. */
    public Optional<String> mend() {
        return mend;
    }

    /** The reason, for the verdict. */
    public String why() {
        return why;
    }
}
