package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Prometheus Operator's objects hold the rules of alerts/, in which promtool tests them. */
final class PrometheusRulesTest {
    private static final Path COMPONENT = Path.of("deploy/components/prometheus-operator");

    @ParameterizedTest
    @CsvSource({"alerts, db, postgresql", "alerts/tocsin, tocsin, tocsin"})
    void areThoseOfTheFolder(Path folder, String namespace, String name) throws IOException {
        var committed = COMPONENT.resolve(name + "-rules.yaml");
        var object = object(folder, namespace, name);
        if (System.getProperty("approve") != null) {
            Files.writeString(committed, object);
        }
        assertThat(committed)
                .as("mvn test -Dtest=PrometheusRulesTest -Dapprove writes it anew")
                .hasContent(object);
    }

    private static String object(Path folder, String namespace, String name) throws IOException {
        try (var folders = Files.list(folder)) {
            var groups = folders.map(one -> one.resolve("rule.yaml"))
                    .filter(Files::exists)
                    .sorted()
                    .map(PrometheusRulesTest::groups)
                    .collect(Collectors.joining());
            return """
                    # Made from %s/*/rule.yaml, and tested to be the same; change it there.
                    apiVersion: monitoring.coreos.com/v1
                    kind: PrometheusRule
                    metadata:
                      name: %s
                      namespace: %s
                    spec:
                      groups:
                    """.formatted(folder, name, namespace) + groups;
        }
    }

    private static String groups(Path rule) {
        try {
            var text = Files.readString(rule);
            return text.substring(text.indexOf("groups:\n") + "groups:\n".length())
                    .stripTrailing()
                    .indent(2);
        } catch (IOException e) {
            throw new IllegalStateException(rule + " cannot be read", e);
        }
    }
}
