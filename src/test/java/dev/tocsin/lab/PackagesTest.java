package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PackagesTest {
    @TempDir
    Path cache;

    private final List<String> progress = new ArrayList<>();

    @Test
    void readsTheVersionsThatTheArchiveOffers() {
        var offered = Packages.versions("""
                Package: prometheus
                Source: prometheus (2.42.0+ds-5)
                Version: 2.42.0+ds-5+b5
                Architecture: amd64
                Description: monitoring
                 Version: of something else

                Package: promtool
                Architecture: amd64
                Version: 1:2.53.3+ds1-2

                N: Unable to locate package amtool
                """);

        assertThat(offered)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("prometheus", "2.42.0+ds-5+b5_amd64", "promtool", "1:2.53.3+ds1-2_amd64"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Reading lists...~E: Failed to fetch x  404 Not Found~E: Some files failed | Failed to fetch x 404 Not Found",
                "W: GPG error: x NO_PUBKEY~E: The repository is not signed. | GPG error: x NO_PUBKEY",
                "nothing | apt says nothing about why",
            })
    void tellsOneLineOfWhatAptSays(String output, String line) {
        assertThat(Packages.reason(output.replace('~', '\n'))).isEqualTo(line);
    }

    /** Were the archive asked, it would be told. */
    @Test
    void asksNobodyForWhatIsInTheCache() throws Exception {
        cached("debian-13.list", "promtool -", "prometheus 2.53.3_amd64");
        var prometheus = Files.createDirectories(cache.resolve("deb/prometheus_2.53.3_amd64"));

        var folders = packages(Stack.DEBIAN_13).unpacked(List.of("promtool", "prometheus"));

        assertThat(folders).containsExactlyEntriesOf(Map.of("prometheus", prometheus));
        assertThat(progress).isEmpty();
    }

    @Test
    void theFirstPackageWithTheProgramHasIt() throws Exception {
        cached(
                "debian-13.list",
                "promtool 2.53.3_amd64",
                "prometheus 2.53.3_amd64",
                "prometheus-alertmanager 0.28_amd64");
        var own = program("promtool_2.53.3_amd64", "promtool");
        var _ = program("prometheus_2.53.3_amd64", "prometheus");
        var binaries = new Binaries(cache, Stack.DEBIAN_13, progress::add);

        assertThat(binaries.find(Binaries.Tool.PROMTOOL)).isEqualTo(own);

        cached("debian-12.list", "promtool -", "prometheus 2.42_amd64");
        var within = program("prometheus_2.42_amd64", "promtool");
        assertThat(new Binaries(cache, Stack.DEBIAN_12, progress::add).find(Binaries.Tool.PROMTOOL))
                .isEqualTo(within);
    }

    @Test
    void saysWhatCannotBeHadAndWhatToDo() throws Exception {
        cached("debian-12.list", "promtool -", "prometheus 2.42_amd64");
        var _ = program("prometheus_2.42_amd64", "prometheus");
        var binaries = new Binaries(cache, Stack.DEBIAN_12, progress::add);

        assertThatThrownBy(() -> binaries.find(Binaries.Tool.PROMTOOL))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("promtool of stack debian-12 cannot be had")
                .hasMessageEndingWith("install promtool and use --stack system");
    }

    @Test
    void onlyTheStackThatMovesOnGrowsOld() throws Exception {
        cached("debian-12.list", "prometheus 2.42_amd64");
        Files.setLastModifiedTime(
                cache.resolve("deb/debian-12.list"), FileTime.from(Instant.now().minus(Duration.ofDays(400))));
        Files.createDirectories(cache.resolve("deb/prometheus_2.42_amd64"));

        assertThat(packages(Stack.DEBIAN_12).unpacked(List.of("prometheus"))).hasSize(1);
        assertThat(progress).isEmpty();
    }

    private Packages packages(Stack stack) {
        return new Packages(cache, stack, progress::add);
    }

    private void cached(String list, String... lines) throws IOException {
        Files.write(Files.createDirectories(cache.resolve("deb")).resolve(list), List.of(lines));
    }

    private Path program(String folder, String name) throws IOException {
        var program = Files.createFile(
                Files.createDirectories(cache.resolve("deb").resolve(folder).resolve("usr/bin"))
                        .resolve(name));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }
}
