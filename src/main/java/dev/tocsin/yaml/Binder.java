package dev.tocsin.yaml;

import dev.tocsin.domain.scenario.Described;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads YAML (and so JSON) into records and finds every mistake in one pass, each with line and column.
 *
 * <p>An unknown key is a mistake: in a file that drives a test, a key that is silently ignored is the worst failure.
 */
public final class Binder {
    private static final int MAX_CODE_POINTS = 1_000_000;

    private final Vocabulary vocabulary;
    private final List<Mistake> mistakes = new ArrayList<>();
    private final Map<Object, Place> places = new IdentityHashMap<>();
    private UnaryOperator<String> substitution = UnaryOperator.identity();

    private record Place(Node node, String path) {}

    public Binder(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** Parses the text; empty when it is no YAML, which is then the one mistake. */
    public Optional<Node> parse(String text) {
        var settings = LoadSettings.builder()
                .setCodePointLimit(MAX_CODE_POINTS)
                .setUseMarks(true)
                .build();
        try {
            var root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                mistakes.add(new Mistake(1, 1, "", "the file is empty"));
            }
            return root;
        } catch (MarkedYamlEngineException e) {
            var mark = e.getProblemMark();
            mistakes.add(new Mistake(
                    mark.map(Mark::getLine).orElse(0) + 1,
                    mark.map(Mark::getColumn).orElse(0) + 1,
                    "",
                    "not YAML: " + e.getProblem()));
            return Optional.empty();
        } catch (YamlEngineException e) {
            mistakes.add(new Mistake(1, 1, "", "not YAML: " + e.getMessage()));
            return Optional.empty();
        }
    }

    /** What every scalar goes through before it is read; throws {@link IllegalArgumentException}. */
    public void substitute(UnaryOperator<String> substitution) {
        this.substitution = substitution;
    }

    /**
     * Reads a node as a record. A value that is missing or cannot be read is a mistake; something stands in for it, so
     * that the rest is still looked at. Only without {@link #mistakes()} may the record be used.
     */
    public <T extends Record> Optional<T> bind(Node node, Class<T> type) {
        return value(node, type, "").map(type::cast);
    }

    /** Adds a mistake found later in a record that this binder made. */
    public void mistake(Object bound, String message) {
        mistake(bound, "", message);
    }

    /** Adds a mistake found later at a key of a record that this binder made. */
    public void mistake(Object bound, String key, String message) {
        var place = places.get(bound);
        if (place == null) {
            mistakes.add(new Mistake(1, 1, key, message));
            return;
        }
        var path = key.isEmpty() ? place.path() : join(place.path(), key);
        if (!clean(path)) {
            return; // most likely only a consequence
        }
        add(
                place.node() instanceof MappingNode mapping
                        ? entry(mapping, key).orElse(mapping)
                        : place.node(),
                path,
                message);
    }

    /** Whether nothing is wrong at a key of the file or inside of it. */
    public boolean clean(String path) {
        return mistakes.stream().noneMatch(mistake -> mistake.path().startsWith(path));
    }

    public List<Mistake> mistakes() {
        return mistakes.stream()
                .distinct()
                .sorted((a, b) -> a.line() != b.line()
                        ? Integer.compare(a.line(), b.line())
                        : Integer.compare(a.column(), b.column()))
                .toList();
    }

    private Optional<?> value(Node node, Type type, String path) {
        if (type instanceof ParameterizedType generic) {
            var raw = (Class<?>) generic.getRawType();
            var argument = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (raw == List.class) {
                return list(node, argument, path);
            }
            if (raw == Map.class) {
                return map(node, argument, path);
            }
            throw new IllegalStateException("no rule for " + type + " at " + path);
        }
        var plain = (Class<?>) type;
        if (plain.isRecord()
                && vocabulary.word(plain).isEmpty()
                && !(node instanceof ScalarNode && vocabulary.shortForm(plain).isPresent())) {
            return record(node, plain, path);
        }
        if (node instanceof SequenceNode sequence && vocabulary.sequence(plain).isPresent()) {
            return list(sequence, String.class, path)
                    .flatMap(texts -> read(
                            sequence,
                            path,
                            () -> vocabulary
                                    .sequence(plain)
                                    .orElseThrow()
                                    .apply(texts.stream()
                                            .map(String.class::cast)
                                            .toList())));
        }
        return scalar(node, plain, path);
    }

    private Optional<?> scalar(Node node, Class<?> type, String path) {
        if (!(node instanceof ScalarNode scalar)) {
            add(node, path, "expected one value here, not " + kind(node));
            return Optional.empty();
        }
        if (scalar.getTag().equals(Tag.NULL)) {
            add(node, path, "is empty");
            return Optional.empty();
        }
        return read(node, path, () -> {
                    var text = substitution.apply(scalar.getValue());
                    return type.isEnum() && vocabulary.word(type).isEmpty()
                            ? constant(type, text)
                            : vocabulary
                                    .word(type)
                                    .or(() -> vocabulary.shortForm(type))
                                    .orElseThrow(() -> new IllegalStateException("no rule for " + type + " at " + path))
                                    .read()
                                    .apply(text);
                })
                .map(value -> placed(value, node, path));
    }

    private Optional<List<?>> list(Node node, Type element, String path) {
        if (!(node instanceof SequenceNode sequence)) {
            add(node, path, "expected a list here, not " + kind(node));
            return Optional.empty();
        }
        var values = new ArrayList<Object>();
        for (var item : sequence.getValue()) {
            value(item, element, path + "[" + sequence.getValue().indexOf(item) + "]")
                    .ifPresent(values::add);
        }
        return Optional.of(values);
    }

    private Optional<Map<String, ?>> map(Node node, Type element, String path) {
        return entries(node, path).flatMap(entries -> {
            var values = new LinkedHashMap<String, Object>();
            entries.forEach(
                    (key, child) -> value(child, element, join(path, key)).ifPresent(value -> values.put(key, value)));
            return Optional.of(values);
        });
    }

    private Optional<?> record(Node node, Class<?> type, String path) {
        var found = entries(node, path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var entries = found.get();
        var components = type.getRecordComponents();
        var known = Arrays.stream(components).map(RecordComponent::getName).toList();
        entries.forEach((key, child) -> {
            if (!known.contains(key)) {
                add(
                        keyNode((MappingNode) node, key),
                        join(path, key),
                        "unknown key; known here: " + String.join(", ", known));
            }
        });
        var arguments = new Object[components.length];
        var complete = true;
        for (var i = 0; i < components.length; i++) {
            var argument = component(node, entries, components[i], path);
            complete &= argument.isPresent();
            arguments[i] = argument.isPresent() ? argument.get() : "";
        }
        return complete
                ? read(node, path, () -> Records.construct(type, arguments)).map(made -> placed(made, node, path))
                : Optional.empty();
    }

    /** The argument for one component; an absent optional one is an empty Optional, List or Map inside the result. */
    private Optional<Object> component(Node node, Map<String, Node> entries, RecordComponent component, String path) {
        var name = component.getName();
        var child = entries.get(name);
        var optional = component.getType() == Optional.class;
        var type = optional
                ? ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0]
                : component.getGenericType();
        if (child != null) {
            var value = value(child, type, join(path, name));
            if (value.isPresent()) {
                return Optional.of(optional ? value : value.get());
            }
        }
        var described = component.getAnnotation(Described.class);
        if (described != null && !described.ifAbsent().isEmpty()) {
            return Optional.of(defaultOf((Class<?>) type, described.ifAbsent()));
        }
        if (optional) {
            return Optional.of(Optional.empty());
        }
        if (component.getType() == List.class) {
            return Optional.of(List.of());
        }
        if (component.getType() == Map.class) {
            return Optional.of(Map.of());
        }
        if (child == null) {
            add(node, join(path, name), "the key " + name + " is missing");
        }
        return new StandIns(vocabulary).of(type);
    }

    private Object defaultOf(Class<?> type, String text) {
        return type.isEnum()
                ? constant(type, text)
                : vocabulary
                        .word(type)
                        .or(() -> vocabulary.shortForm(type))
                        .orElseThrow()
                        .read()
                        .apply(text);
    }

    private Optional<Map<String, Node>> entries(Node node, String path) {
        if (!(node instanceof MappingNode mapping)) {
            add(node, path, "expected keys and values here, not " + kind(node));
            return Optional.empty();
        }
        var entries = new LinkedHashMap<String, Node>();
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                add(tuple.getKeyNode(), path, "a key must be plain text");
            } else if (entries.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
                add(key, join(path, key.getValue()), "this key stands here twice");
            }
        }
        return Optional.of(entries);
    }

    private <T> Optional<T> read(Node node, String path, java.util.function.Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (IllegalArgumentException e) {
            add(node, path, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private <T> T placed(T value, Node node, String path) {
        if (value instanceof Record) {
            places.put(value, new Place(node, path));
        }
        return value;
    }

    private void add(Node node, String path, String message) {
        var mark = node.getStartMark();
        mistakes.add(new Mistake(
                mark.map(Mark::getLine).orElse(0) + 1, mark.map(Mark::getColumn).orElse(0) + 1, path, message));
    }

    private static Optional<Node> entry(MappingNode mapping, String key) {
        return mapping.getValue().stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key))
                .map(tuple -> tuple.getValueNode())
                .findFirst();
    }

    private static Node keyNode(MappingNode mapping, String key) {
        return mapping.getValue().stream()
                .map(tuple -> tuple.getKeyNode())
                .filter(node ->
                        node instanceof ScalarNode name && name.getValue().equals(key))
                .findFirst()
                .orElse(mapping);
    }

    private static Object constant(Class<?> type, String text) {
        var constants = new HashMap<String, Object>();
        for (var constant : type.getEnumConstants()) {
            constants.put(constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
        }
        var found = constants.get(text);
        if (found == null) {
            throw new IllegalArgumentException("\"" + text + "\" is none of "
                    + constants.keySet().stream().sorted().collect(Collectors.joining(", ")));
        }
        return found;
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String kind(Node node) {
        return switch (node) {
            case MappingNode _ -> "keys and values";
            case SequenceNode _ -> "a list";
            default -> "a plain value";
        };
    }
}
