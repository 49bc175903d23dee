package dev.tocsin.journal;

/** Too many facts wait for the disk; whoever sends them should come back later. */
public final class JournalFullException extends Exception {
    private static final long serialVersionUID = 1L;

    public JournalFullException() {
        super("too many facts wait for the disk");
    }
}
