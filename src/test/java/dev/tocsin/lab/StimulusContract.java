package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.stress.Stressor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is true of every stimulus that works through SQL: its effect, its undo, and that it needs only what it names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StimulusContract {
    /**
     * A stimulus and what the superuser sees of it.
     *
     * @param gauge a number that rises by at least this much while it is in effect
     */
    record Row(Stimulus stimulus, String gauge, long rise) {
        @Override
        public String toString() {
            return stimulus.toString();
        }
    }

    final StimulusBed bed;
    private final List<String> granted = new ArrayList<>();

    StimulusContract(StimulusBed bed) {
        this.bed = bed;
    }

    abstract Stream<Row> rows();

    private Stressor stressor() {
        return bed.withExporter(PostgresServer.EXPORTER_ROLE);
    }

    @AfterAll
    void stop() throws Exception {
        bed.close();
    }

    @AfterEach
    void takeTheRightsBack() throws Exception {
        for (var grant : granted.reversed()) {
            bed.superuser(revoked(grant));
        }
        granted.clear();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itsEffectIsSeenAndNothingIsLeft(Row row) throws Exception {
        grantWhatIsMissing(row.stimulus());
        var before = bed.belongings();
        var gauge = gauge(row);
        try (var prepared = bed.prepare(stressor(), row.stimulus())) {
            var held = prepared.apply(StimulusBed.progress());
            assertThat(gauge(row)).as(held.effect().summary()).isGreaterThanOrEqualTo(gauge + row.rise());
            held.release();
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    /** Who takes back after a crash does not know whether anything was done, nor whether it was taken back before. */
    @ParameterizedTest
    @MethodSource("rows")
    void nothingIsLeftAfterACrash(Row row) throws Exception {
        grantWhatIsMissing(row.stimulus());
        var before = bed.belongings();
        try (var prepared = bed.prepare(stressor(), row.stimulus())) {
            stressor().undo(prepared.undo(), Duration.ofSeconds(10));
            var gauge = gauge(row);
            prepared.apply(StimulusBed.progress());
            assertThat(gauge(row)).isGreaterThanOrEqualTo(gauge + row.rise());
            stressor().undo(prepared.undo(), Duration.ofSeconds(10));
            stressor().undo(prepared.undo(), Duration.ofSeconds(10));
        }
        assertThat(bed.changedSince(before)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatItLacksIsRefusedAndWhatIsNamedIsEnough(Row row) throws Exception {
        for (var missing = unmet(row.stimulus()); !missing.isEmpty(); missing = unmet(row.stimulus())) {
            for (var unmet : missing) {
                assertThatThrownBy(() -> bed.prepare(stressor(), row.stimulus()))
                        .hasMessageContaining(unmet.what())
                        .hasMessageContaining(unmet.mend());
            }
            grant(missing);
        }
        bed.prepare(stressor(), row.stimulus()).close();
    }

    /** As a run asks, before anything is stressed. */
    final List<Sight.Unmet> unmet(Stimulus stimulus) throws InterruptedException {
        return stressor()
                .needs(Map.of(stimulus.kind(), stimulus), StimulusBed.BOUND)
                .getFirst()
                .unmet();
    }

    final void grantWhatIsMissing(Stimulus stimulus) throws Exception {
        for (var missing = unmet(stimulus); !missing.isEmpty(); missing = unmet(stimulus)) {
            grant(missing);
        }
    }

    private void grant(List<Sight.Unmet> missing) throws Exception {
        for (var unmet : missing) {
            assertThat(granted).as("granted, and missing again").doesNotContain(unmet.mend());
            bed.superuser(unmet.mend());
            granted.add(unmet.mend());
        }
    }

    private static String revoked(String grant) {
        return grant.startsWith("GRANT")
                ? grant.replaceFirst("GRANT", "REVOKE")
                        .replaceFirst(" WITH ADMIN OPTION$", "")
                        .replaceFirst(" TO (\\S+)$", " FROM $1 CASCADE")
                : grant.replaceFirst(" (\\w+)$", " NO$1").replaceFirst("OWNER TO .*$", "OWNER TO postgres");
    }

    private long gauge(Row row) throws Exception {
        return Long.parseLong(bed.ask(row.gauge()));
    }
}
