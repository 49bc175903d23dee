package dev.tocsin.announce;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What waits to be told to somebody who may be slow or away. Whoever puts something in never waits; when too much does, the
 * oldest is dropped.
 */
final class Outbox<T> implements AutoCloseable {
    private static final int MOST = 256;
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /** Tells one thing; may take its time. */
    interface Teller<T> {
        void tell(T what) throws InterruptedException;
    }

    private final BlockingQueue<T> waiting = new ArrayBlockingQueue<>(MOST);
    private final Teller<T> teller;
    private final Runnable dropped;
    private final Thread thread;
    private volatile boolean closing;

    /**
     * Begins to tell, on a thread of its own.
     *
     * @param dropped called for each thing that is never told
     */
    Outbox(String name, Teller<T> teller, Runnable dropped) {
        this.teller = teller;
        this.dropped = dropped;
        thread = Thread.ofVirtual().name(name).start(this::tellAll);
    }

    /** Puts it at the end; returns at once. */
    void put(T what) {
        while (!waiting.offer(what)) {
            if (waiting.poll() != null) {
                dropped.run();
            }
        }
    }

    private void tellAll() {
        try {
            while (!closing || !waiting.isEmpty()) {
                var next = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (next != null) {
                    teller.tell(next);
                }
            }
        } catch (InterruptedException _) {
            // no more time
        }
    }

    /** Tells what waits, as far as that is possible in a few seconds. */
    @Override
    public void close() throws InterruptedException {
        closing = true;
        if (!thread.join(LAST_WORDS)) {
            thread.interrupt();
        }
    }
}
