package dev.tocsin.domain.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.observe.AlertmanagerConfig;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimeIntervalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 2026-11-24T02:20:00Z | true",
                "times: [{start_time: 09:00, end_time: 17:00}] | 2026-11-24T09:00:00Z | true",
                "times: [{start_time: 09:00, end_time: 17:00}] | 2026-11-24T16:59:59.999Z | true",
                "times: [{start_time: 09:00, end_time: 17:00}] | 2026-11-24T17:00:00Z | false",
                "times: [{start_time: 09:00, end_time: 17:00}] | 2026-11-24T08:59:59.999Z | false",
                "times: [{start_time: 17:00, end_time: 24:00}] | 2026-11-24T23:59:59Z | true",
                "times: [{start_time: 17:00, end_time: 24:00}] | 2026-11-25T00:00:00Z | false",
                "'times: [{start_time: 01:00, end_time: 02:00}, {start_time: 05:00, end_time: 06:00}]' "
                        + "| 2026-11-24T05:30:00Z | true",
                "weekdays: ['monday:friday'] | 2026-11-24T12:00:00Z | true", // a Tuesday
                "weekdays: ['Monday:FRIDAY'] | 2026-11-28T12:00:00Z | false",
                "weekdays: [sunday] | 2026-11-29T12:00:00Z | true",
                "weekdays: ['sunday:monday'] | 2026-11-28T12:00:00Z | false",
                "weekdays: [monday, saturday] | 2026-11-28T12:00:00Z | true",
                "days_of_month: ['1:5', '-3:-1'] | 2026-11-05T12:00:00Z | true",
                "days_of_month: ['1:5', '-3:-1'] | 2026-11-06T12:00:00Z | false",
                "days_of_month: ['1:5', '-3:-1'] | 2026-11-28T12:00:00Z | true",
                "days_of_month: ['1:5', '-3:-1'] | 2026-12-28T12:00:00Z | false",
                "days_of_month: ['-1'] | 2028-02-29T12:00:00Z | true",
                "days_of_month: ['-1'] | 2028-02-28T12:00:00Z | false",
                "days_of_month: [-1] | 2027-02-28T12:00:00Z | true",
                "days_of_month: ['1:31'] | 2027-02-28T12:00:00Z | true",
                "days_of_month: ['30:31'] | 2027-02-28T12:00:00Z | false",
                "days_of_month: ['-31:-29'] | 2027-02-01T12:00:00Z | false",
                "days_of_month: ['-31:-28'] | 2027-02-01T12:00:00Z | true",
                "months: [november] | 2026-11-24T12:00:00Z | true",
                "months: [11] | 2026-11-24T12:00:00Z | true",
                "months: ['1:3', 'may:August', 12] | 2026-08-31T12:00:00Z | true",
                "months: ['1:3', 'may:August', 12] | 2026-04-30T12:00:00Z | false",
                "years: ['2020:2026', 2030] | 2026-12-31T23:59:59Z | true",
                "years: ['2020:2026', 2030] | 2027-01-01T00:00:00Z | false",
                "'{location: Australia/Sydney, weekdays: [wednesday]}' | 2026-11-24T14:00:00Z | true",
                "'{location: Australia/Sydney, times: [{start_time: 01:00, end_time: 02:00}]}' "
                        + "| 2026-11-24T14:30:00Z | true",
                "'{location: Europe/Berlin, times: [{start_time: 12:00, end_time: 13:00}]}' "
                        + "| 2026-07-01T10:30:00Z | true",
                "'{location: Europe/Berlin, times: [{start_time: 12:00, end_time: 13:00}]}' "
                        + "| 2026-12-01T10:30:00Z | false",
                "'{months: [11], days_of_month: [24], weekdays: [tuesday], years: [2026]}' "
                        + "| 2026-11-24T10:30:00Z | true",
                "'{months: [11], days_of_month: [24], weekdays: [monday], years: [2026]}' "
                        + "| 2026-11-24T10:30:00Z | false",
            })
    void contains(String entry, Instant moment, boolean contained) {
        assertThat(interval("- " + entry).contains(moment)).isEqualTo(contained);
    }

    @Test
    void anyEntryWillDo() {
        var interval = interval("- weekdays: [saturday]\n      - months: [july]");

        assertThat(interval.contains(Instant.parse("2026-11-28T12:00:00Z"))).isTrue();
        assertThat(interval.contains(Instant.parse("2026-07-01T12:00:00Z"))).isTrue();
        assertThat(interval.contains(Instant.parse("2026-11-27T12:00:00Z"))).isFalse();
    }

    private static TimeInterval interval(String entries) {
        return AlertmanagerConfig.read("""
                route: {receiver: a}
                receivers: [{name: a}]
                time_intervals:
                  - name: t
                    time_intervals:
                      %s
                """.formatted(entries)).times().getFirst();
    }
}
