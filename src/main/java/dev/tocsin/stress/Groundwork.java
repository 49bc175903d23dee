package dev.tocsin.stress;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sets up what a stimulus needs, in a session of its own: its statements may be long, can be stopped, and end at the
 * stimulus' bound. Closing it makes the server tell at once what the session did.
 */
final class Groundwork implements AutoCloseable {
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);

    private final Workplace place;
    private final Progress progress;
    private final Sql session;
    private final long began = System.nanoTime();

    private Groundwork(Workplace place, Progress progress, Sql session) {
        this.place = place;
        this.progress = progress;
        this.session = session;
    }

    /** Opens the session. It uses one processor at most, and the server ends its statements should Tocsin not. */
    static Groundwork begin(Workplace place, Progress progress) throws StressException {
        var session = place.session();
        session.run("SET statement_timeout = " + place.bound().toMillis()
                + "; SET default_tablespace = ''; SET max_parallel_maintenance_workers = 0"
                + "; SET max_parallel_workers_per_gather = 0");
        return new Groundwork(place, progress, session);
    }

    /**
     * Runs a statement to its end; once the run was told to stop, does nothing any more.
     *
     * @param doing as people read it: "writing the table"
     */
    void run(String doing, String sql) throws StressException, InterruptedException {
        if (progress.stopped()) {
            return;
        }
        var answer = session.send(sql);
        var done = new CountDownLatch(1);
        answer.onComplete(_ -> done.countDown());
        await(doing, done);
        if (answer.failed() && !progress.stopped()) {
            if (Sql.endedWith(Sql.CANCELLED, answer.cause())) {
                throw late(doing); // the server was quicker to notice
            }
            throw new StressException(doing + ": " + answer.cause().getMessage(), answer.cause());
        }
    }

    private void await(String doing, CountDownLatch done) throws StressException, InterruptedException {
        var from = System.nanoTime();
        var told = 0L;
        while (!done.await(LOOK, TimeUnit.NANOSECONDS)) {
            if (progress.stopped()) {
                session.cancel();
                var _ = done.await(Sql.ANSWER.toMillis(), TimeUnit.MILLISECONDS); // the release terminates who stays
                return;
            }
            if (System.nanoTime() - began > place.bound().toNanos()) {
                session.cancel();
                throw late(doing);
            }
            var seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from);
            if (seconds > told) {
                progress.report(doing + ", " + seconds + " s so far");
                told = seconds;
            }
        }
    }

    private StressException late(String doing) {
        return new StressException(
                doing + " was not done within " + place.bound().toSeconds() + " s");
    }

    @Override
    public void close() {
        place.close(session);
    }
}
