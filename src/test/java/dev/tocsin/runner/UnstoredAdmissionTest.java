package dev.tocsin.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.journal.Entry;
import dev.tocsin.journal.InMemoryJournal;
import dev.tocsin.journal.Journal;
import dev.tocsin.journal.JournalFullException;
import dev.tocsin.ledger.Ledgers;
import dev.tocsin.observe.Observers;
import dev.tocsin.scenarios.ScenarioReader;
import dev.tocsin.stress.PostgresTarget;
import dev.tocsin.stress.Stressor;
import dev.tocsin.stress.Surroundings;
import dev.tocsin.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is not on disk must not begin, and must not keep its target from the next one. */
final class UnstoredAdmissionTest {
    private static final String SCENARIO = """
            apiVersion: tocsin.dev/v1alpha1
            kind: Scenario
            metadata: { name: idle }
            spec:
              stress: [ { at: 10m, connectionFlood: { fill: 50% } } ]
              expect: { alerts: [SomeAlert] }
            """;

    @TempDir
    private Path evidence;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void leavesItsTargetFree() throws Exception {
        var journal = new OnceFullJournal(new InMemoryJournal(InstantSource.system()));
        var postgres = new PostgresTarget("127.0.0.1", 1, "d", "u", "", "disable", Optional.empty());
        var target = new Target(
                "primary",
                true,
                Labels.of(Map.of()),
                new Stressor("primary", vertx, postgres, Surroundings.NONE),
                new Ledgers(vertx, postgres));
        var runs = new Runs(
                journal,
                new Observers(Optional.empty(), List.of()),
                new Telemetry("test"),
                InstantSource.system(),
                List.of(target),
                evidence);
        var request =
                new RunRequest(ScenarioReader.read("scenario", SCENARIO), "ada", Optional.empty(), Optional.empty());

        assertThat(runs.admit(request)).isInstanceOf(Admission.NotStored.class);
        assertThat(runs.admit(request)).isInstanceOf(Admission.Admitted.class);

        runs.close(Duration.ofSeconds(10));
    }

    private static final class OnceFullJournal implements Journal {
        private final InMemoryJournal later;
        private boolean full = true;

        OnceFullJournal(InMemoryJournal later) {
            this.later = later;
        }

        @Override
        public Future<Recorded> append(Fact fact) {
            if (full) {
                full = false;
                return Future.failedFuture(new JournalFullException());
            }
            return later.append(fact);
        }

        @Override
        public Following follow(Consumer<Recorded> listener) {
            return later.follow(listener);
        }

        @Override
        public List<Entry> read(long fromSeq, long toSeq) {
            return later.read(fromSeq, toSeq);
        }

        @Override
        public void readAll(Consumer<Entry> reader) {
            later.readAll(reader);
        }

        @Override
        public void close() {
            later.close();
        }
    }
}
