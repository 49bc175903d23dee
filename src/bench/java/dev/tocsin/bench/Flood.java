package dev.tocsin.bench;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Hold;
import dev.tocsin.domain.scenario.SessionStimulus.ConnectionFlood;
import dev.tocsin.domain.scenario.Size;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.stress.PostgresTarget;
import dev.tocsin.stress.Progress;
import dev.tocsin.stress.Stressor;
import dev.tocsin.stress.Surroundings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens connections as a run's {@code connectionFlood} does, twice in one process, and prints the milliseconds of each:
 * the first as cold as right after a start, the second warm. Started from its source by {@code src/bench/run}.
 */
final class Flood {
    private static final Progress SILENT = new Progress() {
        @Override
        public void report(String progress) {}

        @Override
        public boolean stopped() {
            return false;
        }
    };

    private Flood() {}

    /** Arguments: port, user, file with the password, number of connections. */
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
        var fill = Size.parse(arguments[3]);
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2)); // as the service's own for load
        var stressor = new Stressor("bench", vertx, target, Surroundings.NONE);
        for (var round = 0; round < 2; round++) {
            var step = new Stress(
                    "flood",
                    Duration.ZERO,
                    new Hold.Fixed(Duration.ofMinutes(1)),
                    new ConnectionFlood(fill, Duration.ZERO, 3));
            var prepared = stressor.prepare(new RunId(UUID.randomUUID()), round, step, Duration.ofMinutes(5));
            var began = System.nanoTime();
            var held = prepared.apply(SILENT);
            var millis = (System.nanoTime() - began) / 1_000_000;
            var taken = held.effect() instanceof Effect.SessionsHeld effect ? effect.taken() : 0;
            var _ = held.release();
            System.out.println(millis + " " + taken);
        }
        vertx.close().await();
    }
}
