package dev.tocsin.runs;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.json.Json;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * The body of a request for a run.
 *
 * @param mode what the run is to show; a proof when absent
 * @param scenario a loaded scenario's name, or a whole scenario
 */
record RunOrder(
        @JsonProperty(required = true) JsonNode scenario,
        Optional<Map<String, String>> parameters,
        Optional<Mode> mode,
        Optional<String> reason) {

    /** The scenario in a readable body, all else blank, so that a mistake has the line and column that it has there. */
    static String scenarioInPlace(String body) {
        try (var parser = Json.MAPPER.createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var wanted = parser.currentName().equals("scenario");
                parser.nextToken();
                var from = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                if (wanted) {
                    var to = (int) parser.currentLocation().getCharOffset();
                    // A tab may stand between the tokens of JSON and not of YAML.
                    return (body.substring(0, from).replaceAll("[^\n]", " ") + body.substring(from, to))
                            .replace('\t', ' ');
                }
            }
        }
        throw new IllegalArgumentException("there is no scenario in it");
    }
}
