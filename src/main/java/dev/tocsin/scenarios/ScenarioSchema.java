package dev.tocsin.scenarios;

import dev.tocsin.json.Json;
import dev.tocsin.yaml.JsonSchema;
import tools.jackson.databind.SerializationFeature;

/** The JSON Schema of a scenario, made from the records that read it. */
public final class ScenarioSchema {
    private static final String ID = "https://tocsin.dev/schemas/scenario.json";

    private ScenarioSchema() {}

    /** The schema as it is committed, served and printed. */
    public static String print() {
        var schema =
                new JsonSchema(ScenarioReader.vocabulary()).of(ScenarioFile.class, ID, "Tocsin scenario, v1alpha1");
        return Json.MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(schema) + "\n";
    }
}
