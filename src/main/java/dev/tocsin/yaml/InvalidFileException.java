package dev.tocsin.yaml;

import java.util.List;
import java.util.stream.Collectors;

/** A file that cannot be used, with every mistake in it. */
public final class InvalidFileException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<Mistake> mistakes;

    public InvalidFileException(String file, List<Mistake> mistakes) {
        super(mistakes.stream().map(mistake -> file + ":" + mistake).collect(Collectors.joining("\n")));
        this.mistakes = List.copyOf(mistakes);
    }

    public List<Mistake> mistakes() {
        return mistakes;
    }
}
