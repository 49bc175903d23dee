package dev.tocsin.stress;

import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Leftover;
import java.time.Duration;
import java.util.List;

/**
 * Has the standby ask its primary for a slot that is not there, so that it is refused. That is undone without
 * primary_conninfo, in which a password may stand.
 */
record StandbyDetachRecipe() implements Recipe {
    private static final String SETTING = "primary_slot_name";

    /** Long enough that a standby which still streams would have what was committed. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    @Override
    public List<Privilege> needs() {
        return SystemSettings.needs(SETTING);
    }

    @Override
    public List<Leftover> leaves(Workplace place) throws StressException {
        try (var standby = place.standby()) {
            Replica.check(place.control(), standby);
            if (standby.truth("SELECT source = 'command line' FROM pg_settings WHERE name = '" + SETTING + "'")) {
                throw new StressException(
                        SETTING + " of the standby comes from its command line, which goes before ALTER SYSTEM",
                        "set it in postgresql.conf");
            }
            return List.of(SystemSettings.leftover(standby, SETTING, Leftover.On.STANDBY));
        }
    }

    @Override
    public Effect.Measured apply(Workplace place, Progress progress) throws StressException, InterruptedException {
        try (var standby = place.standby()) {
            Replica.checkStreaming(place, progress, standby);
            SystemSettings.set(standby, SETTING, place.unique());
            var _ = place.await(
                    progress, standby, "SELECT count(*) FROM pg_stat_wal_receiver", receivers -> receivers == 0);
            Wal.commit(place.control(), 1);
            var position = Wal.flushed(place.control());
            Thread.sleep(SILENCE);
            if (standby.number(Replica.replayed(position)) == 1) {
                throw new StressException(
                        "the standby goes on without its slot, from an archive or another server",
                        "choose a standby that has only its primary");
            }
            return new Effect.Measured(List.of(new Effect.Figure(
                    "bytes of WAL that the standby does not get", standby.number(Replica.behind(position)))));
        }
    }

    @Override
    public List<Effect.Figure> total(Workplace place) throws StressException {
        try (var standby = place.standby()) {
            return List.of(new Effect.Figure(
                    "bytes of WAL that the standby did not get",
                    standby.number(Replica.behind(Wal.flushed(place.control())))));
        }
    }
}
