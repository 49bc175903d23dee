package dev.tocsin.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that is missing is named at once, on one line, and nothing that the build at hand would not use. */
final class PrerequisitesTest {
    private static final Path SCRIPT = Path.of("src/build/prerequisites").toAbsolutePath();

    /** All that the script itself may use; each is essential in Debian. */
    private static final List<String> ESSENTIAL = List.of("bash", "dirname", "id", "mkdir", "readlink", "sed");

    @TempDir
    private Path machine = Path.of("");

    @BeforeEach
    void aMachineThatHasAll() throws IOException {
        Files.createDirectories(bin());
        for (var program : ESSENTIAL) {
            script(bin().resolve(program), "#!/bin/sh\nexec '" + onPath(program) + "' \"$@\"\n");
        }
        install("apt-get", "chromium", "chromedriver", "setpriv");
    }

    @Test
    void nothingIsSaidWhereNothingIsMissing() throws Exception {
        assertThat(asked("main", "verify")).isEmpty();
    }

    @Test
    void aBrowserIsWantedForTheTestsThatUseOne() throws Exception {
        remove("chromium", "chromedriver");
        assertThat(asked("main", "clean verify"))
                .startsWith("missing: Chromium, chromedriver. Type")
                .endsWith("apt-get install -y --no-install-recommends chromium chromium-driver\n")
                .hasLineCount(1);
        assertThat(asked("main", "test -Dtest=*DocsTest")).isEmpty();
        assertThat(asked("main true", "verify")).isEmpty();
        assertThat(asked("main '${skipTests}' true", "verify")).isEmpty();
    }

    /** As where an IDE runs the build. */
    @Test
    void withoutACommandLineAllOfItIsWanted() throws Exception {
        remove("chromedriver");
        assertThat(asked("main", "")).startsWith("missing: chromedriver. Type");
    }

    @Test
    void allIsNamedAtOnce() throws Exception {
        remove("chromium");
        Files.writeString(machine.resolve("file"), "");
        assertThat(asked("needed=99; TOCSIN_CACHE=$HOME/file/cache; need_maven; main", "verify"))
                .contains("Maven, a JDK 99, Chromium, the right to write to " + machine + "/file/cache.")
                .contains("Set TOCSIN_CACHE to a folder that can be written.")
                .hasLineCount(1);
    }

    @Test
    void theProgramsOfTheLabAreFetchedOrThere() throws Exception {
        remove("apt-get");
        assertThat(asked("main", "verify"))
                .isEqualTo("missing: prometheus, promtool, alertmanager, amtool and postgres_exporter on the PATH,"
                        + " or apt-get to fetch them.\n");
        assertThat(asked("check_lab; complain", "")).startsWith("missing: prometheus");
        install("prometheus", "promtool", "prometheus-alertmanager", "amtool", "postgres_exporter");
        assertThat(asked("main", "verify")).isEmpty();
    }

    @Test
    void aJdkIsFoundWhereToolchainsWouldFindIt() throws Exception {
        var jdk = Files.createDirectories(machine.resolve("a jdk"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"99.0.1\"\n");
        for (var program : List.of("java", "javac")) {
            stub(Files.createDirectories(jdk.resolve("bin")).resolve(program));
        }
        assertThat(asked("needed=99; find_jdk", "")).isEmpty();
        assertThat(asked("needed=99; find_jdk '" + jdk + "'", "")).isEqualTo(jdk + "\n");
        assertThat(asked("needed=99; export JAVA_99_HOME='" + jdk + "'; find_jdk", ""))
                .isEqualTo(jdk + "\n");
        Files.createDirectories(machine.resolve(".m2"));
        Files.writeString(machine.resolve(".m2/toolchains.xml"), "<configuration>\n  <jdkHome>" + jdk + "</jdkHome>\n");
        assertThat(asked("needed=99; find_jdk", "")).isEqualTo(jdk + "\n");
    }

    /** What the script prints when it is asked on that machine, in a build with those goals. */
    private String asked(String call, String goals) throws Exception {
        var builder = new ProcessBuilder("bash", "-uc", ". " + SCRIPT + "; " + call).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        bin().toString(),
                        "HOME",
                        machine.toString(),
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "TOCSIN_CACHE",
                        machine.resolve("cache").toString()));
        if (!goals.isEmpty()) {
            builder.environment().put("MAVEN_CMD_LINE_ARGS", " " + goals);
        }
        var process = builder.start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return said;
    }

    private Path bin() {
        return machine.resolve("bin");
    }

    private void install(String... programs) throws IOException {
        for (var program : programs) {
            stub(bin().resolve(program));
        }
    }

    private void remove(String... programs) throws IOException {
        for (var program : programs) {
            Files.delete(bin().resolve(program));
        }
    }

    private static void stub(Path file) throws IOException {
        script(file, "");
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static Path onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }
}
