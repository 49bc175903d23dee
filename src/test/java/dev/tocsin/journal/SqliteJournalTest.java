package dev.tocsin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.domain.run.Fact;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SqliteJournalTest extends JournalContract {
    @TempDir
    private Path folder;

    @TempDir
    private Path other;

    @Override
    Journal open(InstantSource clock) throws IOException {
        return new SqliteJournal(folder, clock);
    }

    private SqliteJournal openOther() throws IOException {
        return new SqliteJournal(other, InstantSource.system());
    }

    private void write(int facts) throws IOException {
        try (var journal = openOther()) {
            for (var i = 0; i < facts; i++) {
                journal.append(started(i)).await();
            }
        }
    }

    private void sql(String statement) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + other.resolve("journal.db"));
                var change = connection.createStatement()) {
            assertThat(change.executeUpdate(statement)).isEqualTo(1);
        }
    }

    @Test
    void goesOnWhereItEnded() throws IOException {
        write(3);

        try (var journal = openOther()) {
            var next = journal.append(started(3)).await();

            assertThat(next.seq()).isEqualTo(4);
            assertThat(journal.repaired()).isEmpty();
            assertThat(all(journal)).hasSize(4);
        }
    }

    @Test
    void refusesAChainThatIsBrokenInTheMiddleAndSaysWhere() throws Exception {
        write(9);
        sql("UPDATE fact SET text = replace(text, '\"4\"', '\"x\"') WHERE seq = 5");

        assertThatThrownBy(this::openOther)
                .isInstanceOf(BrokenJournalException.class)
                .hasMessageContaining("broken at entry 5");
    }

    @Test
    void refusesAChainWithAnEntryMissing() throws Exception {
        write(9);
        sql("DELETE FROM fact WHERE seq = 4");

        assertThatThrownBy(this::openOther).hasMessageContaining("broken at entry 5");
    }

    @Test
    void cutsOffALastEntryThatIsNotWholeReportsItAndKeepsItAside() throws Exception {
        write(9);
        sql("UPDATE fact SET text = substr(text, 1, 20) WHERE seq = 9");

        try (var journal = openOther()) {
            assertThat(journal.repaired())
                    .hasValueSatisfying(what -> assertThat(what).contains("the last entry, 9"));
            assertThat(all(journal)).hasSize(8);
            assertThat(other.resolve("journal-torn-9.json")).exists();
            assertThat(journal.append(started(9)).await().seq()).isEqualTo(9);
        }
    }

    @Test
    void aRefusedJournalCanBeOpenedByTheNextOnceItIsMended() throws Exception {
        write(9);
        sql("UPDATE fact SET hash = upper(hash) WHERE seq = 3");
        assertThatThrownBy(this::openOther).isInstanceOf(BrokenJournalException.class);

        sql("UPDATE fact SET hash = lower(hash) WHERE seq = 3");

        openOther().close();
    }

    @Test
    void aSecondWriterIsRefused() throws Exception {
        try (var _ = openOther()) {
            assertThatThrownBy(this::openOther)
                    .isInstanceOf(BrokenJournalException.class)
                    .hasMessageContaining("another Tocsin");
        }
    }

    /** A power cut tears the end of the write-ahead log; nothing of it had been answered for. */
    @ParameterizedTest
    @ValueSource(ints = {1, 17, 4096, 5000})
    void opensAfterTheEndOfTheWriteAheadLogWasTorn(int lost) throws Exception {
        var copy = Files.createDirectory(other.resolve("copy"));
        try (var journal = openOther()) {
            for (var i = 0; i < 50; i++) {
                journal.append(started(i)).await();
            }
            // The log is folded into the database at a clean close, so it is taken before.
            for (var name : List.of("journal.db", "journal.db-wal")) {
                Files.copy(other.resolve(name), copy.resolve(name));
            }
        }
        try (var log = FileChannel.open(copy.resolve("journal.db-wal"), StandardOpenOption.WRITE)) {
            log.truncate(log.size() - lost);
        }

        try (var journal = new SqliteJournal(copy, InstantSource.system())) {
            assertThat(all(journal).size()).isBetween(45, 49);
            assertThat(journal.repaired())
                    .hasValueSatisfying(what -> assertThat(what).contains("never finished", "cut off"));
            assertThat(journal.append(started(50)).await().seq())
                    .isEqualTo(all(journal).size());
        }
    }

    @Test
    void aLogThatWasFoldedAndBegunAnewIsNotTakenForTorn() throws Exception {
        var copy = Files.createDirectory(other.resolve("copy"));
        try (var journal = openOther()) {
            // More than a thousand pages, at which SQLite folds the log and begins it anew, leaving old frames behind.
            for (var i = 0; i < 3000; i++) {
                journal.append(new Fact.ServiceStarted("x".repeat(4000) + i)).await();
            }
            for (var name : List.of("journal.db", "journal.db-wal")) {
                Files.copy(other.resolve(name), copy.resolve(name));
            }
        }

        try (var journal = new SqliteJournal(copy, InstantSource.system())) {
            assertThat(journal.repaired()).isEmpty();
            assertThat(all(journal)).hasSize(3000);
        }
    }

    /** Another process writes and reports each number once it was answered for; it is killed in the middle. */
    @Test
    void kill9LosesNothingThatWasAnsweredFor() throws Exception {
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                other.toString());
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var answered = new ArrayList<Long>();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                answered.add(Long.valueOf(line));
                if (answered.size() == 2000) {
                    process.toHandle().destroyForcibly();
                }
            }
        }

        try (var journal = openOther()) {
            assertThat(answered.size()).isGreaterThanOrEqualTo(2000);
            assertThat(all(journal)).extracting(Entry::seq).containsAll(answered);
        }
    }

    /** Appends from many threads until it is killed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            var journal = new SqliteJournal(Path.of(arguments[0]), InstantSource.system());
            for (var i = 0; i < 8; i++) {
                Thread.ofPlatform().start(() -> {
                    while (true) {
                        var seq = journal.append(started(1)).await().seq();
                        synchronized (System.out) {
                            System.out.println(seq);
                            System.out.flush();
                        }
                    }
                });
            }
        }
    }
}
