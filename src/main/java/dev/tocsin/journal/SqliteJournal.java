package dev.tocsin.journal;

import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in a SQLite file of its own, in WAL mode with {@code synchronous=FULL}: one fsync for each commit.
 *
 * <p>One thread writes. While one commit waits for the disk the next facts queue, and the next commit takes them all,
 * so the rate grows with the load. The queue is bounded: what does not fit is refused with
 * {@link JournalFullException}, never dropped. SQLite itself takes back a commit that a crash tore, and none of its
 * facts was answered for; {@link #repaired()} tells of it.
 */
public final class SqliteJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteJournal.class);
    private static final int QUEUE = 8192;
    private static final int BATCH = 1024;
    private static final String FILE = "journal.db";

    private record Pending(
            Fact fact,
            String encoded,
            Instant at,
            Promise<Recorded> promise,
            @Nullable Context context) {}

    private final Path directory;
    private final InstantSource clock;
    private final FileChannel lock;
    private final Connection writing;
    private final Connection reading;
    private final ReentrantLock readLock = new ReentrantLock();
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE);
    private final List<Consumer<Recorded>> listeners = new CopyOnWriteArrayList<>();
    private final Optional<String> repaired;
    private final Thread writer;
    private long seq;
    private String hash = Entry.GENESIS;
    private volatile boolean closing;

    /**
     * Opens the journal in a directory, which is made when it is not there, and checks its chain from end to end.
     *
     * @throws BrokenJournalException when the chain is broken, naming the place; or when another process writes it
     */
    public SqliteJournal(Path directory, InstantSource clock) throws IOException {
        this.directory = directory;
        this.clock = clock;
        Files.createDirectories(directory);
        lock = locked(directory);
        var unfinished = WriteAheadLog.unfinished(directory.resolve(FILE + "-wal"));
        try {
            writing = connect();
            writing.setAutoCommit(false);
            reading = connect(); // each question sees what is committed by then
            repaired = verify().or(() -> unfinished == 0 ? Optional.empty() : Optional.of(takenBack(unfinished)));
        } catch (SQLException e) {
            lock.close();
            throw new BrokenJournalException("SQLite cannot open " + directory.resolve(FILE) + ": " + e.getMessage());
        } catch (BrokenJournalException e) {
            lock.close();
            throw e;
        }
        writer = Thread.ofPlatform().name("tocsin-journal").start(this::write);
    }

    /** What had to be mended to open the journal. */
    public Optional<String> repaired() {
        return repaired;
    }

    @Override
    public Future<Recorded> append(Fact fact) {
        var promise = Promise.<Recorded>promise();
        if (closing) {
            return Future.failedFuture(new IllegalStateException("the journal is closed"));
        }
        if (!queue.offer(new Pending(fact, Entry.encode(fact), clock.instant(), promise, Vertx.currentContext()))) {
            return Future.failedFuture(new JournalFullException());
        }
        return promise.future();
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

    private void read(long fromSeq, long toSeq, Consumer<Entry> reader) {
        readLock.lock();
        try (var select =
                reading.prepareStatement("SELECT seq, text, hash FROM fact WHERE seq BETWEEN ? AND ? ORDER BY seq")) {
            select.setLong(1, fromSeq - 1);
            select.setLong(2, toSeq);
            var rows = select.executeQuery();
            var previous = Entry.GENESIS;
            while (rows.next()) {
                if (rows.getLong(1) >= fromSeq) {
                    reader.accept(new Entry(rows.getLong(1), rows.getString(2), previous, rows.getString(3)));
                }
                previous = rows.getString(3);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the journal: " + e.getMessage(), e);
        } finally {
            readLock.unlock();
        }
    }

    /** Writes what was accepted, then closes. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join();
            readLock.lock();
            try (var _ = lock;
                    var _ = writing;
                    var _ = reading) {
                LOG.debug("journal closed");
            } finally {
                readLock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | IOException e) {
            LOG.atWarn().setCause(e).log("the journal did not close cleanly; nothing that was answered for is lost");
        }
    }

    private void write() {
        var batch = new ArrayList<Pending>(BATCH);
        try (var insert = writing.prepareStatement("INSERT INTO fact (seq, text, hash) VALUES (?, ?, ?)")) {
            while (!closing || !queue.isEmpty()) {
                var first = queue.poll(50, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH - 1);
                    commit(insert, batch);
                    batch.clear();
                }
            }
        } catch (SQLException | InterruptedException e) {
            LOG.atError().setCause(e).log("the journal's writer ended; nothing can be stored any more");
            closing = true;
        }
        var rest = new ArrayList<Pending>();
        queue.drainTo(rest);
        rest.forEach(pending -> pending.promise().tryFail("the journal is closed"));
    }

    private void commit(PreparedStatement insert, List<Pending> batch) throws SQLException {
        var recorded = new ArrayList<Recorded>(batch.size());
        var nextSeq = seq;
        var nextHash = hash;
        try {
            for (var pending : batch) {
                var entry = Entry.write(++nextSeq, pending.at(), pending.encoded(), nextHash);
                nextHash = entry.hash();
                insert.setLong(1, entry.seq());
                insert.setString(2, entry.text());
                insert.setString(3, entry.hash());
                insert.addBatch();
                recorded.add(new Recorded(entry.seq(), pending.at(), pending.fact()));
            }
            insert.executeBatch();
            writing.commit();
        } catch (SQLException e) {
            LOG.atError().setCause(e).addKeyValue("facts", batch.size()).log("facts could not be stored");
            insert.clearBatch();
            writing.rollback();
            batch.forEach(pending -> complete(pending, () -> pending.promise().fail(e)));
            return;
        }
        seq = nextSeq;
        hash = nextHash;
        recorded.forEach(stored -> listeners.forEach(listener -> tell(listener, stored)));
        // Only then the answers, close together: an event loop that wakes for the first finds the others waiting.
        for (var i = 0; i < recorded.size(); i++) {
            var stored = recorded.get(i);
            var pending = batch.get(i);
            complete(pending, () -> pending.promise().complete(stored));
        }
    }

    private static void tell(Consumer<Recorded> listener, Recorded stored) {
        try {
            listener.accept(stored);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("seq", stored.seq()).log("a follower of the journal failed");
        }
    }

    private static void complete(Pending pending, Runnable completion) {
        if (pending.context() == null) {
            completion.run();
        } else {
            pending.context().runOnContext(_ -> completion.run());
        }
    }

    private Connection connect() throws SQLException {
        var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(FILE));
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("CREATE TABLE IF NOT EXISTS fact"
                    + " (seq INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL) STRICT");
        }
        return connection;
    }

    /** Walks the whole chain. Only a last entry that is not whole is cut off, and kept aside. */
    private Optional<String> verify() throws SQLException, IOException {
        var broken = new ArrayList<Entry>();
        read(1, Long.MAX_VALUE, entry -> {
            if (!broken.isEmpty()) {
                throw new BrokenJournalException("the journal " + directory.resolve(FILE) + " is broken at entry "
                        + broken.getFirst().seq() + ": its hash does not fit its text and the entry before;"
                        + " restore it, or start with another data directory and keep this one as evidence");
            }
            if (entry.seq() != seq + 1 || !entry.follows(hash)) {
                broken.add(entry);
            } else {
                seq = entry.seq();
                hash = entry.hash();
            }
        });
        return broken.isEmpty() ? Optional.empty() : Optional.of(cutOff(broken.getFirst()));
    }

    private static String takenBack(long bytes) {
        var what = "the last commit was never finished; its " + bytes
                + " bytes were cut off, and none of its facts had been answered for";
        LOG.atWarn().addKeyValue("bytes", bytes).log(what);
        return what;
    }

    private String cutOff(Entry torn) throws SQLException, IOException {
        var aside = directory.resolve("journal-torn-" + torn.seq() + ".json");
        Files.writeString(aside, torn.line());
        try (var delete = writing.prepareStatement("DELETE FROM fact WHERE seq >= ?")) {
            delete.setLong(1, torn.seq());
            delete.executeUpdate();
            writing.commit();
        }
        var what =
                "the last entry, " + torn.seq() + ", was not whole; it was cut off and kept in " + aside.getFileName();
        LOG.atWarn().addKeyValue("seq", torn.seq()).addKeyValue("kept", aside).log(what);
        return what;
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
