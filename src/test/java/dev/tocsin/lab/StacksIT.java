package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.lab.Binaries.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each stack's name promises, by what its programs say of themselves. */
final class StacksIT {
    private static final Duration QUICK = Duration.ofSeconds(20);

    /** A stack and the major and minor versions of its programs; of PostgreSQL the major one. */
    private record Row(Stack stack, String prometheus, String alertmanager, String exporter, String postgres) {}

    static Stream<Row> rows() {
        return Stream.of(
                new Row(Stack.DEBIAN_12, "2.42", "0.25", "0.11", "15"),
                new Row(Stack.DEBIAN_13, "2.53", "0.28", "0.17", "17"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aReleaseHasItsVersions(Row row) throws Exception {
        var binaries = binaries(row.stack());

        assertThat(binaries.version(Tool.PROMETHEUS)).startsWith(row.prometheus() + ".");
        assertThat(binaries.version(Tool.PROMTOOL)).startsWith(row.prometheus() + ".");
        assertThat(binaries.version(Tool.ALERTMANAGER)).startsWith(row.alertmanager() + ".");
        assertThat(binaries.version(Tool.AMTOOL)).startsWith(row.alertmanager() + ".");
        assertThat(binaries.version(Tool.POSTGRES_EXPORTER)).startsWith(row.exporter() + ".");
        assertThat(binaries.postgresVersion()).startsWith(row.postgres() + ".");
        acceptsAConfiguration(binaries);
    }

    /** It moves on, but never back. */
    @Test
    void newestIsAtLeastWhatItWas() throws Exception {
        var binaries = binaries(Stack.NEWEST);

        assertAtLeast(binaries.version(Tool.PROMETHEUS), 3, 5);
        assertThat(binaries.version(Tool.PROMTOOL)).isEqualTo(binaries.version(Tool.PROMETHEUS));
        assertAtLeast(binaries.version(Tool.ALERTMANAGER), 0, 33);
        assertThat(binaries.version(Tool.AMTOOL)).isEqualTo(binaries.version(Tool.ALERTMANAGER));
        assertAtLeast(binaries.version(Tool.POSTGRES_EXPORTER), 0, 19);
        assertThat(binaries.postgresVersion()).startsWith("18.");
        acceptsAConfiguration(binaries);
    }

    @Test
    void theLabTellsThemOnOneLine() throws Exception {
        assertThat(binaries(Stack.DEBIAN_13).prepare())
                .matches("stack debian-13: Prometheus 2\\.53\\.\\d+, Alertmanager 0\\.28\\.\\d+,"
                        + " postgres_exporter 0\\.17\\.\\d+, PostgreSQL 17\\.\\d+");
    }

    private static Binaries binaries(Stack stack) {
        return new Binaries(Binaries.defaultCache(), stack, System.err::println);
    }

    private static void assertAtLeast(String version, int major, int minor) {
        var numbers =
                Arrays.stream(version.split("\\.", -1)).map(Integer::valueOf).toList();
        assertThat(numbers.get(0) * 1000 + numbers.get(1)).as(version).isGreaterThanOrEqualTo(major * 1000 + minor);
    }

    /** It is ready once it has read its templates, and ends when they are not there. */
    private static void acceptsAConfiguration(Binaries binaries) throws Exception {
        var home = Lab.newHome();
        var port = Ports.free(1).getFirst();
        try {
            var config =
                    Files.writeString(home.resolve("c.yml"), "{ route: { receiver: a }, receivers: [{ name: a }] }");
            var command = Stream.concat(
                            binaries.alertmanagerPrefix().stream(),
                            Stream.of(
                                    binaries.find(Tool.ALERTMANAGER).toString(),
                                    "--config.file=" + config,
                                    "--storage.path=" + home.resolve("data"),
                                    "--web.listen-address=127.0.0.1:" + port,
                                    "--cluster.listen-address="))
                    .toList();
            try (var alertmanager = Program.start("alertmanager", command, Map.of(), home);
                    var http = HttpClient.newHttpClient()) {
                var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/-/ready"))
                        .build();
                Awaitility.await()
                        .atMost(QUICK)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> {
                            alertmanager.check();
                            return http.send(ready, HttpResponse.BodyHandlers.discarding())
                                            .statusCode()
                                    == 200;
                        });
            }
        } finally {
            Folders.delete(home);
        }
    }
}
