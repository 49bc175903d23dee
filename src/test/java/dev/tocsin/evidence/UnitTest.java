package dev.tocsin.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a value is written in the unit of its panel. */
final class UnitTest {
    @ParameterizedTest
    @CsvSource({
        "'', 1234.5678, 1235",
        "short, 25034931, 25030000",
        "none, 0, 0",
        "percentunit, 0.8312, 83.12 %",
        "percent, 0.5, 0.5 %",
        "s, 0.02, 0.02 s",
        "bytes, 25034931, 23.88 MiB",
        "bytes, -2048, -2 KiB",
        "decbytes, 25034931, 25.03 MB",
        "Bps, 1500, 1.5 kB/s",
        "ops, 12, 12 ops/s",
        "furlongs, 3, 3 furlongs",
    })
    void isWrittenAsItsPanelShowsIt(String unit, double value, String written) {
        assertThat(new Unit(Optional.of(unit)).print(value)).isEqualTo(written);
    }
}
