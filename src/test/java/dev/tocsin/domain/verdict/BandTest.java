package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.scenario.Movement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BandTest {
    private static Band of(double... values) {
        return Band.of(values).orElseThrow();
    }

    @Test
    void nothingIsNoBand() {
        assertThat(Band.of()).isEmpty();
    }

    /** A deviation of 1 allows for 4.4 beyond the lowest and the highest. */
    @ParameterizedTest
    @CsvSource({"16.4, false, false", "16.5, true, false", "3.6, false, false", "3.5, false, true"})
    void whatIsFurtherAwayThanNoiseHasLeft(double value, boolean up, boolean down) {
        var band = of(10, 8, 12, 9, 11, 10, 9);

        assertThat(band.isLeft(value, Movement.UP)).isEqualTo(up);
        assertThat(band.isLeft(value, Movement.DOWN)).isEqualTo(down);
        assertThat(band.isLeft(value, Movement.EITHER)).isEqualTo(up || down);
    }

    @Test
    void oneSpikeIsNoise() {
        assertThat(of(10, 10, 90, 10, 10).isLeft(90, Movement.UP)).isFalse();
    }

    @Test
    void fivePointsTellNoiseAndFourDoNot() {
        assertThat(of(1, 2, 1, 2, 1).tellsNoise()).isTrue();
        assertThat(of(1, 2, 1, 2).tellsNoise()).isFalse();
        assertThat(of(1, 3, 1, 3).isLeft(3.1, Movement.UP))
                .as("how far beyond them noise goes four points do not tell")
                .isTrue();
    }

    @Test
    void theOrderInWhichASumWasTakenIsNoMovement() {
        assertThat(of(0.3, 0.3, 0.3).isLeft(0.1 + 0.2, Movement.EITHER)).isFalse();
    }

    @Test
    void isAlwaysOneValueOnlyIfItWasNeverAnother() {
        assertThat(of(2, 2, 2).isAlways(2)).isTrue();
        assertThat(of(2, 2, 2).isAlways(3)).isFalse();
        assertThat(of(2, 3, 2).isAlways(2)).isFalse();
    }
}
