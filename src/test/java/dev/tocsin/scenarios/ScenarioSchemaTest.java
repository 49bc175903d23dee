package dev.tocsin.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ScenarioSchemaTest {
    private static final Path COMMITTED = Path.of("src/main/resources/schemas/scenario.json");
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ScenarioSchema.print());

    @Test
    void isCommittedAsItIsPrinted() throws IOException {
        if (System.getProperty("approve") != null) {
            Files.createDirectories(COMMITTED.getParent());
            Files.writeString(COMMITTED, ScenarioSchema.print());
        }
        assertThat(COMMITTED)
                .as("mvn test -Dtest=ScenarioSchemaTest -Dapprove writes it anew")
                .hasContent(ScenarioSchema.print());
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void acceptsEveryScenarioThatShips(Path scenario) throws IOException {
        assertThat(mistakes(Files.readString(scenario))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void rejectsAMisspeltKey(Path scenario) throws IOException {
        var misspelt = Files.readString(scenario).replace("  expect:", "  expct:");

        assertThat(mistakes(misspelt)).anyMatch(mistake -> mistake.contains("expct"));
    }

    @Test
    void rejectsAMisspeltKeyDeepInside() {
        assertThat(mistakes(minimal("connectionFlood: { fill: 96%, rmap: 3s }")))
                .anyMatch(mistake -> mistake.contains("rmap"));
    }

    @Test
    void rejectsWhatIsNoDuration() {
        assertThat(mistakes(minimal("connectionFlood: { fill: 96%, ramp: soon }")))
                .isNotEmpty();
    }

    @Test
    void leavesAnyValueToAParameter() {
        assertThat(mistakes(minimal("connectionFlood: { fill: \"${fill}\", ramp: \"${ramp}\" }")))
                .isEmpty();
    }

    private static String minimal(String stimulus) {
        return """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: minimal }
                spec:
                  stress: [ { %s } ]
                  expect: { alerts: [SomeAlert] }
                """.formatted(stimulus);
    }

    private static List<String> mistakes(String scenario) {
        return SCHEMA.validate(scenario, InputFormat.YAML).stream()
                .map(Object::toString)
                .toList();
    }

    private static Stream<Path> shipped() throws IOException {
        return new ScenarioCatalog(List.of(Path.of("alerts"))).files().stream();
    }
}
