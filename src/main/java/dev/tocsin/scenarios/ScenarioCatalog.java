package dev.tocsin.scenarios;

import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.yaml.InvalidFileException;
import dev.tocsin.yaml.Mistake;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The scenarios in some folders, read anew at every question, so that a mounted ConfigMap may change beneath. */
public final class ScenarioCatalog {
    /** A file's name, alone or as its end, that marks a scenario. */
    private static final String FILE = "scenario.yaml";

    private static final int MAX_DEPTH = 8;

    /**
     * A scenario file, usable or not.
     *
     * @param scenario absent when there are mistakes
     */
    public record Loaded(String name, Path file, Optional<Scenario> scenario, List<Mistake> mistakes) {}

    private final List<Path> folders;

    public ScenarioCatalog(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /** Every scenario file, by name; of two with one name the second is listed with that as its mistake. Blocks. */
    public List<Loaded> all() throws IOException {
        var loaded = new ArrayList<Loaded>();
        var names = new HashMap<String, Path>();
        for (var file : files()) {
            var one = load(file);
            var twin = names.putIfAbsent(one.name(), file);
            loaded.add(
                    twin == null
                            ? one
                            : new Loaded(
                                    one.name(),
                                    file,
                                    Optional.empty(),
                                    List.of(new Mistake(
                                            1, 1, "metadata.name", twin + " is called " + one.name() + " too"))));
        }
        loaded.sort(Comparator.comparing(Loaded::name));
        return loaded;
    }

    /** The scenario files in these folders. Blocks. */
    public List<Path> files() throws IOException {
        var files = new ArrayList<Path>();
        for (var folder : folders) {
            try (var walk = Files.walk(folder, MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
                walk.filter(ScenarioCatalog::isScenario)
                        .filter(ScenarioCatalog::isVisible)
                        .sorted()
                        .forEach(files::add);
            }
        }
        return files;
    }

    /** Reads a scenario with some of its parameters set; empty when there is none of that name. Blocks. */
    public Optional<Scenario> read(String name, Map<String, String> parameters, Mode mode)
            throws IOException, InvalidFileException {
        for (var loaded : all()) {
            if (loaded.name().equals(name)) {
                return Optional.of(ScenarioReader.read(loaded.file(), parameters, mode));
            }
        }
        return Optional.empty();
    }

    private static Loaded load(Path file) throws IOException {
        try {
            var scenario = ScenarioReader.read(file, Map.of(), Mode.PROOF);
            return new Loaded(scenario.name(), file, Optional.of(scenario), List.of());
        } catch (InvalidFileException e) {
            return new Loaded(file.toString(), file, Optional.empty(), e.mistakes());
        }
    }

    private static boolean isScenario(Path file) {
        var name = file.getFileName().toString();
        return (name.equals(FILE) || name.endsWith("." + FILE)) && Files.isRegularFile(file);
    }

    /** Kubernetes mounts the true files of a ConfigMap in a folder named ..data, beside links to them. */
    private static boolean isVisible(Path file) {
        for (var part : file) {
            if (part.toString().startsWith("..") && part.toString().length() > 2) {
                return false;
            }
        }
        return true;
    }
}
