package dev.tocsin.journal;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The journal's twin for tests that need no disk; it passes the same contract. */
public final class InMemoryJournal implements Journal {
    private final InstantSource clock;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Consumer<Recorded>> listeners = new CopyOnWriteArrayList<>();
    private boolean closed;

    public InMemoryJournal(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Future<Recorded> append(Fact fact) {
        if (closed) {
            return Future.failedFuture(new IllegalStateException("the journal is closed"));
        }
        var previous = entries.isEmpty() ? Entry.GENESIS : entries.getLast().hash();
        var recorded = new Recorded(entries.size() + 1, clock.instant(), fact);
        entries.add(Entry.write(recorded, previous));
        listeners.forEach(listener -> listener.accept(recorded));
        return Future.succeededFuture(recorded);
    }

    @Override
    public Following follow(Consumer<Recorded> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public synchronized List<Entry> read(long fromSeq, long toSeq) {
        return entries.stream()
                .filter(entry -> entry.seq() >= fromSeq && entry.seq() <= toSeq)
                .toList();
    }

    @Override
    public void readAll(Consumer<Entry> reader) {
        read(1, Long.MAX_VALUE).forEach(reader);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
