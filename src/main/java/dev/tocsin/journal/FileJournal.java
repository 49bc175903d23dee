package dev.tocsin.journal;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal as a file of lines, each an {@link Entry}, with one fsync for each commit.
 *
 * <p>One thread writes. While one commit waits for the disk the next facts queue, and the next commit takes them all,
 * so the rate grows with the load. The queue is bounded: what does not fit is refused with
 * {@link JournalFullException}, never dropped.
 *
 * <p>The first line of a commit is indented by a space. A crash can tear the last commit only, at any of its bytes, and
 * none of its facts was answered for; so what is not whole is cut off if no commit begins behind it. Damage before a
 * later commit was done to facts that had been stored, and is refused.
 */
public final class FileJournal implements Journal {
    /** The file's name in its directory. */
    public static final String FILE = "journal.ndjson";

    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);
    private static final int QUEUE = 8192;
    private static final int BATCH = 1024;
    private static final int BUFFER_BYTES = 256 * 1024;

    /** A reader seeks to a place at most so many entries (and a commit) before what it wants. */
    private static final int PLACE_EVERY = 256;

    private static final byte COMMIT_BEGINS = ' ';
    private static final byte LINE_ENDS = '\n';

    private record Pending(
            Fact fact,
            Instant at,
            Promise<Recorded> promise,
            @Nullable Context context) {}

    private final Path file;
    private final InstantSource clock;
    private final FileChannel lock;
    private final FileChannel writing;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE);
    private final List<Consumer<Recorded>> listeners = new CopyOnWriteArrayList<>();
    private final ConcurrentSkipListMap<Long, Long> places = new ConcurrentSkipListMap<>();
    private final Optional<String> repaired;
    private final Thread writer;
    private long seq;
    private String hash = Entry.GENESIS;
    private volatile long end;
    private volatile Optional<String> closed = Optional.empty();

    /**
     * Opens the journal in a directory, which is made when it is not there, and checks its chain from end to end.
     *
     * @throws BrokenJournalException when the chain is broken, naming the place; or when another process writes it
     */
    public FileJournal(Path directory, InstantSource clock) throws IOException {
        this.file = directory.resolve(FILE);
        this.clock = clock;
        Files.createDirectories(directory);
        lock = locked(directory);
        FileChannel opened = null;
        try {
            opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            repaired = verified(opened);
            sync(directory);
        } catch (IOException | RuntimeException e) {
            try (var _ = lock;
                    var _ = opened) {
                throw e;
            }
        }
        writing = opened;
        writer = Thread.ofPlatform().name("tocsin-journal").start(this::write);
    }

    /** What had to be mended to open the journal. */
    public Optional<String> repaired() {
        return repaired;
    }

    @Override
    public Future<Recorded> append(Fact fact) {
        if (closed.isPresent()) {
            return Future.failedFuture(new IllegalStateException(closed.get()));
        }
        var pending = new Pending(fact, clock.instant(), Promise.promise(), Vertx.currentContext());
        if (!queue.offer(pending)) {
            return Future.failedFuture(new JournalFullException());
        }
        // Asked again: the writer may have looked into the queue for the last time before this came into it.
        if (closed.isPresent() && queue.remove(pending)) {
            return Future.failedFuture(new IllegalStateException(closed.get()));
        }
        return pending.promise().future();
    }

    @Override
    public Following follow(Consumer<Recorded> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public List<Entry> read(long fromSeq, long toSeq) {
        var entries = new ArrayList<Entry>();
        read(fromSeq, toSeq, entries::add);
        return entries;
    }

    @Override
    public void readAll(Consumer<Entry> reader) {
        read(1, Long.MAX_VALUE, reader);
    }

    /** Reads what is committed by now. The channel is its own: one that is interrupted in a read closes itself. */
    private void read(long fromSeq, long toSeq, Consumer<Entry> reader) {
        var place = places.floorEntry(Math.max(1, fromSeq));
        if (place == null) {
            return;
        }
        try (var reading = FileChannel.open(file, StandardOpenOption.READ)) {
            var lines = new Lines(reading, place.getValue(), end);
            var at = (long) place.getKey();
            for (var line = lines.next(); line != null && at <= toSeq; line = lines.next(), at++) {
                if (at >= fromSeq) {
                    var entry = at;
                    reader.accept(Entry.stored(text(line))
                            .orElseThrow(() -> new BrokenJournalException(
                                    "the journal " + file + " was changed at entry " + entry + " while it was open")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the journal " + file, e);
        }
    }

    /** Refuses every fact from now on, and says why; what is being written already may still get there. */
    public void seal(String why) {
        closed = Optional.of(why);
    }

    /** Whether it takes no more facts. */
    public boolean sealed() {
        return closed.isPresent();
    }

    /** Writes what was accepted, then closes. */
    @Override
    public void close() {
        if (closed.isEmpty()) {
            closed = Optional.of("the journal is closed");
        }
        try (var _ = lock;
                var _ = writing) {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("the journal did not close cleanly; nothing that was answered for is lost");
        }
    }

    private void write() {
        var batch = new ArrayList<Pending>(BATCH);
        try {
            while (closed.isEmpty() || !queue.isEmpty()) {
                var first = queue.poll(50, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH - 1);
                    commit(batch);
                    batch.clear();
                }
            }
        } catch (IOException | InterruptedException | Error e) {
            // After a failed fsync the kernel may have dropped the pages, and the next fsync would succeed without
            // them. What is really there only a new start can tell.
            var why = "the disk of the journal " + file + " failed (" + e.getMessage()
                    + "); nothing can be stored until Tocsin is started again";
            closed = Optional.of(why);
            LOG.atError().setCause(e).log(why);
        }
        queue.drainTo(batch);
        batch.forEach(pending -> fail(pending, new IllegalStateException(closed.orElse("the journal is closed"))));
    }

    private void commit(List<Pending> batch) throws IOException {
        var recorded = new ArrayList<Recorded>(batch.size());
        var nextSeq = seq;
        var nextHash = hash;
        try {
            writing.position(end);
            for (var pending : batch) {
                var stored = new Recorded(++nextSeq, pending.at(), pending.fact());
                var entry = Entry.write(stored, nextHash);
                nextHash = entry.hash();
                if (recorded.isEmpty()) {
                    put(COMMIT_BEGINS);
                }
                put(entry.line().getBytes(StandardCharsets.UTF_8));
                put(LINE_ENDS);
                recorded.add(stored);
            }
            flush();
        } catch (IOException | RuntimeException e) { // most likely a full disk, with room again for the next
            LOG.atError().setCause(e).addKeyValue("facts", batch.size()).log("facts could not be stored");
            buffer.clear();
            writing.truncate(end);
            batch.forEach(pending -> fail(pending, e));
            return;
        }
        writing.force(false);
        remember(seq + 1, end);
        seq = nextSeq;
        hash = nextHash;
        end = writing.position();
        recorded.forEach(stored -> listeners.forEach(listener -> tell(listener, stored)));
        // Only then the answers, close together: an event loop that wakes for the first finds the others waiting.
        for (var i = 0; i < recorded.size(); i++) {
            var stored = recorded.get(i);
            var pending = batch.get(i);
            complete(pending, () -> pending.promise().complete(stored));
        }
    }

    private void put(byte... bytes) throws IOException {
        for (var at = 0; at < bytes.length; ) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            var piece = Math.min(buffer.remaining(), bytes.length - at);
            buffer.put(bytes, at, piece);
            at += piece;
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            writing.write(buffer);
        }
        buffer.clear();
    }

    private void remember(long entry, long offset) {
        var last = places.lastEntry();
        if (last == null || entry - last.getKey() >= PLACE_EVERY) {
            places.put(entry, offset);
        }
    }

    private static void tell(Consumer<Recorded> listener, Recorded stored) {
        try {
            listener.accept(stored);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("seq", stored.seq()).log("a follower of the journal failed");
        }
    }

    private static void fail(Pending pending, Throwable why) {
        complete(pending, () -> pending.promise().fail(why));
    }

    private static void complete(Pending pending, Runnable completion) {
        if (pending.context() != null) {
            pending.context().runOnContext(_ -> completion.run());
            return;
        }
        try {
            completion.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("whoever appended a fact failed when it was answered for");
        }
    }

    /** Walks the whole chain, and cuts off a last commit that a crash tore. */
    private Optional<String> verified(FileChannel opened) throws IOException {
        try (var reading = FileChannel.open(file, StandardOpenOption.READ)) {
            var size = reading.size();
            var lines = new Lines(reading, 0, size);
            for (var line = lines.next(); line != null; line = lines.next()) {
                var entry = whole(line);
                if (entry.isEmpty()
                        || entry.get().seq() != seq + 1
                        || !entry.get().previous().equals(hash)) {
                    if (entry.isPresent() || storedBehind(lines)) {
                        throw new BrokenJournalException("the journal " + file + " is broken at entry " + (seq + 1)
                                + " (byte " + line.offset() + "): its hash does not fit its text and the entry before;"
                                + " restore it, or start with another data directory and keep this one as evidence");
                    }
                    return Optional.of(cutOff(opened, reading, size));
                }
                remember(seq + 1, end);
                seq = entry.get().seq();
                hash = entry.get().hash();
                end = line.offset() + line.bytes().length + 1;
            }
            return Optional.empty();
        }
    }

    /** Whether a commit begins behind a place that is not whole. */
    private static boolean storedBehind(Lines lines) throws IOException {
        for (var line = lines.next(); line != null; line = lines.next()) {
            if (line.bytes().length > 0
                    && line.bytes()[0] == COMMIT_BEGINS
                    && whole(line).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** The entry of a line, if the line has its end and its text fits its hash. */
    private static Optional<Entry> whole(Lines.Line line) {
        return line.ended()
                ? Entry.stored(text(line)).filter(entry -> entry.follows(entry.previous()))
                : Optional.empty();
    }

    private static String text(Lines.Line line) {
        var bytes = line.bytes();
        var indent = bytes.length > 0 && bytes[0] == COMMIT_BEGINS ? 1 : 0;
        return new String(bytes, indent, bytes.length - indent, StandardCharsets.UTF_8);
    }

    private String cutOff(FileChannel opened, FileChannel reading, long size) throws IOException {
        var aside = file.resolveSibling("journal-torn-" + (seq + 1) + ".ndjson");
        try (var kept = FileChannel.open(
                aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (var at = end; at < size; ) {
                at += reading.transferTo(at, size - at, kept);
            }
            kept.force(true);
        }
        opened.truncate(end);
        opened.force(true);
        var what = "the last commit was not whole from entry " + (seq + 1) + " on; its last " + (size - end)
                + " bytes were cut off and kept in " + aside.getFileName();
        LOG.atWarn().addKeyValue("seq", seq + 1).addKeyValue("kept", aside).log(what);
        return what;
    }

    /** Makes the names in a directory outlive a power cut. */
    private static void sync(Path directory) throws IOException {
        try (var names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static FileChannel locked(Path directory) throws IOException {
        var channel = FileChannel.open(
                directory.resolve("journal.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // the same as a lock of another process
        }
        channel.close();
        throw new BrokenJournalException(
                "another Tocsin writes the journal in " + directory + "; give this one a data directory of its own");
    }
}
