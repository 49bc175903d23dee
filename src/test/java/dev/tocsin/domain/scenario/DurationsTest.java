package dev.tocsin.domain.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "90s, 90000",
        "5m, 300000",
        "1h30m, 5400000",
        "1d, 86400000",
        "1w, 604800000",
        "1y, 31536000000",
        "1s1ms, 1001"
    })
    void readsWhatPrometheusReads(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "1.5h", "30m1h", "5 m", "-5m", "5M", "99999999999999999999y"})
    void refusesWhatPrometheusRefuses(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999, 1000, 61_001, 5_400_000, 86_400_000, 90_061_001})
    void readsBackWhatItPrints(long millis) {
        var duration = Duration.ofMillis(millis);

        assertThat(Durations.parse(Durations.print(duration))).isEqualTo(duration);
    }
}
