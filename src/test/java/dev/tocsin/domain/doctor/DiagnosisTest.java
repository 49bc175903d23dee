package dev.tocsin.domain.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.chain.Link;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DiagnosisTest {
    private static final Wire WIRE = new Wire("a", Link.SENT);
    private static final Finding PASSED = WIRE.passed("yes");
    private static final Finding WARNED = WIRE.warned("hm", "look");
    private static final Finding SKIPPED = WIRE.skipped("not asked");
    private static final Finding FAILED = WIRE.failed("no", "mend");

    private static Diagnosis.Result result(Finding... findings) {
        return new Diagnosis(Instant.EPOCH, List.of(findings)).result();
    }

    @Test
    void warningsSpoilNothing() {
        assertThat(result(PASSED, WARNED)).isEqualTo(Diagnosis.Result.PASSED);
    }

    @Test
    void whatCouldNotBeAskedIsNoPass() {
        assertThat(result(PASSED, SKIPPED)).isEqualTo(Diagnosis.Result.INCONCLUSIVE);
        assertThat(result()).isEqualTo(Diagnosis.Result.INCONCLUSIVE);
    }

    @Test
    void oneFailureFails() {
        assertThat(result(PASSED, SKIPPED, FAILED)).isEqualTo(Diagnosis.Result.FAILED);
    }
}
