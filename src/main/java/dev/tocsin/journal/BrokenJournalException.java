package dev.tocsin.journal;

/** A journal, or a piece of one, that is not what was written. */
public final class BrokenJournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokenJournalException(String message) {
        super(message);
    }
}
