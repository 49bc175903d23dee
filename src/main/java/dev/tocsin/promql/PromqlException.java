package dev.tocsin.promql;

/** A text is no PromQL: where, and what would be. */
public final class PromqlException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    PromqlException(int line, int column, String message) {
        super(line + ":" + column + ": " + message);
        this.line = line;
        this.column = column;
    }

    /** The line of the mistake, counted from 1. */
    public int line() {
        return line;
    }

    /** The character of that line, counted from 1. */
    public int column() {
        return column;
    }
}
