package dev.tocsin.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Every object that is given to a cluster. */
final class Manifests {
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    /** One object and where it stands. */
    record Manifest(Path file, int index, JsonNode object) {
        String kind() {
            return object.path("kind").asString("");
        }

        String apiVersion() {
            return object.path("apiVersion").asString("");
        }

        boolean isKustomize() {
            return apiVersion().startsWith("kustomize.config.k8s.io/");
        }

        /** The pod that it makes, or nothing. */
        Stream<JsonNode> pods() {
            return Stream.of("/spec/template/spec", "/spec/jobTemplate/spec/template/spec")
                    .map(object::at)
                    .filter(spec -> spec.has("containers"));
        }

        @Override
        public String toString() {
            return file + "#" + index + " " + kind();
        }
    }

    private Manifests() {}

    static List<Manifest> all() throws IOException {
        try (var deploy = Files.walk(Path.of("deploy"));
                var gitops = Files.walk(Path.of("gitops"));
                var alerts = Stream.of(Path.of("alerts/kustomization.yaml"))) {
            return Stream.of(deploy, gitops, alerts)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.toString().endsWith("scenario.yaml")) // ours, and read by us
                    .sorted()
                    .flatMap(Manifests::read)
                    .toList();
        }
    }

    /** The objects of a file; one that is no object of a cluster, as a configuration, has none. */
    private static Stream<Manifest> read(Path file) {
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(Files.readString(file))) {
            var objects = documents.readAll();
            return Stream.iterate(0, i -> i < objects.size(), i -> i + 1)
                    .map(i -> new Manifest(file, i, objects.get(i)))
                    .filter(manifest -> manifest.object().has("kind"));
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }
}
