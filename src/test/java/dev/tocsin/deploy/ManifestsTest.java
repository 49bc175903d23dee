package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tocsin.deploy.Manifests.Manifest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What is given to a cluster is what its API takes: no key is misspelt, nothing is out of place, nothing is left open. */
final class ManifestsTest {
    /** Of the operators' objects; those of Kubernetes itself are in the client. */
    private static final Path SCHEMAS = Path.of("src/test/resources/kubernetes");

    private static final String AGENT = "node-agent";

    static List<Manifest> manifests() throws IOException {
        return Manifests.all();
    }

    static List<Manifest> objects() throws IOException {
        return Manifests.all().stream()
                .filter(manifest -> !manifest.isKustomize())
                .toList();
    }

    static List<Manifest> kustomizations() throws IOException {
        return Manifests.all().stream().filter(Manifest::isKustomize).toList();
    }

    static List<Manifest> withPods() throws IOException {
        return Manifests.all().stream()
                .filter(manifest -> manifest.pods().findAny().isPresent())
                .toList();
    }

    @Test
    void hasSomethingToTest() throws IOException {
        assertThat(objects()).hasSizeGreaterThanOrEqualTo(45);
        assertThat(kustomizations()).hasSizeGreaterThanOrEqualTo(14);
        assertThat(withPods()).hasSizeGreaterThanOrEqualTo(6);
    }

    @ParameterizedTest
    @MethodSource("objects")
    void isWhatTheApiTakes(Manifest manifest) throws IOException {
        var schema =
                SCHEMAS.resolve(manifest.kind() + "." + manifest.apiVersion().replace('/', '_') + ".json");
        if (Files.exists(schema)) {
            var checked = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(Files.readString(schema), InputFormat.JSON);
            assertThat(checked.validate(manifest.object().toString(), InputFormat.JSON))
                    .isEmpty();
        } else {
            var object = Serialization.unmarshal(manifest.object().toString(), HasMetadata.class);
            assertThat(object)
                    .as("no schema for %s in %s", manifest, SCHEMAS)
                    .isNotInstanceOf(GenericKubernetesResource.class);
            assertThat(unknown(object, manifest.kind())).isEmpty();
        }
    }

    @Test
    void aMisspeltKeyIsFound() {
        var pod = Serialization.unmarshal("""
                {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a", "imagePulPolicy": "Never"}]}}
                """, HasMetadata.class);
        assertThat(unknown(pod, "Pod")).containsExactly("Pod.Spec.Containers.imagePulPolicy");
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void whatAKustomizationNamesIsThere(Manifest manifest) {
        assertThat(manifest.object().propertyNames())
                .isSubsetOf(
                        "apiVersion",
                        "kind",
                        "resources",
                        "components",
                        "configMapGenerator",
                        "generatorOptions",
                        "images",
                        "patches");
        var folder = manifest.file().resolveSibling("");
        Stream.of("/resources", "/components")
                .flatMap(list -> manifest.object().at(list).valueStream())
                .map(JsonNode::asString)
                .forEach(name -> assertThat(folder.resolve(name)).exists());
        manifest.object()
                .path("configMapGenerator")
                .valueStream()
                .flatMap(map -> map.path("files").valueStream())
                .map(file -> file.asString().replaceFirst(".*=", ""))
                .forEach(name -> assertThat(folder.resolve(name)).exists());
    }

    /** Kustomize takes the name of an object in a Role for that of a ConfigMap it makes, and puts its hash behind it. */
    @Test
    void noRoleNamesAnObjectAsAConfigMapIsNamedThatIsMade() throws IOException {
        var made = Manifests.all().stream()
                .flatMap(
                        manifest -> manifest.object().path("configMapGenerator").valueStream())
                .map(map -> map.path("name").asString())
                .toList();
        var named = Manifests.all().stream()
                .flatMap(manifest -> manifest.object().path("rules").valueStream())
                .flatMap(rule -> rule.path("resourceNames").valueStream())
                .map(JsonNode::asString)
                .toList();
        assertThat(named).contains("tocsin").doesNotContainAnyElementsOf(made);
    }

    /** Restricted, as Pod Security has it, but for the agent, which is off by default and ends a node. */
    @ParameterizedTest
    @MethodSource("withPods")
    void isGivenNoMoreThanItNeeds(Manifest manifest) {
        manifest.pods().forEach(pod -> {
            var agent = manifest.file().toString().contains(AGENT);
            for (var container : pod.path("containers")) {
                var image = container.path("image").asString();
                assertThat(image).doesNotEndWith(":latest").doesNotContain("@");
                assertThat(image.equals("tocsin") || image.matches(".+:.+"))
                        .as("%s has a tag, or is named in an overlay", image)
                        .isTrue();
                assertThat(container.at("/resources/limits/memory").isMissingNode())
                        .as("no memory limit")
                        .isFalse();
                var security = container.path("securityContext");
                assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(security.path("privileged").asBoolean(false)).isEqualTo(agent);
                if (!agent) {
                    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true))
                            .isFalse();
                    assertThat(security.at("/capabilities/drop/0").asString("")).isEqualTo("ALL");
                    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean(false))
                            .isTrue();
                    assertThat(pod.at("/securityContext/seccompProfile/type").asString(""))
                            .isEqualTo("RuntimeDefault");
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void holdsNoSecret(Manifest manifest) {
        assertThat(manifest.kind()).isNotEqualTo("Secret");
        assertThat(manifest.object().propertyNames()).doesNotContain("stringData", "secretGenerator");
    }

    /** Keys that a typed object has no place for. */
    private static List<String> unknown(Object object, String path) {
        var found = new ArrayList<String>();
        Arrays.stream(object.getClass().getMethods())
                .filter(method -> method.getName().startsWith("get") && method.getParameterCount() == 0)
                .forEach(getter -> {
                    var value = value(object, getter);
                    if (getter.getName().equals("getAdditionalProperties")) {
                        if (value instanceof Map<?, ?> more) {
                            more.keySet().forEach(key -> found.add(path + "." + key));
                        }
                    } else {
                        var name = path + "." + getter.getName().substring("get".length());
                        parts(value).forEach(part -> found.addAll(unknown(part, name)));
                    }
                });
        return found;
    }

    private static Stream<?> parts(@Nullable Object value) {
        var all = switch (value) {
            case Collection<?> many -> many.stream();
            case Map<?, ?> many -> many.values().stream();
            case null -> Stream.empty();
            default -> Stream.of(value);
        };
        return all.filter(part -> part.getClass().getPackageName().startsWith("io.fabric8.kubernetes.api.model"));
    }

    private static @Nullable Object value(Object object, Method getter) {
        try {
            return getter.invoke(object);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(getter + " cannot be asked", e);
        }
    }
}
