package dev.tocsin.bench;

import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.stress.PostgresTarget;
import dev.tocsin.stress.Progress;
import dev.tocsin.stress.Stressor;
import dev.tocsin.stress.Surroundings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * Applies stimuli one after another to a server of its own, keeps each for a while, takes it back, and prints a row for
 * each: what it cost the server at most, and the times. Started from its source by {@code src/bench/run}.
 */
final class Stimuli {
    private static final Progress SILENT = new Progress() {
        @Override
        public void report(String progress) {}

        @Override
        public boolean stopped() {
            return false;
        }
    };

    private Stimuli() {}

    /**
     * Arguments: port, user, file with the password, data folder, seconds to keep each, and the stimuli as scenarios
     * write them: {@code deadTuples} or {@code rowFlood: {rate: 1000}}.
     */
    public static void main(String[] arguments) throws Exception {
        var password = Files.readString(Path.of(arguments[2])).strip();
        var target = new PostgresTarget(
                "127.0.0.1",
                Integer.parseInt(arguments[0]),
                "postgres",
                arguments[1],
                password,
                "disable",
                Optional.empty());
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2)); // as the service's own for load
        var stressor = new Stressor("bench", vertx, target, Surroundings.NONE);
        var keep = Duration.ofSeconds(Integer.parseInt(arguments[4]));
        for (var stimulus : Arrays.asList(arguments).subList(5, arguments.length)) {
            try (var gauge = new ServerGauge(vertx, target, Path.of(arguments[3]))) {
                measure(stressor, scenario(stimulus), gauge, keep);
            }
        }
        vertx.close().await();
    }

    private static void measure(Stressor stressor, Scenario scenario, ServerGauge gauge, Duration keep)
            throws Exception {
        var step = scenario.stress().getFirst();
        try (var prepared = stressor.prepare(new RunId(UUID.randomUUID()), 0, step, Duration.ofMinutes(10))) {
            var began = System.nanoTime();
            var held = prepared.apply(SILENT);
            var effect = System.nanoTime();
            gauge.inEffect();
            Thread.sleep(keep); // how long the load is measured: nothing is waited for
            var kept = gauge.end();
            var releasing = System.nanoTime();
            var _ = held.release();
            System.out.printf(
                    "| `%s` | %.1f | %s | %.1f | %s |%n",
                    step.stimulus().kind(),
                    (effect - began) / 1e9,
                    kept,
                    (System.nanoTime() - releasing) / 1e9,
                    held.effect().summary());
        }
    }

    private static Scenario scenario(String stimulus) throws Exception {
        return ScenarioReader.read("bench", """
                apiVersion: tocsin.dev/v1alpha1
                kind: Scenario
                metadata: { name: bench }
                spec:
                  stress:
                    - %s
                  expect:
                    alerts: [Any]
                """.formatted(stimulus.contains(":") ? stimulus : stimulus + ": {}"));
    }
}
