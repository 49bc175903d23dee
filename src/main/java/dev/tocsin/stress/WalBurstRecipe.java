package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import dev.tocsin.domain.scenario.ServerStimulus.WalBurst;
import java.time.Duration;
import java.util.List;

/** Writes WAL at a steady rate, in messages that nobody reads. */
final class WalBurstRecipe implements Recipe {
    private static final int STEPS_A_SECOND = 10;

    /** What the disk, standbys and the archive must bear at the most, in units of max_wal_size. */
    private static final int MOST_CHECKPOINTS = 10;

    private final WalBurst burst;
    private String start = "0/0";

    WalBurstRecipe(WalBurst burst) {
        this.burst = burst;
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        Wal.checkRate(place.control(), burst.rate());
        return List.of();
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        start = Wal.position(place.control());
        var most = MOST_CHECKPOINTS * Wal.mostBetweenCheckpoints(place.control());
        var chunk = Math.max(1, burst.rate().bytes() / STEPS_A_SECOND);
        place.repeat(Duration.ofSeconds(1).dividedBy(STEPS_A_SECOND), session -> {
            if (session.number(Wal.since(start)) > most) {
                throw new StressException(
                        "%d times max_wal_size was written since it began, which is its bound; hold it shorter"
                                .formatted(MOST_CHECKPOINTS));
            }
            Wal.write(session, chunk);
        });
        var written = place.await(
                progress, Wal.since(start), seen -> seen >= burst.rate().bytes());
        return new Effect.Measured(List.of(new Effect.Figure("kB of WAL written so far", written / 1024)));
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        var written = place.control().number(Wal.since(start));
        return List.of(new Effect.Figure("MB of WAL written by everybody", Wal.megabytes(written)));
    }
}
