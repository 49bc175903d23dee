package dev.tocsin.yaml;

import dev.tocsin.domain.scenario.Described;
import dev.tocsin.json.Json;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes a JSON Schema (2020-12) from the very records that {@link Binder} reads, so the two cannot differ. */
public final class JsonSchema {
    /** A value may always be taken from a parameter. */
    private static final String PARAMETER = "^.*\\$\\{[A-Za-z][A-Za-z0-9_-]*\\}.*$";

    private final Vocabulary vocabulary;

    public JsonSchema(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** The schema of a file whose top is the given record. */
    public ObjectNode of(Class<? extends Record> type, String id, String title) {
        var schema = Json.MAPPER.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", id);
        schema.put("title", title);
        schema.setAll(record(type));
        return schema;
    }

    private ObjectNode schema(Type type) {
        if (type instanceof ParameterizedType generic) {
            var raw = (Class<?>) generic.getRawType();
            var arguments = generic.getActualTypeArguments();
            var inner = schema(arguments[arguments.length - 1]);
            if (raw == Optional.class) {
                return inner;
            }
            var outer = Json.MAPPER.createObjectNode();
            outer.put("type", raw == List.class ? "array" : "object");
            outer.set(raw == List.class ? "items" : "additionalProperties", inner);
            return outer;
        }
        var plain = (Class<?>) type;
        if (plain.isRecord() && vocabulary.word(plain).isEmpty()) {
            return vocabulary
                    .shortForm(plain)
                    .map(word -> either(node(word.schema()), record(plain)))
                    .orElseGet(() -> record(plain));
        }
        if (plain.isEnum() && vocabulary.word(plain).isEmpty()) {
            var schema = Json.MAPPER.createObjectNode();
            var values = schema.putArray("enum");
            Arrays.stream(plain.getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                    .forEach(values::add);
            return schema;
        }
        var scalar = node(vocabulary.word(plain).orElseThrow().schema());
        var withParameter =
                scalar.has("pattern") || !scalar.path("type").asString("").equals("string")
                        ? either(scalar, parameter())
                        : scalar;
        return vocabulary.sequence(plain).isPresent() ? either(withParameter, listOf(scalar)) : withParameter;
    }

    private ObjectNode record(Class<?> type) {
        var schema = Json.MAPPER.createObjectNode();
        Optional.ofNullable(type.getAnnotation(Described.class))
                .ifPresent(described -> schema.put("description", described.value()));
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        var properties = schema.putObject("properties");
        var required = Json.MAPPER.createArrayNode();
        for (var component : type.getRecordComponents()) {
            properties.set(component.getName(), described(component));
            if (isRequired(component)) {
                required.add(component.getName());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    private ObjectNode described(RecordComponent component) {
        var schema = schema(component.getGenericType());
        var described = component.getAnnotation(Described.class);
        if (described != null) {
            schema.put("description", described.value());
            if (!described.ifAbsent().isEmpty()) {
                schema.put("default", described.ifAbsent());
            }
            if (!described.example().isEmpty()) {
                schema.putArray("examples").add(described.example());
            }
        }
        return schema;
    }

    private static boolean isRequired(RecordComponent component) {
        var described = component.getAnnotation(Described.class);
        var hasDefault = described != null && !described.ifAbsent().isEmpty();
        return !hasDefault
                && component.getType() != Optional.class
                && component.getType() != List.class
                && component.getType() != Map.class;
    }

    private static ObjectNode parameter() {
        return Json.MAPPER.createObjectNode().put("type", "string").put("pattern", PARAMETER);
    }

    private static ObjectNode either(ObjectNode one, ObjectNode other) {
        var schema = Json.MAPPER.createObjectNode();
        ArrayNode options = schema.putArray("anyOf");
        options.add(one);
        options.add(other);
        return schema;
    }

    private static ObjectNode listOf(ObjectNode item) {
        var schema = Json.MAPPER.createObjectNode().put("type", "array");
        schema.set("items", item.deepCopy());
        return schema.put("minItems", 1);
    }

    private static ObjectNode node(Map<String, ?> schema) {
        var node = Json.MAPPER.createObjectNode();
        schema.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> node.set(entry.getKey(), Json.MAPPER.valueToTree(entry.getValue())));
        return node;
    }
}
