package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.domain.scenario.SessionStimulus.RollbackStorm;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The rollback storm on a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RollbackStormIT {
    private StimulusBed bed;

    @BeforeAll
    void start() throws Exception {
        bed = new StimulusBed(Map.of());
    }

    @AfterAll
    void stop() throws Exception {
        bed.close();
    }

    @Test
    void transactionsAreRolledBackAndNothingIsLeft() throws Exception {
        var before = bed.belongings();
        try (var prepared = bed.prepare(new RollbackStorm(200, 2))) {
            var held = prepared.apply(StimulusBed.progress());
            assertThat(StimulusBed.figure(held.effect(), "rolled back")).isGreaterThanOrEqualTo(50);
            assertThat(bed.changedSince(before)).isNotEmpty();
            held.release();
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @Test
    void nothingIsLeftAfterACrash() throws Exception {
        var before = bed.belongings();
        try (var prepared = bed.prepare(new RollbackStorm(200, 2))) {
            var held = prepared.apply(StimulusBed.progress());
            assertThat(held.effect().summary()).contains("rolled back");
            bed.stressor().undo(prepared.undo(), Duration.ofSeconds(10));
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @Test
    void withoutTheRightItIsRefusedAndTheGrantIsNamed() throws Exception {
        bed.superuser("REVOKE CREATE ON DATABASE app FROM PUBLIC", "ALTER DATABASE app OWNER TO postgres");
        try {
            assertThatThrownBy(() -> bed.prepare(new RollbackStorm(200, 2)))
                    .hasMessageContaining("GRANT CREATE ON DATABASE");
        } finally {
            bed.superuser("ALTER DATABASE app OWNER TO " + PostgresServer.STRESS_ROLE);
        }
    }
}
