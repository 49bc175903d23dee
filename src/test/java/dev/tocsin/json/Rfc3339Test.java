package dev.tocsin.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-23T02:25:20.511Z",
                "2026-11-23T02:25:20Z",
                "2024-02-29T23:59:59.123456789Z",
                "2026-01-01T00:00:00.1Z",
                "0001-01-01T00:00:00Z",
                "2026-11-23T02:25:20.511+01:00",
                "2026-11-23T02:25Z",
                "2026-11-23T02:25:20.0000001-08:00"
            })
    void readsWhatTheFormatterReads(String text) {
        assertThat(Rfc3339.parse(text)).isEqualTo(OffsetDateTime.parse(text).toInstant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-11-23",
                "2026-11-23T02:25:20.511",
                "2026-02-29T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-11-23T25:00:00Z",
                "2026-11-23T02:25:61Z",
                "2026-11-23T02:25:20,511Z",
                "2026-11-23T02:25:20.1234567890Z",
                "2026-11-23 02:25:20Z",
                "2026-11-23T02:25:20.5１1Z"
            })
    void refusesWhatTheFormatterRefuses(String text) {
        assertThatThrownBy(() -> Rfc3339.parse(text)).isInstanceOf(DateTimeParseException.class);
    }
}
