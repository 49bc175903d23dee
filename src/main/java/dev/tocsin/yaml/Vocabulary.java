package dev.tocsin.yaml;

import dev.tocsin.domain.scenario.Durations;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The words a kind of file knows: how a scalar is read, and which objects have a short form. */
public final class Vocabulary {
    /**
     * How text becomes a value; throws {@link IllegalArgumentException}.
     *
     * @param standIn a text that can be read, for looking on when the real one is missing or wrong
     */
    record Word(Function<String, ?> read, Map<String, ?> schema, String standIn) {}

    private final Map<Class<?>, Word> words = new HashMap<>();
    private final Map<Class<?>, Word> shortForms = new HashMap<>();
    private final Map<Class<?>, Function<List<String>, ?>> sequences = new HashMap<>();

    public Vocabulary() {
        word(String.class, text -> text, Map.of("type", "string"), "");
        word(Boolean.class, Vocabulary::yesOrNo, Map.of("type", "boolean"), "false");
        word(boolean.class, Vocabulary::yesOrNo, Map.of("type", "boolean"), "false");
        word(Integer.class, Vocabulary::number, Map.of("type", "integer"), "0");
        word(int.class, Vocabulary::number, Map.of("type", "integer"), "0");
        word(Path.class, Path::of, Map.of("type", "string"), "");
        word(URI.class, URI::create, Map.of("type", "string", "format", "uri"), "");
        word(Duration.class, Durations::parse, Map.of("type", "string", "pattern", Durations.PATTERN), "0s");
    }

    /** A type written as one scalar; the stand-in is a text that can always be read. */
    public <T> Vocabulary word(
            Class<T> type, Function<String, ? extends T> read, Map<String, ?> schema, String standIn) {
        words.put(type, new Word(read, schema, standIn));
        return this;
    }

    /** A record that may also be written as one scalar. */
    public <T extends Record> Vocabulary shortForm(Class<T> type, Function<String, T> read, Map<String, ?> schema) {
        shortForms.put(type, new Word(read, schema, ""));
        return this;
    }

    /** A scalar type that may also be written as a list of scalars. */
    public <T> Vocabulary sequence(Class<T> type, Function<List<String>, T> read) {
        sequences.put(type, read);
        return this;
    }

    Optional<Word> word(Class<?> type) {
        return Optional.ofNullable(words.get(type));
    }

    Optional<Word> shortForm(Class<?> type) {
        return Optional.ofNullable(shortForms.get(type));
    }

    Optional<Function<List<String>, ?>> sequence(Class<?> type) {
        return Optional.ofNullable(sequences.get(type));
    }

    private static Boolean yesOrNo(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("\"" + text + "\" is neither true nor false");
        };
    }

    private static Integer number(String text) {
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a whole number", e);
        }
    }
}
