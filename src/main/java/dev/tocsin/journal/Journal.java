package dev.tocsin.journal;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** The only truth: an append-only, hash-chained sequence of facts on Tocsin's own disk. */
public interface Journal extends AutoCloseable {

    /**
     * Writes a fact. The future succeeds only when it would survive a power cut; it fails when the fact could not be
     * stored, and with {@link JournalFullException} when too many facts wait for the disk.
     */
    Future<Recorded> append(Fact fact);

    /** Hears every fact from now on, in order, on the journal's own thread; must return at once. */
    Following follow(Consumer<Recorded> listener);

    /** Stops hearing. */
    interface Following extends AutoCloseable {
        @Override
        void close();
    }

    /** The stored entries from one place to another, both included, in order. Blocks. */
    List<Entry> read(long fromSeq, long toSeq);

    /** Hands every stored entry to the reader, in order. Blocks. */
    void readAll(Consumer<Entry> reader);

    @Override
    void close();
}
