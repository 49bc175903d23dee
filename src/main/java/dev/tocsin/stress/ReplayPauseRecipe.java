package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.ServerStimulus.ReplayPause;
import java.time.Duration;
import java.util.List;

/** Pauses the standby's replay while the primary commits, so that the standby falls behind in bytes and in time. */
record ReplayPauseRecipe(ReplayPause pause) implements Recipe {
    private static final int STEPS_A_SECOND = 5;

    /** What the standby's disk must bear at the most, in units of the primary's max_wal_size. */
    private static final int MOST_CHECKPOINTS = 10;

    private static final String SECONDS =
            "SELECT coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0)::bigint";

    @Override
    public List<Privilege> needs() {
        return List.of(Privilege.execute("pg_wal_replay_pause()"), Privilege.execute("pg_wal_replay_resume()"));
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        Wal.checkRate(place.control(), pause.rate());
        try (var standby = place.standby()) {
            Replica.check(place.control(), standby);
            if (Replica.paused(standby)) {
                throw new StressException(
                        "somebody has paused the standby's replay already", "SELECT pg_wal_replay_resume() there");
            }
        }
        return List.of(new Leftover.PausedReplay());
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        try (var standby = place.standby()) {
            Replica.checkStreaming(place, progress, standby);
            standby.run("SELECT pg_wal_replay_pause()");
            var start = Wal.position(place.control());
            var most = MOST_CHECKPOINTS * Wal.mostBetweenCheckpoints(place.control());
            var chunk = Math.max(1, pause.rate().bytes() / STEPS_A_SECOND);
            place.repeat(Duration.ofSeconds(1).dividedBy(STEPS_A_SECOND), session -> {
                // At its bound the time goes on, and the bytes do not.
                Wal.commit(session, session.number(Wal.since(start)) < most ? chunk : 1);
            });
            progress.report("the replay is paused, and the primary goes on");
            var written = place.await(
                    progress, Wal.since(start), seen -> seen >= pause.rate().bytes());
            var behind = place.await(
                    progress, standby, Replica.behind(Wal.flushed(place.control())), seen -> seen >= written / 2);
            var seconds = place.await(progress, standby, SECONDS, seen -> seen >= 1);
            return new Effect.Measured(figures(behind, seconds));
        }
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        try (var standby = place.standby()) {
            return figures(standby.number(Replica.behind(Wal.flushed(place.control()))), standby.number(SECONDS));
        }
    }

    private static List<Effect.Figure> figures(long bytes, long seconds) {
        return List.of(
                new Effect.Figure("kB of WAL not replayed by the standby", bytes / 1024),
                new Effect.Figure("s behind", seconds));
    }
}
