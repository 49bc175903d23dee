package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.lab.Binaries.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shipped rule passes its own promtool test. */
final class RulesIT {
    static Stream<Path> alerts() throws IOException {
        try (var files = Files.walk(Path.of("alerts"))) {
            var all = files.filter(file -> file.getFileName().toString().equals("rule.yaml"))
                    .map(Path::getParent)
                    .sorted()
                    .toList();
            assertThat(all).hasSizeGreaterThanOrEqualTo(32);
            return all.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void passesItsTest(Path folder) throws Exception {
        var promtool = new Binaries(Binaries.defaultCache(), System.err::println).find(Tool.PROMTOOL);
        var work = Files.createTempDirectory("promtool-");
        try {
            for (var file : List.of("rule.yaml", "rule_test.yaml")) {
                Files.copy(folder.resolve(file), work.resolve(file));
            }

            var ended = Program.end(
                    "promtool",
                    List.of(promtool.toString(), "test", "rules", "rule_test.yaml"),
                    Map.of(),
                    work,
                    Duration.ofMinutes(1));

            assertThat(ended.exit()).as(ended.output()).isZero();
        } finally {
            Folders.delete(work);
        }
    }
}
