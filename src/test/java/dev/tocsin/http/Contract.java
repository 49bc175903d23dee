package dev.tocsin.http;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tocsin.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The OpenAPI document as it ships. */
final class Contract {
    private static final String ID = "https://tocsin.dev/openapi.json";

    /** A path and a method that the document names. */
    record Operation(String path, String method) {}

    private final JsonNode document = read();
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, registry -> registry.schemas(Map.of(ID, document.toString())));

    JsonNode document() {
        return document;
    }

    Stream<Operation> operations() {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(List.of("get", "post", "put", "patch", "delete", "head")::contains)
                        .map(method -> new Operation(path.getKey(), method)));
    }

    /** What is wrong with a body according to one of the document's schemas. */
    List<String> mistakes(String schema, JsonNode body) {
        return mistakesAt("#/components/schemas/" + schema, body);
    }

    /** What is wrong with an answer according to what the document says of its operation, status and media type. */
    List<String> mistakes(Operation operation, int status, String mediaType, JsonNode body) {
        var responses = "/paths/" + escaped(operation.path()) + "/" + operation.method() + "/responses/" + status;
        var response = document.at(responses);
        if (response.has("$ref")) {
            responses = response.path("$ref").asString().substring(1);
            response = document.at(responses);
        }
        if (!response.path("content").has(mediaType)) {
            return List.of(operation + " may not answer " + status + " with " + mediaType);
        }
        return mistakesAt("#" + responses + "/content/" + escaped(mediaType) + "/schema", body);
    }

    private List<String> mistakesAt(String pointer, JsonNode body) {
        return schema(pointer).validate(body).stream().map(Object::toString).toList();
    }

    private Schema schema(String pointer) {
        return schemas.getSchema(SchemaLocation.of(ID + pointer));
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    private static JsonNode read() {
        try (var in = Contract.class.getResourceAsStream("/openapi.yaml")) {
            // Through text, so that the numbers and words are what JSON would have.
            return Json.MAPPER.readTree(new YAMLMapper().readTree(in).toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
