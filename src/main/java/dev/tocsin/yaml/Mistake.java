package dev.tocsin.yaml;

/**
 * One thing wrong with a file a user wrote.
 *
 * @param line counted from 1
 * @param column counted from 1
 * @param path keys from the top, {@code spec.stress[0].at}; empty for the whole file
 */
public record Mistake(int line, int column, String path, String message) {
    @Override
    public String toString() {
        return line + ":" + column + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
