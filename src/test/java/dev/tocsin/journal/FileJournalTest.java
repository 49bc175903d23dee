package dev.tocsin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.Patience;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileJournalTest extends JournalContract {
    @TempDir
    private Path folder;

    @TempDir
    private Path other;

    @Override
    Journal open(InstantSource clock) throws IOException {
        return new FileJournal(folder, clock);
    }

    private FileJournal openOther() throws IOException {
        return new FileJournal(other, InstantSource.system());
    }

    private void write(int facts) throws IOException {
        try (var journal = openOther()) {
            for (var i = 0; i < facts; i++) {
                journal.append(started(i)).await();
            }
        }
    }

    private Path file() {
        return other.resolve(FileJournal.FILE);
    }

    private List<String> lines() throws IOException {
        return new ArrayList<>(Files.readAllLines(file()));
    }

    private void change(int entry, UnaryOperator<String> change) throws IOException {
        var lines = lines();
        var changed = change.apply(lines.get(entry - 1));
        assertThat(changed).isNotEqualTo(lines.get(entry - 1));
        lines.set(entry - 1, changed);
        Files.write(file(), lines);
    }

    /** Writes so many facts that all but the first few wait for the disk together, and so become one commit. */
    private static void writeInOneCommit(FileJournal journal, int facts) {
        Future.all(IntStream.range(0, facts)
                        .mapToObj(i -> journal.append(started(i)))
                        .toList())
                .await();
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
        change(5, line -> line.replace("\"4\"", "\"x\""));

        assertThatThrownBy(this::openOther)
                .isInstanceOf(BrokenJournalException.class)
                .hasMessageContaining("broken at entry 5 (byte " + lengthOf(lines().subList(0, 4)) + ")");
    }

    /** Changed, and its own checksum made right again: only what the next entry says of it is wrong then. */
    @Test
    void refusesAnEntryThatWasRewrittenWhole() throws Exception {
        write(9);
        change(5, line -> {
            var entry = Entry.ofLine(line.strip(), 5);
            var other = new Recorded(entry.seq(), entry.recorded().at(), started(99));
            return line.replace(
                    line.strip(), Entry.write(other, entry.previous()).line());
        });

        assertThatThrownBy(this::openOther)
                .isInstanceOf(BrokenJournalException.class)
                .hasMessageContaining("broken at entry 6 (byte " + lengthOf(lines().subList(0, 5)) + ")");
    }

    private static int lengthOf(List<String> lines) {
        return lines.stream().mapToInt(line -> line.length() + 1).sum();
    }

    @Test
    void refusesAChainWithAnEntryMissing() throws Exception {
        write(9);
        var lines = lines();
        lines.remove(3);
        Files.write(file(), lines);

        assertThatThrownBy(this::openOther).hasMessageContaining("broken at entry 4");
    }

    @Test
    void refusesALastEntryThatIsWholeButDoesNotFollow() throws Exception {
        write(9);
        var lines = lines();
        lines.remove(7);
        Files.write(file(), lines);

        assertThatThrownBy(this::openOther).hasMessageContaining("broken at entry 8");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 100})
    void cutsOffALastEntryThatIsNotWholeReportsItAndKeepsItAside(int lost) throws Exception {
        write(9);
        var torn = lines().getLast();
        try (var journal = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            journal.truncate(journal.size() - lost);
        }

        try (var journal = openOther()) {
            assertThat(journal.repaired())
                    .hasValueSatisfying(what -> assertThat(what).contains("not whole from entry 9 on"));
            assertThat(all(journal)).hasSize(8);
            assertThat(other.resolve("journal-torn-9.ndjson")).hasContent(torn.substring(0, torn.length() + 1 - lost));
            assertThat(journal.append(started(9)).await().seq()).isEqualTo(9);
        }
        try (var again = openOther()) {
            assertThat(again.repaired()).isEmpty();
            assertThat(all(again)).hasSize(9);
        }
    }

    @Test
    void cutsOffTheVeryFirstEntryToo() throws Exception {
        Files.writeString(file(), " {\"seq\":1,\"at\":");

        try (var journal = openOther()) {
            assertThat(journal.repaired()).isPresent();
            assertThat(journal.append(started(1)).await().seq()).isEqualTo(1);
        }
    }

    /** A power cut may keep a later page of the last commit and lose an earlier one. */
    @Test
    void cutsOffALastCommitThatIsTornInItsMiddle() throws Exception {
        try (var journal = openOther()) {
            journal.append(started(0)).await();
            writeInOneCommit(journal, 500);
        }
        var lines = lines();
        var commit = lastCommit(lines);
        assertThat(lines.size() - commit).as("entries in the last commit").isGreaterThan(3);
        var torn = commit + 1;
        change(torn + 1, line -> "\0".repeat(line.length()));

        try (var journal = openOther()) {
            assertThat(journal.repaired())
                    .hasValueSatisfying(
                            what -> assertThat(what).contains("not whole from entry " + (torn + 1) + " on"));
            assertThat(all(journal)).hasSize(torn);
        }
    }

    @Test
    void refusesDamageToAnEntryBeforeTheLastCommit() throws Exception {
        try (var journal = openOther()) {
            writeInOneCommit(journal, 500);
            journal.append(started(500)).await();
        }
        change(400, line -> "\0".repeat(line.length()));

        assertThatThrownBy(this::openOther).hasMessageContaining("broken at entry 400");
    }

    private static int lastCommit(List<String> lines) {
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).startsWith(" "))
                .max()
                .orElseThrow();
    }

    @Test
    void aRefusedJournalCanBeOpenedByTheNextOnceItIsMended() throws Exception {
        write(9);
        var whole = lines();
        change(3, line -> line.toUpperCase(Locale.ROOT));
        assertThatThrownBy(this::openOther).isInstanceOf(BrokenJournalException.class);

        Files.write(file(), whole);

        openOther().close();
    }

    /** Some of these end a line for Java, for JavaScript or for a terminal; none of them may end one of the journal. */
    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\r\n", "\u0085", "\u2028", "\u2029", "\u000b", "\0", " {", "\ud83d\udd14"})
    void keepsEveryCharacter(String odd) throws Exception {
        try (var journal = openOther()) {
            journal.append(new Fact.ServiceStarted("before" + odd + "after")).await();
            journal.append(started(2)).await();
        }

        try (var journal = openOther()) {
            assertThat(journal.repaired()).isEmpty();
            assertThat(all(journal).getFirst().recorded().fact())
                    .isEqualTo(new Fact.ServiceStarted("before" + odd + "after"));
        }
    }

    /** The writer's thread is held until whoever fails has registered, or the failure would be in this thread. */
    @Test
    void goesOnWhenAWriterFailsAtTheNews() throws Exception {
        var registered = new CountDownLatch(1);
        try (var writing = openOther();
                var _ = writing.follow(_ -> awaitQuietly(registered))) {
            var _ = writing.append(started(1)).onSuccess(_ -> {
                throw new IllegalStateException("the writer's own mistake");
            });
            registered.countDown();

            assertThat(writing.append(started(2)).map(Recorded::seq).await(Patience.MOST.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(2);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The file is written in pieces and read in others; neither may show in a long entry. */
    @Test
    void keepsEntriesOfEveryLength() throws Exception {
        var texts = IntStream.of(0, 1, 65_535, 65_536, 300_000, 6_000_000, 7)
                .mapToObj(length -> "\u00fc".repeat(length))
                .toList();
        try (var journal = openOther()) {
            texts.forEach(text -> journal.append(new Fact.ServiceStarted(text)).await());
        }

        try (var journal = openOther()) {
            assertThat(all(journal))
                    .extracting(entry -> ((Fact.ServiceStarted) entry.recorded().fact()).version())
                    .containsExactlyElementsOf(texts);
        }
    }

    @Test
    void readsFromAnyPlaceOfALongJournal() throws Exception {
        try (var journal = openOther()) {
            writeInOneCommit(journal, 1000);
            IntStream.range(0, 1000).forEach(i -> journal.append(started(i)).await());
            readsFromAnyPlace(journal);
        }
        try (var journal = openOther()) {
            readsFromAnyPlace(journal);
        }
    }

    private static void readsFromAnyPlace(FileJournal journal) {
        for (var from : List.of(1, 2, 255, 256, 257, 258, 1000, 1001, 1999, 2000)) {
            assertThat(journal.read(from, from + 1L))
                    .extracting(Entry::seq)
                    .containsExactlyElementsOf(from == 2000 ? List.of(2000L) : List.of((long) from, from + 1L));
        }
        assertThat(journal.read(2001, 3000)).isEmpty();
    }

    /** A disk that is full, or gone: what cannot be stored is refused, and what was stored stays. */
    @Test
    void refusesWhatItCannotWriteAndGoesOnWhenThereIsRoomAgain() throws Exception {
        var limit = Files.createDirectory(other.resolve("small"));
        var process = new ProcessBuilder(
                        "bash",
                        "-c",
                        // 64 blocks of 1,024 bytes are the most a file of this process may have; the signal is ignored,
                        // so that the write itself fails.
                        "trap '' XFSZ; ulimit -f 64; exec \"$@\"",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Filler.class.getName(),
                        limit.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        try (var journal = new FileJournal(limit, InstantSource.system())) {
            assertThat(journal.repaired()).isEmpty();
            assertThat(all(journal))
                    .extracting(entry -> ((Fact.ServiceStarted) entry.recorded().fact()).version())
                    .containsExactly("small", "small again");
        }
    }

    /** Appends a fact that fits, one that does not, and one that does. */
    static final class Filler {
        private Filler() {}

        public static void main(String[] arguments) throws IOException {
            try (var journal = new FileJournal(Path.of(arguments[0]), InstantSource.system())) {
                journal.append(new Fact.ServiceStarted("small")).await();
                var answer = journal.append(new Fact.ServiceStarted("x".repeat(1_000_000)))
                        .map(_ -> "stored")
                        .otherwise(Throwable::getMessage)
                        .await();
                System.out.println(answer);
                if (!answer.equals("File too large")) {
                    System.exit(1);
                }
                journal.append(new Fact.ServiceStarted("small again")).await();
            }
        }
    }

    @Test
    void aSecondWriterIsRefused() throws Exception {
        try (var _ = openOther()) {
            assertThatThrownBy(this::openOther)
                    .isInstanceOf(BrokenJournalException.class)
                    .hasMessageContaining("another Tocsin");
        }
    }

    /** Another process writes and reports each number once it was answered for; it is killed in the middle. */
    @Test
    void kill9LosesNothingThatWasAnsweredFor() throws Exception {
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
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
            var journal = new FileJournal(Path.of(arguments[0]), InstantSource.system());
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
