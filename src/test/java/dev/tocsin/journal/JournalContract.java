package dev.tocsin.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Patience;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every journal promises. */
abstract class JournalContract {
    private Journal journal;

    abstract Journal open(InstantSource clock) throws Exception;

    @BeforeEach
    void openJournal() throws Exception {
        journal = open(InstantSource.system());
    }

    @AfterEach
    void closeJournal() {
        journal.close();
    }

    @Test
    void numbersFactsFromOneOnInTheOrderOfTheirAppending() {
        var recorded = IntStream.range(0, 100)
                .mapToObj(i -> journal.append(started(i)))
                .map(future -> future.await())
                .toList();

        assertThat(recorded)
                .extracting(Recorded::seq)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 100).boxed().toList());
        assertThat(journal.read(1, 100)).extracting(entry -> entry.recorded()).containsExactlyElementsOf(recorded);
    }

    @Test
    void chainsEveryEntryToTheOneBefore() {
        IntStream.range(0, 10).forEach(i -> journal.append(started(i)).await());

        var previous = Entry.GENESIS;
        for (var entry : journal.read(1, 10)) {
            assertThat(entry.follows(previous)).isTrue();
            previous = entry.hash();
        }
    }

    @Test
    void readsAPieceWithTheHashBeforeIt() {
        IntStream.range(0, 10).forEach(i -> journal.append(started(i)).await());

        var piece = journal.read(4, 6);

        assertThat(piece).extracting(Entry::seq).containsExactly(4L, 5L, 6L);
        assertThat(piece.getFirst().follows(journal.read(3, 3).getFirst().hash()))
                .isTrue();
    }

    @Test
    void tellsFollowersEachFactOnceAndInOrderBeforeItsWriterKnows() {
        var heard = new ConcurrentLinkedQueue<Recorded>();
        journal.append(started(0)).await();
        var following = journal.follow(heard::add);

        var second = journal.append(started(1)).await();
        assertThat(heard).containsExactly(second);

        following.close();
        journal.append(started(2)).await();
        assertThat(heard).containsExactly(second);
    }

    @Test
    void losesAndDoublesNothingOfManyWritersAtOnce() throws Exception {
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, 1000)
                    .mapToObj(
                            i -> writers.submit(() -> journal.append(started(i)).await()))
                    .toList();
            for (var one : all) {
                assertThat(one.get().seq()).isPositive();
            }
        }

        assertThat(journal.read(1, Long.MAX_VALUE))
                .hasSize(1000)
                .extracting(entry -> ((Fact.ServiceStarted) entry.recorded().fact()).version())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 1000).mapToObj(String::valueOf).toList());
    }

    @Test
    void takesNothingOnceItIsClosed() {
        journal.close();

        assertThat(journal.append(started(1)).failed()).isTrue();
    }

    @Test
    void answersForEveryFactThatComesWhileItIsClosed() throws Exception {
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, 1000)
                    .mapToObj(i -> writers.submit(() -> journal.append(started(i))
                            .map("stored")
                            .otherwise("refused")
                            .await(Patience.MOST.toSeconds(), TimeUnit.SECONDS)))
                    .toList();
            journal.close();
            for (var one : all) {
                assertThat(one.get()).isIn("stored", "refused");
            }
        }
    }

    static Fact started(int number) {
        return new Fact.ServiceStarted(String.valueOf(number));
    }

    static List<Entry> all(Journal journal) {
        return journal.read(1, Long.MAX_VALUE);
    }
}
