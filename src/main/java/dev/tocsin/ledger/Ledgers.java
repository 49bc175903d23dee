package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Ledger;
import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.ledger.WriterLedger;
import dev.tocsin.domain.scenario.Durability;
import dev.tocsin.stress.PostgresTarget;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Ledgers of one target: opened, kept, read back and dropped. Calls block. */
public final class Ledgers {
    static final String BEFORE = "before";
    static final String AFTER = "after";

    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** A table that takes longer to read is too large to be compared in a drill. */
    private static final Duration WHOLE_TABLE = Duration.ofMinutes(10);

    private static final Duration SESSIONS_GONE = Duration.ofSeconds(20);

    private final Vertx vertx;
    private final PostgresTarget target;
    private final Supplier<List<String>> storage;

    /**
     * Ledgers in the target's database, with the target's role.
     *
     * @param vertx one of its own: what is measured must not wait for the service's own work
     */
    public Ledgers(Vertx vertx, PostgresTarget target) {
        this(vertx, target, List::of);
    }

    /** The same, with what is known of the storage behind it, asked at each beginning. */
    public Ledgers(Vertx vertx, PostgresTarget target, Supplier<List<String>> storage) {
        this.vertx = vertx;
        this.target = target;
        this.storage = storage;
    }

    /** The name of a run's sessions. */
    static String session(String run) {
        return "tocsin:" + run + ":ledger";
    }

    private Session open(String run, Duration answer, Duration patience) throws LedgerException, InterruptedException {
        return Session.open(vertx, target, session(run), answer, patience);
    }

    /** Why no ledger can be kept here, or nothing. Asks and changes nothing. */
    public Optional<Note.LedgerRefused> refusal(String run, Durability durability)
            throws LedgerException, InterruptedException {
        try (var session = open(run, ANSWER, Duration.ZERO)) {
            return Schema.refusal(session, durability);
        }
    }

    /** Looks at server, settings and datasets, makes the schema, and begins to write. Its undo is noted before it is made. */
    public Kept keep(String run, Durability durability, Notebook notebook, InstantSource clock)
            throws LedgerException, InterruptedException {
        var schema = Schema.of(run);
        notebook.note(new Note.LedgerOpened(schema.name(), durability.writers(), durability.rows()));
        Note.ServerSeen before;
        try (var session = open(run, WHOLE_TABLE, Duration.ZERO)) {
            for (var dataset : durability.datasets()) {
                notebook.note(Fingerprints.see(session, dataset.table(), BEFORE));
            }
            schema.create(session);
            before = ServerLook.look(session, schema, BEFORE);
            notebook.note(before);
            notebook.note(ServerLook.settings(session, storage.get()));
            notebook.note(ServerLook.standbys(session, BEFORE));
        }
        return write(run, schema, List.of(), durability, before, notebook, clock);
    }

    private Kept write(
            String run,
            Schema schema,
            List<Long> reservedBefore,
            Durability durability,
            Note.ServerSeen seen,
            Notebook notebook,
            InstantSource clock) {
        var writers = new Writers(vertx, target, run, schema, reservedBefore, durability, notebook, clock);
        return new Kept(writers, new ServerWatch(vertx, target, session(run), schema, seen, writers, notebook, clock));
    }

    /**
     * Goes on with a ledger whose process died, each writer with the first number that was never reserved.
     *
     * @param patience how long to wait for a server that does not answer
     * @return nothing where another server, or another state of it, answers: that is read back and not written to
     */
    public Optional<Kept> takeUp(
            String run, Ledger ledger, Durability durability, Notebook notebook, InstantSource clock, Duration patience)
            throws LedgerException, InterruptedException {
        var opened = ledger.opened().orElseThrow();
        var schema = new Schema(opened.schema());
        Note.ServerSeen seen;
        try (var session = open(run, ANSWER, patience)) {
            endOthers(session, run);
            seen = ServerLook.look(session, schema, "restarted");
            notebook.note(seen);
        }
        var known = ledger.servers().stream()
                .flatMap(sighting -> sighting.server().systemIdentifier().stream())
                .findFirst();
        if (seen.canary() == Note.Canary.ABSENT || !known.equals(seen.systemIdentifier())) {
            return Optional.empty();
        }
        var reserved = ledger.writers().stream().map(WriterLedger::reserved).toList();
        return Optional.of(write(run, schema, reserved, durability, seen, notebook, clock));
    }

    /** A ledger that is being written. */
    public static final class Kept implements AutoCloseable {
        private final Writers writers;
        private final ServerWatch watch;

        private Kept(Writers writers, ServerWatch watch) {
            this.writers = writers;
            this.watch = watch;
        }

        /** How many commits were acknowledged. */
        public long acknowledged() {
            return writers.acknowledged();
        }

        /** Whether writes are without an answer just now. */
        public boolean troubled() {
            return writers.troubled();
        }

        /** Throws when what became of the commits could not be noted any more. */
        public void check() {
            writers.check();
        }

        /** Stops writing; what was sent is noted when it returns. */
        public void stop() throws InterruptedException {
            writers.stop();
            watch.close();
        }

        @Override
        public void close() {
            writers.close();
            watch.close();
        }
    }

    /**
     * Reads everything back and notes it: server, ledger, indexes, datasets. Works from what was noted alone, so another
     * process than the one that wrote can do it.
     *
     * @param patience how long to wait for a server that does not answer
     */
    public void readBack(
            String run, Ledger ledger, Durability durability, int pass, Notebook notebook, Duration patience)
            throws LedgerException, InterruptedException {
        var opened = ledger.opened().orElseThrow();
        var reserved = ledger.writers().stream().map(WriterLedger::reserved).toList();
        var schema = new Schema(opened.schema());
        try (var session = open(run, WHOLE_TABLE, patience)) {
            endOthers(session, run);
            notebook.note(ServerLook.look(session, schema, AFTER));
            notebook.note(ServerLook.standbys(session, AFTER));
            for (var reading : ReadBack.read(session, run, opened, reserved, pass)) {
                notebook.note(reading);
            }
            for (var note : SecondLook.look(session, schema, durability)) {
                notebook.note(note);
            }
            for (var dataset : durability.datasets()) {
                notebook.note(Fingerprints.see(session, dataset.table(), AFTER));
            }
        }
    }

    /** Drops the schema, whether or not it is there, and notes it. */
    public void drop(String run, String schema, Notebook notebook, Duration patience)
            throws LedgerException, InterruptedException {
        try (var session = open(run, ANSWER, patience)) {
            session.run("SET synchronous_commit = local"); // a standby that is away must not keep the schema
            endOthers(session, run);
            new Schema(schema).drop(session);
            notebook.note(new Note.LedgerDropped(schema));
        }
    }

    /** A commit that was given up may still be on its way in a session of ours; none may land after the reading. */
    private static void endOthers(Session session, String run) throws LedgerException, InterruptedException {
        var deadline = System.nanoTime() + SESSIONS_GONE.toNanos();
        while (session.row("""
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE application_name = $1 AND usename = current_user AND pid <> pg_backend_pid()
                """, session(run)).getLong(0) > 0) {
            if (System.nanoTime() > deadline) {
                throw new LedgerException(
                        "sessions named " + session(run) + " did not end; look in pg_stat_activity",
                        new IllegalStateException("still there"));
            }
            Thread.sleep(Duration.ofMillis(50)); // the server does not say when a session has ended
        }
    }
}
