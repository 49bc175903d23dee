package dev.tocsin.domain.routing;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.util.List;

/** A named time interval: what any of its entries contains. */
public record TimeInterval(String name, List<Entry> entries) {
    public TimeInterval {
        entries = List.copyOf(entries);
    }

    public boolean contains(Instant moment) {
        return entries.stream().anyMatch(entry -> entry.contains(moment));
    }

    /** A range with both ends in it. */
    public record Range(int first, int last) {
        boolean contains(int value) {
            return first <= value && value <= last;
        }
    }

    /**
     * What all fields contain at once; a field is a list of which any one will do, and an empty one contains everything.
     *
     * @param minutes minutes of the day, at most 1440; the last is not in it any more
     * @param weekdays from Sunday, which is 0
     * @param daysOfMonth from 1, or back from the last, which is -1
     * @param zone where the clock hangs that all this is read from
     */
    public record Entry(
            List<Range> minutes,
            List<Range> weekdays,
            List<Range> daysOfMonth,
            List<Range> months,
            List<Range> years,
            ZoneId zone) {
        public Entry {
            minutes = List.copyOf(minutes);
            weekdays = List.copyOf(weekdays);
            daysOfMonth = List.copyOf(daysOfMonth);
            months = List.copyOf(months);
            years = List.copyOf(years);
        }

        boolean contains(Instant moment) {
            var there = moment.atZone(zone);
            var minute = there.get(ChronoField.MINUTE_OF_DAY);
            return (minutes.isEmpty()
                            || minutes.stream().anyMatch(range -> range.first() <= minute && minute < range.last()))
                    && any(weekdays, there.getDayOfWeek().getValue() % 7)
                    && (daysOfMonth.isEmpty() || daysOfMonth.stream().anyMatch(range -> hasDay(range, there)))
                    && any(months, there.getMonthValue())
                    && any(years, there.getYear());
        }

        private static boolean any(List<Range> ranges, int value) {
            return ranges.isEmpty() || ranges.stream().anyMatch(range -> range.contains(value));
        }

        private static boolean hasDay(Range days, ZonedDateTime there) {
            var length = there.toLocalDate().lengthOfMonth();
            return new Range(fromStart(days.first(), length), fromStart(days.last(), length))
                    .contains(there.getDayOfMonth());
        }

        private static int fromStart(int day, int length) {
            return day < 0 ? length + day + 1 : day;
        }
    }
}
