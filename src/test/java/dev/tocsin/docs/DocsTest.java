package dev.tocsin.docs;

import static dev.tocsin.docs.Markdown.matches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tocsin.app.Config;
import dev.tocsin.cli.Main;
import dev.tocsin.docs.Markdown.Block;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.scenarios.ScenarioCatalog;
import dev.tocsin.scenarios.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What the pages show can be read and run, and their links lead somewhere. */
final class DocsTest {
    @TempDir
    private Path temporary = Path.of("");

    static List<Block> yaml() throws IOException {
        return blocks("yaml");
    }

    static List<Block> scenarios() throws IOException {
        return yaml().stream().filter(DocsTest::isScenario).toList();
    }

    static List<Block> configurations() throws IOException {
        return yaml().stream().filter(DocsTest::isConfiguration).toList();
    }

    /** Command lines of the program, each with where it stands. */
    static List<List<String>> commands() throws IOException {
        return blocks("bash").stream()
                .flatMap(block -> Stream.of(block.text().replace("\\\n", " ").split("\n", -1))
                        .map(DocsTest::words)
                        .filter(words ->
                                !words.isEmpty() && Set.of("./tocsin", "tocsin").contains(words.getFirst()))
                        .map(words -> Stream.concat(Stream.of(block.toString()), words.stream())
                                .toList()))
                .toList();
    }

    private static final Path OF_TOCSIN = Path.of("alerts/tocsin");

    static List<Path> alerts() throws IOException {
        try (var folders = Files.list(Path.of("alerts"))) {
            return folders.filter(Files::isDirectory)
                    .filter(folder -> !folder.equals(OF_TOCSIN))
                    .sorted()
                    .toList();
        }
    }

    static List<Path> alertsOfTocsin() throws IOException {
        try (var folders = Files.list(OF_TOCSIN)) {
            return folders.sorted().toList();
        }
    }

    @Test
    void hasSomethingToTest() throws IOException {
        assertThat(scenarios()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(configurations()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(commands()).hasSizeGreaterThanOrEqualTo(12);
        assertThat(alerts()).hasSizeGreaterThanOrEqualTo(24);
        assertThat(alertsOfTocsin()).hasSizeGreaterThanOrEqualTo(8);
        assertThat(Markdown.all()).hasSizeGreaterThanOrEqualTo(18);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void everyScenarioCanBeRead(Block block) throws IOException {
        var file = Files.writeString(temporary.resolve("scenario.yaml"), block.text());
        assertThatCode(() -> ScenarioReader.read(file, Map.of(), Mode.PROOF))
                .as(block.toString())
                .doesNotThrowAnyException();
    }

    /** The files and folders that an example names are made below a temporary folder, and looked for there. */
    @ParameterizedTest
    @MethodSource("configurations")
    void everyConfigurationCanBeRead(Block block) throws IOException {
        var here = temporary.toString();
        var text =
                block.text().replaceAll("(?<=File: )(?!/)", "/").replaceAll("(?<=[\\s\\[])(/[\\w/.-]+)", here + "$1");
        for (var path : matches("(?m)\\b\\w*File:\\s*([\\w/.-]+)", text)) {
            Files.createDirectories(Path.of(path).resolve("..").normalize());
            Files.writeString(Path.of(path), "secret");
        }
        for (var path : matches("(?m)^\\s*(?:scenarios: \\[|-)\\s*(/[\\w/.-]+)", text)) {
            Files.createDirectories(Path.of(path));
        }
        var file = Files.writeString(temporary.resolve("tocsin.yaml"), text);
        assertThatCode(() -> Config.read(file, false)).as(block.toString()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("yaml")
    void everyYamlIsYaml(Block block) {
        var read = YAMLMapper.builder().build().readTree(block.text());
        assertThat(read.isObject()).as(block.toString()).isTrue();
    }

    /** Parsed by the program's own model, so subcommand, options, their values and the arguments must be right. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandParses(List<String> command) {
        var arguments = command.subList(2, command.size()).toArray(String[]::new);
        assertThatCode(() -> {
                    var parsed = Main.commandLine().parseArgs(arguments);
                    assertThat(parsed.hasSubcommand()).isTrue();
                })
                .as(String.join(" ", command))
                .doesNotThrowAnyException();
    }

    /** A command named in the text is one that exists, unless the page says that it is not there yet. */
    @Test
    void everyCommandNamedInTheTextExists() throws IOException {
        var known = Main.commandLine().getSubcommands().keySet();
        for (var page : Markdown.all()) {
            for (var line : page.prose()) {
                if (!line.contains("not there")) {
                    assertThat(known)
                            .as(page.file() + ": " + line)
                            .containsAll(matches("`(?:\\./)?tocsin ([a-z-]+)[^`]*`", line));
                }
            }
        }
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        for (var page : Markdown.all()) {
            for (var link : page.links()) {
                if (!link.matches("(https?:|mailto:|#).*")) {
                    var target = Optional.ofNullable(page.file().getParent())
                            .orElse(Path.of(""))
                            .resolve(link.replaceFirst("#.*", ""));
                    assertThat(target).as(page.file() + " links to " + link).exists();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void everyAlertIsWhole(Path folder) throws IOException {
        var runbook = runbook(folder, "Proven by");
        var scenario = folder.resolve("scenario.yaml");
        assertThatCode(() -> {
                    var read = ScenarioReader.read(scenario, Map.of(), Mode.PROOF);
                    assertThat(read.runbook())
                            .contains(folder.resolve("runbook.md").toString());
                    assertThat(runbook.prose()).anyMatch(line -> line.contains("./tocsin lab " + read.name()));
                })
                .doesNotThrowAnyException();
    }

    /** Nothing rings these on purpose. */
    @ParameterizedTest
    @MethodSource("alertsOfTocsin")
    void everyAlertOfTocsinIsWhole(Path folder) throws IOException {
        assertThat(runbook(folder).prose()).isNotEmpty();
        assertThat(Files.readString(Path.of("alerts/README.md")))
                .contains("[" + folder.getFileName() + "](tocsin/" + folder.getFileName() + "/runbook.md)");
    }

    /** The runbook of an alert whose rule and test are there too. */
    private static Markdown runbook(Path folder, String... more) throws IOException {
        var name = folder.getFileName().toString();
        assertThat(folder.resolve("rule_test.yaml")).exists();
        var rule = Files.readString(folder.resolve("rule.yaml"));
        assertThat(matches("- alert: (\\S+)", rule)).containsExactly(name);
        assertThat(matches("runbook_url: (\\S+)", rule))
                .singleElement()
                .asString()
                .endsWith("/" + name + "/runbook");
        var runbook = Markdown.read(folder.resolve("runbook.md"));
        assertThat(runbook.headings())
                .startsWith(name, "Meaning", "Impact", "Diagnosis", "Mitigation")
                .endsWith(more)
                .hasSize(5 + more.length);
        return runbook;
    }

    @Test
    void everyAlertIsInTheTableAndEveryScenarioInTheConfigMap() throws IOException {
        var table = Files.readString(Path.of("alerts/README.md"));
        assertThat(matches("(?m)^\\| \\[(\\w+)\\]\\(\\1/runbook\\.md\\)", table))
                .containsExactlyElementsOf(alerts().stream()
                        .map(folder -> folder.getFileName().toString())
                        .toList());
        var files = new ScenarioCatalog(List.of(Path.of("alerts"))).files();
        assertThat(matches("=(\\S+)", Files.readString(Path.of("alerts/kustomization.yaml"))))
                .containsExactlyInAnyOrderElementsOf(files.stream()
                        .map(file -> Path.of("alerts").relativize(file).toString())
                        .toList());
    }

    /** What CI does is what the page tells a person to do, and ends with it. */
    @Test
    void ciRunsTheTestsAsThePageSays() throws IOException {
        var page = Markdown.read(Path.of("README.md")).blocks("bash").stream()
                .map(Block::lines)
                .filter(lines -> lines.contains("mvn verify"))
                .toList();
        assertThat(page).hasSize(1);
        assertThat(page.getFirst()).hasSizeGreaterThan(1);
        assertThat(Files.readString(Path.of(".ci/run"))).endsWith("\n\n" + String.join("\n", page.getFirst()) + "\n");
    }

    private static boolean isScenario(Block block) {
        return block.text().contains("kind: Scenario");
    }

    private static boolean isConfiguration(Block block) {
        return !isScenario(block)
                && (block.text().startsWith("http:") || block.text().contains("targets:"));
    }

    private static List<Block> blocks(String language) throws IOException {
        return Markdown.all().stream()
                .flatMap(page -> page.blocks(language).stream())
                .toList();
    }

    /** The words of one shell command: up to a comment, a pipe or the next command, quotes taken off. */
    private static List<String> words(String line) {
        var words = new ArrayList<String>();
        for (var word : matches("((?:\"[^\"]*\"|'[^']*'|[^\\s\"'])+)", line)) {
            if (Set.of("|", "&&", "||", ";", ">", "&").contains(word) || word.startsWith("#")) {
                break;
            }
            words.add(word.replaceAll("[\"']", ""));
        }
        return words;
    }
}
