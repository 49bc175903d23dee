package dev.tocsin.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AxisTest {
    private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(textBlock = """
            PT0S,    0 +0.2 s +0.4 s +0.6 s +0.8 s +1.0 s
            PT2.5S,  0 +0.5 s +1.0 s +1.5 s +2.0 s +2.5 s
            PT12S,   0 +2 s +4 s +6 s +8 s +10 s +12 s
            PT90S,   0 +15 s +30 s +45 s +60 s +75 s +90 s
            PT5M,    0 +1 min +2 min +3 min +4 min +5 min
            PT1H,    0 +10 min +20 min +30 min +40 min +50 min +60 min
            PT10H,   0 +2 h +4 h +6 h +8 h +10 h
            P3D,     0 +12 h +24 h +36 h +48 h +60 h +72 h
            P30D,    0 +5 d +10 d +15 d +20 d +25 d +30 d""")
    void hasTicksAReadableStepApart(Duration span, String labels) {
        var ticks = Axis.between(START, START.plus(span)).ticks();

        assertThat(String.join(" ", ticks.stream().map(Axis.Tick::label).toList()))
                .isEqualTo(labels);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 999, 1001, 59_999, 61_000, 3_599_999, 86_400_001, 864_000_000, 31_536_000_000L})
    void hasNeitherTooFewNorTooMany(long millis) {
        assertThat(Axis.between(START, START.plusMillis(millis)).ticks()).hasSizeBetween(3, 7);
    }

    @Test
    void putsMomentsInProportionAndTheRestOnTheEdges() {
        var axis = Axis.between(START, START.plusSeconds(100));

        assertThat(axis.x(START)).isCloseTo(2 / 1.04, within(0.01));
        assertThat(axis.x(START.plusSeconds(50))).isCloseTo(50, within(0.01));
        assertThat(axis.x(START.minusSeconds(60))).isZero();
        assertThat(axis.x(START.plusSeconds(600))).isEqualTo(100);
        assertThat(axis.place(START.plusSeconds(50))).isEqualTo("50.00%");
    }
}
