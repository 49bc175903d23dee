package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.domain.scenario.ServerStimulus.SubscriptionFailure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A subscription that fails, on the PostgreSQL of the build: before 16 only a superuser could make one. */
final class SubscriptionFailureIT extends StimulusContract<StimulusBed> {
    static final List<StimulusCase> CASES = List.of(
            StimulusCase.raises(
                    new SubscriptionFailure(false), "SELECT count(*) FROM pg_subscription WHERE NOT subenabled", 1),
            StimulusCase.raises(
                    new SubscriptionFailure(true),
                    "SELECT coalesce(sum(apply_error_count), 0)::bigint FROM pg_stat_subscription_stats",
                    1));

    SubscriptionFailureIT() throws Exception {
        super(new StimulusBed(
                Map.of("wal_level", "logical", "max_replication_slots", "4"),
                EmbeddedPostgres.unpack(Binaries.defaultCache(), EmbeddedPostgres.NEWEST)));
    }

    @Override
    List<StimulusCase> cases() {
        return CASES;
    }

    @Override
    List<TooMuch> tooMuch() {
        return List.of();
    }

    @Test
    void theLastSlotIsNotTaken() throws Exception {
        var failure = new SubscriptionFailure(false);
        grantWhatIsMissing(failure);
        bed.superuser("SELECT pg_create_physical_replication_slot('s' || i) FROM generate_series(1, 4) i");
        try {
            assertThatThrownBy(() -> bed.prepare(bed.stressor(), failure))
                    .hasMessageContaining("max_replication_slots");
        } finally {
            bed.superuser("SELECT pg_drop_replication_slot('s' || i) FROM generate_series(1, 4) i");
        }
    }
}
