package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.evidence.Evidence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The control of the sabotages: on a chain that nobody breaks every run passes, and tells where its time went. */
@Tag(Tier.STACKS)
final class UnbrokenIT {
    private static final int RUNS_EACH = Tier.times(2, 5);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Queue<List<Took>> RUNS = new ConcurrentLinkedQueue<>();

    private record Took(String link, double seconds, double floor) {
        double excess() {
            return seconds - floor;
        }
    }

    static IntStream chains() {
        return IntStream.rangeClosed(1, Tier.times(1, 4));
    }

    @ParameterizedTest
    @MethodSource("chains")
    @Execution(ExecutionMode.CONCURRENT)
    void everyRunPasses(int chain) throws Exception {
        var setup = new Bed.Setup();
        setup.unhurried();
        try (var bed = new Bed(setup)) {
            bed.awaitReady();
            for (var i = 0; i < RUNS_EACH; i++) {
                var folder = bed.awaitEvidence(bed.begin());
                var verdict = JSON.readTree(Files.readAllBytes(folder.resolve(Evidence.VERDICT)));

                assertThat(verdict.path("verdict").asString())
                        .as("chain %d, run %d: %s", chain, i, verdict.path("reasons"))
                        .isEqualTo("PASSED");
                assertThat(Evidence.judge(folder).verdict().name()).isEqualTo("PASSED");
                var links = verdict.at("/checks/0/links");
                assertThat(links.size()).as("links that were timed").isEqualTo(6);
                RUNS.add(links.valueStream().map(UnbrokenIT::took).toList());
            }
        }
    }

    private static Took took(JsonNode link) {
        return new Took(
                link.path("link").asString(),
                link.path("seconds").asDouble(),
                link.path("floorSeconds").asDouble());
    }

    /** Figures and no test: what a machine does beside is not for a test to judge. */
    @AfterAll
    static void writeLatencies() throws Exception {
        var lines = new ArrayList<>(List.of(
                "%d runs; seconds, median (least .. most)".formatted(RUNS.size()),
                "",
                "| link | took | at the least | over the least |",
                "|---|---|---|---|"));
        Map<String, List<Took>> byLink = new LinkedHashMap<>();
        for (var run : RUNS) {
            run.forEach(took ->
                    byLink.computeIfAbsent(took.link(), _ -> new ArrayList<>()).add(took));
            byLink.computeIfAbsent("all", _ -> new ArrayList<>())
                    .add(new Took(
                            "all",
                            run.stream().mapToDouble(Took::seconds).sum(),
                            run.stream().mapToDouble(Took::floor).sum()));
        }
        byLink.forEach((link, all) -> lines.add("| %s | %s | %s | %s |"
                .formatted(
                        link,
                        spread(all.stream().map(Took::seconds).toList()),
                        spread(all.stream().map(Took::floor).toList()),
                        spread(all.stream().map(Took::excess).toList()))));
        Files.write(Path.of("target/latency.md"), lines);
    }

    private static String spread(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return IntStream.of(sorted.size() / 2, 0, sorted.size() - 1)
                .mapToObj(at -> "%.3f".formatted(sorted.get(at)))
                .collect(java.util.stream.Collectors.collectingAndThen(
                        java.util.stream.Collectors.toList(),
                        three -> "%s (%s .. %s)".formatted(three.get(0), three.get(1), three.get(2))));
    }
}
