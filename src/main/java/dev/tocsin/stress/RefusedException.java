package dev.tocsin.stress;

/** Who may say no to a stimulus said no: it was not applied, and nothing broke. */
public final class RefusedException extends StressException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String why, String mend) {
        super(why, mend);
    }
}
