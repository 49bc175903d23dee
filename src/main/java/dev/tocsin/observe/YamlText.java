package dev.tocsin.observe;

import dev.tocsin.domain.scenario.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A place in a YAML file whose every scalar is taken as it is written: what 17:00 or 1:3 or yes means, the key decides.
 *
 * @param path how to get there, for people
 */
record YamlText(Node node, String path) {
    private static final int MAX_CODE_POINTS = 10_000_000;
    private static final Set<String> NOTHING = Set.of("", "~", "null");
    private static final Set<String> TRUE = Set.of("true", "yes", "on");
    private static final Set<String> FALSE = Set.of("false", "no", "off");

    static YamlText parse(String yaml) {
        try {
            var settings =
                    LoadSettings.builder().setCodePointLimit(MAX_CODE_POINTS).build();
            return new Compose(settings)
                    .composeString(yaml)
                    .map(root -> new YamlText(root, ""))
                    .orElseThrow(() -> new IllegalArgumentException("the configuration is empty"));
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("the configuration is not YAML: " + e.getMessage(), e);
        }
    }

    /** What a key has, unless it is missing or has nothing. */
    Optional<YamlText> at(String key) {
        return entries()
                .filter(entry -> entry.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key))
                .map(entry -> new YamlText(entry.getValueNode(), path.isEmpty() ? key : path + "." + key))
                .filter(found -> !found.isNothing())
                .findFirst();
    }

    Optional<String> text(String key) {
        return at(key).map(YamlText::scalar).filter(text -> !text.isEmpty());
    }

    /** A text that means something; the meaning says what is wrong with it, and this says where. */
    <T> Optional<T> text(String key, Function<String, T> meaning) {
        return at(key).map(found -> found.read(meaning));
    }

    Optional<Duration> duration(String key) {
        return text(key, Durations::parse);
    }

    boolean bool(String key, boolean otherwise) {
        return text(key, text -> {
                    if (!TRUE.contains(text) && !FALSE.contains(text)) {
                        throw new IllegalArgumentException("\"" + text + "\" is neither true nor false");
                    }
                    return TRUE.contains(text);
                })
                .orElse(otherwise);
    }

    int number(String key, int otherwise) {
        return text(key, text -> {
                    try {
                        return Integer.parseInt(text);
                    } catch (NumberFormatException e) {
                        throw new IllegalArgumentException("\"" + text + "\" is no number", e);
                    }
                })
                .orElse(otherwise);
    }

    Stream<YamlText> list(String key) {
        return at(key).stream().flatMap(YamlText::elements);
    }

    List<String> texts(String key) {
        return texts(key, Function.identity());
    }

    <T> List<T> texts(String key, Function<String, T> meaning) {
        return list(key).map(element -> element.read(meaning)).toList();
    }

    <T> List<T> map(String key, BiFunction<String, String, T> meaning) {
        var all = new ArrayList<T>();
        at(key).ifPresent(found -> found.entries().forEach(entry -> {
            var name = new YamlText(entry.getKeyNode(), found.path).scalar();
            var value = new YamlText(entry.getValueNode(), found.path + "." + name);
            all.add(value.read(text -> meaning.apply(name, text)));
        }));
        return all;
    }

    IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(path.isEmpty() ? what : path + ": " + what);
    }

    private <T> T read(Function<String, T> meaning) {
        var text = scalar();
        try {
            return meaning.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    private boolean isNothing() {
        return node instanceof ScalarNode scalar && scalar.isPlain() && NOTHING.contains(scalar.getValue());
    }

    private String scalar() {
        if (node instanceof ScalarNode scalar) {
            return isNothing() ? "" : scalar.getValue();
        }
        throw wrong("expected a text here");
    }

    private Stream<YamlText> elements() {
        if (node instanceof SequenceNode sequence) {
            return IntStream.range(0, sequence.getValue().size())
                    .mapToObj(at -> new YamlText(sequence.getValue().get(at), path + "[" + at + "]"));
        }
        throw wrong("expected a list here");
    }

    private Stream<NodeTuple> entries() {
        if (node instanceof MappingNode mapping) {
            return mapping.getValue().stream();
        }
        throw wrong("expected keys with values here");
    }
}
