package dev.tocsin.bench;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.scenario.Durability;
import dev.tocsin.journal.FileJournal;
import dev.tocsin.ledger.Ledgers;
import dev.tocsin.ledger.Notebook;
import dev.tocsin.stress.PostgresTarget;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Commits as the ledger of a run does, its journal on the disk, and prints acknowledged commits a second: first of the
 * warm-up, then of each measurement. Started from its source by {@code src/bench/run}, which measures pgbench in between.
 */
final class Commits {
    private Commits() {}

    /** Arguments: port, user, file with the password, writers, seconds, folder for the journal. A line of input begins a measurement. */
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
        var seconds = Integer.parseInt(arguments[4]);
        var durability = new Durability(
                Integer.parseInt(arguments[3]),
                Optional.empty(),
                2,
                List.of(),
                0,
                Duration.ofMinutes(1),
                Optional.empty());
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2)); // as the service's own for load
        var ledgers = new Ledgers(vertx, target);
        try (var journal = new FileJournal(Path.of(arguments[5]), InstantSource.system())) {
            while (System.in.read() >= 0) {
                var run = new RunId(UUID.randomUUID());
                Notebook notebook =
                        note -> journal.append(new Fact.Noted(run, note)).await();
                try (var kept = ledgers.keep(run.toString(), durability, notebook, InstantSource.system())) {
                    TimeUnit.SECONDS.sleep(1); // until every writer is connected
                    var before = kept.acknowledged();
                    var began = System.nanoTime();
                    TimeUnit.SECONDS.sleep(seconds);
                    var commits = kept.acknowledged() - before;
                    System.out.println(commits * 1_000_000_000L / (System.nanoTime() - began));
                    kept.stop();
                }
                ledgers.drop(run.toString(), "tocsin_" + run.toString().replace("-", ""), notebook, Duration.ZERO);
            }
        }
        vertx.close().await();
    }
}
