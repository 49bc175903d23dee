package dev.tocsin.runs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The body of a request for a run.
 *
 * @param scenario a loaded scenario's name, or a whole scenario
 */
record RunOrder(
        @JsonProperty(required = true) JsonNode scenario,
        Optional<Map<String, String>> parameters,
        Optional<String> reason) {}
