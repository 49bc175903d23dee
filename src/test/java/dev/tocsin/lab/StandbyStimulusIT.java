package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.Patience;
import dev.tocsin.domain.scenario.ByteSize;
import dev.tocsin.domain.scenario.ClusterStimulus.NodeRestart;
import dev.tocsin.domain.scenario.ClusterStimulus.PodKill;
import dev.tocsin.domain.scenario.ServerStimulus.ReplayPause;
import dev.tocsin.domain.scenario.ServerStimulus.StandbyDetach;
import dev.tocsin.domain.scenario.ServerStimulus.StandbyPromotion;
import dev.tocsin.stress.Surroundings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done to a standby, on a real one: its effect, its undo, also after a crash, and what refuses it. */
@Order(Tier.LONG)
final class StandbyStimulusIT extends StimulusContract<StandbyBed> {
    private static final ReplayPause PAUSE = new ReplayPause(new ByteSize(2_000_000));

    private static final List<StimulusCase> OF_THE_STANDBY = List.of(
            StimulusCase.raises(
                            PAUSE,
                            ofStandby(
                                    "SELECT pg_is_wal_replay_paused()"
                                            + " AND pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) > 1000000"),
                            1)
                    .needing("EXECUTE ON FUNCTION pg_wal_replay_pause()"),
            StimulusCase.raises(
                            new StandbyDetach(),
                            ofStandby(
                                    "SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')"),
                            1)
                    .needing("ALTER SYSTEM ON PARAMETER primary_slot_name"),
            StimulusCase.raises(new StandbyPromotion(), ofStandby("SELECT NOT pg_is_in_recovery()"), 1)
                    .needing("EXECUTE ON FUNCTION pg_promote(boolean, integer)"));

    /** A server that was started again says so. */
    private static final String STARTED = "SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1000)::bigint";

    static final List<StimulusCase> CASES = Stream.concat(
                    OF_THE_STANDBY.stream(),
                    Stream.of(
                            StimulusCase.raises(new PodKill(Duration.ZERO, Optional.empty()), STARTED, 1),
                            StimulusCase.raises(new NodeRestart(false, false, StressedBed.BOUND), STARTED, 1)))
            .toList();

    private static StimulusCase.Gauge ofStandby(String condition) {
        return bed -> ((StandbyBed) bed).askStandby(condition).equals("true") ? 1 : 0;
    }

    StandbyStimulusIT() throws Exception {
        super(new StandbyBed());
    }

    @Override
    List<StimulusCase> cases() {
        return CASES;
    }

    @Override
    List<TooMuch> tooMuch() {
        return List.of(new TooMuch(new ReplayPause(new ByteSize(1L << 30)), "max_wal_size"));
    }

    static Stream<StimulusCase> ofTheStandby() {
        return OF_THE_STANDBY.stream();
    }

    /** What was never done is taken back too, and not by making anew what is whole. */
    @Test
    void aStandbyThatWasNotPromotedIsNotMadeAnew() throws Exception {
        var before = bed.belongings();
        var pod = podOfStandby();
        try (var prepared = bed.prepare(bed.stressor(), new StandbyPromotion())) {
            bed.stressor().undo(prepared.undo(), Patience.MOST);
        }
        bed.nothingIsLeft(before);
        assertThat(podOfStandby()).isEqualTo(pod);
    }

    /** It comes back by itself, and what was done to it is taken back only then. */
    @Test
    void aStandbyThatIsAwayAfterTheCrashIsWaitedFor() throws Exception {
        var before = bed.belongings();
        try (var prepared = bed.prepare(bed.stressor(), new StandbyDetach())) {
            prepared.apply(StressedBed.progress());
            bed.standby().kill();
            bed.stressor().undo(prepared.undo(), Patience.MOST);
        }
        bed.nothingIsLeft(before);
    }

    @ParameterizedTest
    @MethodSource("ofTheStandby")
    void aStandbyThatCommitsWaitForIsLeftAlone(StimulusCase one) throws Exception {
        bed.superuser(
                "ALTER SYSTEM SET synchronous_standby_names = '\"" + LabCluster.STANDBY + "\"'",
                "SELECT pg_reload_conf()");
        try {
            Awaitility.await()
                    .untilAsserted(() -> assertThatThrownBy(() -> bed.prepare(bed.stressor(), one.stimulus()))
                            .hasMessageContaining("synchronous_standby_names"));
        } finally {
            bed.superuser("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
            Awaitility.await()
                    .until(() -> bed.ask("SHOW synchronous_standby_names").isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("ofTheStandby")
    void withoutAStandbyItIsRefused(StimulusCase one) {
        assertThatThrownBy(() -> bed.prepare(bed.stressor(Surroundings.NONE), one.stimulus()))
                .hasMessageContaining("standby");
    }

    @Test
    void aStandbyThatNobodyMakesAnewIsNotPromoted() {
        var around = bed.around(bed.pods(), Optional.empty());
        assertThatThrownBy(() -> bed.prepare(bed.stressor(around), new StandbyPromotion()))
                .hasMessageContaining("set standby.pod");
    }

    private String podOfStandby() {
        return bed.pods()
                .select(bed.whole().standbyPod().orElseThrow())
                .getFirst()
                .uid();
    }
}
