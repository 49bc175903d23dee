package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.Patience;
import dev.tocsin.domain.scenario.ByteSize;
import dev.tocsin.domain.scenario.ServerStimulus.ReplayPause;
import dev.tocsin.domain.scenario.ServerStimulus.StandbyDetach;
import dev.tocsin.domain.scenario.ServerStimulus.StandbyPromotion;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.json.Json;
import dev.tocsin.stress.Surroundings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done to a standby, on a real one: its effect, its undo, also after a crash, and what refuses it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StandbyStimulusIT {
    private static final ReplayPause PAUSE = new ReplayPause(new ByteSize(2_000_000));

    private StandbyBed bed;

    /**
     * A stimulus, and what is true of the standby only while it is in effect.
     *
     * @param right what it cannot do without
     */
    private record Row(Stimulus stimulus, String effect, String right) {
        @Override
        public String toString() {
            return stimulus.kind();
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        PAUSE,
                        "SELECT pg_is_wal_replay_paused()"
                                + " AND pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) > 1000000",
                        "EXECUTE ON FUNCTION pg_wal_replay_pause()"),
                new Row(
                        new StandbyDetach(),
                        "SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')",
                        "ALTER SYSTEM ON PARAMETER primary_slot_name"),
                new Row(
                        new StandbyPromotion(),
                        "SELECT NOT pg_is_in_recovery()",
                        "EXECUTE ON FUNCTION pg_promote(boolean, integer)"));
    }

    @BeforeAll
    void start() throws Exception {
        bed = new StandbyBed();
    }

    @AfterAll
    void stop() throws Exception {
        bed.close();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itsEffectIsSeenAndNothingIsLeft(Row row) throws Exception {
        var before = bed.belongings();
        assertThat(bed.askStandby(row.effect())).isEqualTo("false");
        try (var prepared = bed.prepare(bed.stressor(), row.stimulus())) {
            var held = prepared.apply(StimulusBed.progress());
            assertThat(bed.askStandby(row.effect())).as(held.effect().summary()).isEqualTo("true");
            held.release();
        }
        nothingIsLeft(before);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void nothingIsLeftAfterACrash(Row row) throws Exception {
        var before = bed.belongings();
        try (var prepared = bed.prepare(bed.stressor(), row.stimulus())) {
            prepared.apply(StimulusBed.progress());
            bed.stressor().undo(prepared.undo(), Patience.MOST);
        }
        nothingIsLeft(before);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatWasNeverDoneIsTakenBackToo(Row row) throws Exception {
        var before = bed.belongings();
        var pod = podOfStandby();
        try (var prepared = bed.prepare(bed.stressor(), row.stimulus())) {
            bed.stressor().undo(prepared.undo(), Patience.MOST);
        }
        nothingIsLeft(before);
        assertThat(podOfStandby()).isEqualTo(pod);
    }

    /** It comes back by itself, and what was done to it is taken back only then. */
    @Test
    void aStandbyThatIsAwayAfterTheCrashIsWaitedFor() throws Exception {
        var before = bed.belongings();
        try (var prepared = bed.prepare(bed.stressor(), new StandbyDetach())) {
            prepared.apply(StimulusBed.progress());
            bed.standby().kill();
            bed.stressor().undo(prepared.undo(), Patience.MOST);
        }
        nothingIsLeft(before);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void withoutTheRightItIsRefusedAndTheGrantIsNamed(Row row) throws Exception {
        var role = PostgresServer.STRESS_ROLE;
        bed.superuser(
                "REVOKE " + row.right() + " FROM " + role,
                row.right().startsWith("EXECUTE") ? "REVOKE " + row.right() + " FROM PUBLIC" : "SELECT 1");
        try {
            assertThatThrownBy(() -> bed.prepare(bed.stressor(), row.stimulus()))
                    .hasMessageContaining("GRANT " + row.right());
            assertThat(bed.unmet(bed.stressor(), row.stimulus()))
                    .singleElement()
                    .satisfies(unmet -> assertThat(unmet.mend()).startsWith("GRANT " + row.right()));
        } finally {
            bed.superuser("GRANT " + row.right() + " TO " + role);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aStandbyThatCommitsWaitForIsLeftAlone(Row row) throws Exception {
        bed.superuser(
                "ALTER SYSTEM SET synchronous_standby_names = '\"" + LabCluster.STANDBY + "\"'",
                "SELECT pg_reload_conf()");
        try {
            Awaitility.await()
                    .untilAsserted(() -> assertThatThrownBy(() -> bed.prepare(bed.stressor(), row.stimulus()))
                            .hasMessageContaining("synchronous_standby_names"));
        } finally {
            bed.superuser("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
            Awaitility.await()
                    .until(() -> bed.ask("SHOW synchronous_standby_names").isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void withoutAStandbyItIsRefused(Row row) {
        assertThatThrownBy(() -> bed.prepare(bed.stressor(Surroundings.NONE), row.stimulus()))
                .hasMessageContaining("standby");
    }

    @Test
    void aRateThatIsAllCheckpointsIsRefused() {
        assertThatThrownBy(() -> bed.prepare(bed.stressor(), new ReplayPause(new ByteSize(1L << 30))))
                .hasMessageContaining("max_wal_size");
    }

    @Test
    void aStandbyThatNobodyMakesAnewIsNotPromoted() {
        var around = bed.around(bed.pods(), Optional.empty());
        assertThatThrownBy(() -> bed.prepare(bed.stressor(around), new StandbyPromotion()))
                .hasMessageContaining("set standby.pod");
    }

    /** The password of the replication stands in the same file as what is changed. */
    @ParameterizedTest
    @MethodSource("rows")
    void noSecretIsJournalled(Row row) throws Exception {
        try (var prepared = bed.prepare(bed.stressor(), row.stimulus())) {
            assertThat(Json.MAPPER.writeValueAsString(prepared.undo()))
                    .contains("bed")
                    .doesNotContain(bed.secrets().replication(), bed.secrets().stress(), "password");
        }
    }

    private String podOfStandby() {
        return bed.pods()
                .select(bed.whole().standbyPod().orElseThrow())
                .getFirst()
                .uid();
    }

    /** A session that was closed is there for a moment longer. */
    private void nothingIsLeft(List<String> before) throws Exception {
        Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(bed.changedSince(before)).isEmpty());
        bed.cluster().check();
    }
}
