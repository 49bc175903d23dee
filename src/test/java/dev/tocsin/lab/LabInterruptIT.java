package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A lab that is interrupted. */
final class LabInterruptIT extends LabRuns {
    LabInterruptIT() throws LabException {}

    @Tag(Tier.CAMPAIGN)
    @Test
    void ctrlCEndsItAndASecondLabBesideAFirstWorks() throws Exception {
        try (var first = start("lab", "--up");
                var second = start("lab", "--up")) {
            for (var lab : List.of(first, second)) {
                lab.await(BOOT, running -> running.out().contains("PostgreSQL "));
            }
            for (var lab : List.of(first, second)) {
                lab.interrupt();
                assertThat(lab.exitCode(BOOT)).as(lab.all()).isEqualTo(130);
            }
        }
    }

    @Test
    void ctrlCInTheMiddleOfAFloodTakesItBack() throws Exception {
        try (var lab = start("lab", "connection-saturation")) {
            lab.await(BOOT, running -> running.err().contains("flood: "));
            lab.interrupt();
            assertThat(lab.exitCode(BOOT)).as(lab.all()).isEqualTo(130);
        }
    }
}
