package dev.tocsin.docs;

import static dev.tocsin.docs.Markdown.matches;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.app.Config;
import dev.tocsin.cli.ExitCode;
import dev.tocsin.domain.alert.Alert;
import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Notification;
import dev.tocsin.domain.coverage.RuleCoverage;
import dev.tocsin.domain.run.Conclusion;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.verdict.Check;
import dev.tocsin.domain.verdict.Verdict;
import dev.tocsin.scenarios.ScenarioSchema;
import dev.tocsin.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What the pages list is what the program has. */
final class ReferenceDocsTest {
    private static final Path MAIN = Path.of("src/main/java/dev/tocsin");
    private static final Path LAB = Path.of("src/lab/java/dev/tocsin/lab");

    @Test
    void thePackageTableIsTheTree() throws IOException {
        var table = Markdown.read(Path.of("docs/ARCHITECTURE.md")).rows().stream()
                .collect(Collectors.toMap(
                        row -> Markdown.quoted(row.getFirst()).getFirst(),
                        row -> new TreeSet<>(Markdown.quoted(row.getLast())),
                        (one, _) -> one,
                        TreeMap::new));
        var tree = imports(MAIN, MAIN);
        tree.putAll(imports(LAB.resolveSibling(""), LAB));
        assertThat(table.keySet()).isEqualTo(tree.keySet());
        tree.forEach((name, imports) -> assertThat(table.get(name)).as(name).containsAll(imports));
    }

    @Test
    void theMetricsTableIsTheScrape() {
        var table = new TreeMap<String, String>();
        Markdown.read(Path.of("docs/metrics.md")).rows().stream()
                .filter(row -> row.getFirst().startsWith("`tocsin_"))
                .forEach(row -> table.put(
                        Markdown.quoted(row.getFirst()).getFirst(),
                        row.get(1) + " " + new TreeSet<>(Markdown.quoted(row.get(2)))));
        assertThat(table).isEqualTo(scraped());
    }

    @Test
    void everyKeyOfTheConfigurationIsInItsExample() {
        var example = Markdown.read(Path.of("docs/configuration.md"))
                .blocks("yaml")
                .getFirst()
                .text();
        assertThat(matches("(\\w+):", example)).containsAll(keys(Config.class));
    }

    @Test
    void everyKeyOfAScenarioIsInTheWholeExample() {
        var schema = YAMLMapper.builder().build().readTree(ScenarioSchema.print());
        var example = Markdown.read(Path.of("docs/scenarios.md")).blocks("yaml").get(1);
        for (var list : List.of("stress", "background")) {
            ((ObjectNode) schema.at("/properties/spec/properties/" + list + "/items/properties"))
                    .remove(stimuli().map(ReferenceDocsTest::kind).toList()); // each has a page of its own
        }
        var keys = properties(schema);
        assertThat(keys).hasSizeGreaterThan(20);
        assertThat(matches("(\\w+):", example.text())).containsAll(keys);
    }

    static Stream<Class<?>> stimuli() {
        return Arrays.stream(Stimulus.class.getPermittedSubclasses())
                .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()));
    }

    @Test
    void everyStimulusIsListed() {
        var table = Markdown.read(Path.of("docs/stimuli/README.md")).rows();
        assertThat(table)
                .map(row -> Markdown.quoted(row.getFirst()).getFirst())
                .containsExactlyInAnyOrderElementsOf(
                        stimuli().map(ReferenceDocsTest::kind).toList());
    }

    private static String kind(Class<?> stimulus) {
        var name = stimulus.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    @ParameterizedTest
    @MethodSource("stimuli")
    void everyStimulusHasItsPage(Class<?> stimulus) {
        var kind = kind(stimulus);
        var page = Markdown.read(Path.of("docs/stimuli", kind + ".md"));
        assertThat(page.headings())
                .startsWith(kind, "What it does", "Bound", "Undo", "Hazards")
                .contains("Rights")
                .endsWith("Cost");
        assertThat(page.rows())
                .map(row -> Markdown.quoted(row.getFirst()).getFirst())
                .containsExactlyInAnyOrderElementsOf(keys(stimulus));
    }

    @Test
    void theExitCodesAreTheProgrammes() throws ReflectiveOperationException {
        var codes = new TreeSet<Integer>();
        for (var field : ExitCode.class.getFields()) {
            codes.add(field.getInt(null));
        }
        assertThat(matches(
                        "(?m)^\\| (\\d+) \\|",
                        String.join("\n", Markdown.read(Path.of("README.md")).prose())))
                .map(Integer::valueOf)
                .containsExactlyElementsOf(codes);
    }

    /** The names of a record's components, and of those of the records of ours in it. */
    private static Set<String> keys(Class<?> type) {
        var keys = new TreeSet<String>();
        for (var component : type.getRecordComponents()) {
            keys.add(component.getName());
            matches("(dev\\.tocsin\\.app\\.[\\w$]+)", component.getGenericType().getTypeName())
                    .forEach(inner -> keys.addAll(keys(load(inner))));
        }
        return keys;
    }

    /** The names of all properties anywhere in a JSON Schema. */
    private static Set<String> properties(JsonNode schema) {
        var names = new TreeSet<String>(schema.path("properties").propertyNames());
        schema.forEach(part -> names.addAll(properties(part)));
        return names;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name, e);
        }
    }

    /** Every package below a folder, with the packages of ours that it names, and the one library of the domain. */
    private static Map<String, Set<String>> imports(Path root, Path below) throws IOException {
        var packages = new TreeMap<String, Set<String>>();
        try (var files = Files.walk(below)) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                var name = packageOf(root, file);
                var all = packages.computeIfAbsent(name, _ -> new TreeSet<>());
                var text = Files.readString(file);
                matches("dev\\.tocsin\\.([a-z.]+)\\.[A-Z]", text).stream()
                        .filter(other -> !other.equals(name))
                        .forEach(all::add);
                if (name.startsWith("domain.")) {
                    matches("(?m)^import (?:static )?(?!java\\.|dev\\.tocsin|org\\.jspecify)([\\w.]+)", text).stream()
                            .map(library -> library.replaceFirst("^com\\.google\\.(re2j)\\..*", "$1"))
                            .forEach(all::add);
                }
            }
        }
        return packages;
    }

    private static String packageOf(Path root, Path file) {
        return root.relativize(file.resolveSibling("")).toString().replace('/', '.');
    }

    /** Name to type and labels, of a registry in which something of each kind was recorded. */
    private static Fact heartbeat() {
        var labels = Labels.of(Map.of(Labels.ALERTNAME, "Watchdog"));
        var alert = new Alert(Alert.Status.FIRING, labels, Map.of(), Instant.EPOCH, Optional.empty());
        return new Fact.NotificationReceived(new Notification("r", "g", Optional.empty(), List.of(alert), 0, ""));
    }

    private static Map<String, String> scraped() {
        var telemetry = new Telemetry("1");
        telemetry.runBegan("s");
        telemetry.runEnded("s");
        telemetry.verdict("s", Mode.PROOF, Conclusion.PASSED, Instant.EPOCH);
        telemetry.verdict("s", Mode.CONTROL, Conclusion.PASSED, Instant.EPOCH);
        telemetry.checks(
                "s",
                new Verdict(
                        Optional.empty(),
                        List.of(check(Check.Family.FIRES), check(Check.Family.RESOLVES)),
                        List.of(),
                        List.of()),
                Duration.ofSeconds(1));
        telemetry.ledger("s", 2, 1, List.of(Duration.ofSeconds(1)));
        telemetry.coverage(Map.of(RuleCoverage.Status.PROVEN, 1L));
        telemetry.annotates();
        telemetry.webhook(Telemetry.Delivery.ACCEPTED);
        telemetry.heard(new Recorded(1, Instant.EPOCH, heartbeat()));
        var scrape = telemetry.scrape();
        var types = new TreeMap<String, String>();
        for (var line : matches("(?m)^# TYPE (tocsin_\\w+ \\w+)$", scrape)) {
            var family = line.substring(0, line.indexOf(' '));
            var labels = new TreeSet<String>();
            for (var sample : matches("(?m)^" + family + "(?:_bucket|_sum|_count)?\\{([^}]*)}", scrape)) {
                labels.addAll(matches("(\\w+)=\"", sample));
            }
            labels.remove("le");
            types.put(family, line.substring(line.indexOf(' ') + 1) + " " + labels);
        }
        return types;
    }

    private static Check check(Check.Family family) {
        return new Check(
                family.name(),
                family,
                Check.Result.PASSED,
                "Passed",
                "",
                "",
                "",
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.of(Duration.ofSeconds(1)),
                Optional.empty(),
                List.of());
    }
}
