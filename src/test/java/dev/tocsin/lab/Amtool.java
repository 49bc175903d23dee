package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.json.Json;
import dev.tocsin.lab.Binaries.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Alertmanager's own tool, which judges as Alertmanager does. */
final class Amtool implements AutoCloseable {
    /** Newer releases warn in between of a matcher that only the classic grammar can read. */
    private static final Pattern CHECKED =
            Pattern.compile("Checking '[^']*?(\\d+)\\.yml'(?:time=[^\\n]*\\n)*\\s+(SUCCESS|FAILED)");

    private final Path program;
    private final Path folder;

    private Amtool(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    static Amtool open() throws Exception {
        return new Amtool(
                new Binaries(Binaries.defaultCache(), System.err::println).find(Tool.AMTOOL),
                Files.createTempDirectory("amtool-"));
    }

    /** A configuration, written as JSON, which is YAML. */
    static String config(List<String> receivers, Map<String, ?> route) {
        return Json.MAPPER.writeValueAsString(Map.of(
                "route",
                route,
                "receivers",
                receivers.stream().map(name -> Map.of("name", name)).toList()));
    }

    /** The receivers that an alert is handed to. */
    List<String> route(String config, Labels labels) throws IOException, InterruptedException {
        var file = Files.writeString(folder.resolve("routes.yml"), config);
        var command = new ArrayList<>(List.of("config", "routes", "test", "--config.file=" + file));
        labels.pairs().forEach((name, value) -> command.add(name + "=" + quoted(value)));
        return List.of(run(command).strip().split(","));
    }

    /** Whether each of the configurations is accepted. */
    List<Boolean> accepts(List<String> configs) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("check-config"));
        for (var i = 0; i < configs.size(); i++) {
            command.add(Files.writeString(folder.resolve(i + ".yml"), configs.get(i))
                    .toString());
        }
        var answers = new HashMap<Integer, Boolean>();
        var checked = CHECKED.matcher(run(command));
        while (checked.find()) {
            answers.put(Integer.valueOf(checked.group(1)), checked.group(2).equals("SUCCESS"));
        }
        assertThat(answers).hasSameSizeAs(configs);
        return new ArrayList<>(new TreeMap<>(answers).values());
    }

    /** Quotes as every release understands them. */
    static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private String run(List<String> arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.waitFor();
        }
    }

    @Override
    public void close() throws IOException {
        Folders.delete(folder);
    }
}
