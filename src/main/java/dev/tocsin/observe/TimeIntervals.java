package dev.tocsin.observe;

import dev.tocsin.domain.routing.TimeInterval;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/** How Alertmanager's configuration writes time intervals. */
final class TimeIntervals {
    private static final Pattern CLOCK = Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)|(24):(00)");
    private static final List<String> WEEKDAYS =
            List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");

    private TimeIntervals() {}

    static TimeInterval named(YamlText written) {
        return new TimeInterval(
                written.text("name").orElseThrow(() -> written.wrong("the time interval has no name")),
                written.list("time_intervals").map(TimeIntervals::entry).toList());
    }

    private static TimeInterval.Entry entry(YamlText written) {
        return new TimeInterval.Entry(
                written.list("times").map(TimeIntervals::minutes).toList(),
                written.texts("weekdays", text -> ordered(range(text, TimeIntervals::weekday))),
                written.texts("days_of_month", text -> days(range(text, TimeIntervals::dayOfMonth))),
                written.texts("months", text -> ordered(range(text, TimeIntervals::month))),
                written.texts("years", text -> ordered(range(text, Integer::parseInt))),
                written.text("location", TimeIntervals::zone).orElse(ZoneOffset.UTC));
    }

    private static TimeInterval.Range minutes(YamlText written) {
        var start = written.text("start_time", TimeIntervals::clock);
        var end = written.text("end_time", TimeIntervals::clock);
        if (start.isEmpty() || end.isEmpty()) {
            throw written.wrong("start_time and end_time are both needed");
        }
        if (start.get() >= end.get()) {
            throw written.wrong("start_time is not before end_time");
        }
        return new TimeInterval.Range(start.get(), end.get());
    }

    private static int clock(String text) {
        var matched = CLOCK.matcher(text);
        if (!matched.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no time of the day; write for example 09:30");
        }
        return Integer.parseInt(text.substring(0, 2)) * 60 + Integer.parseInt(text.substring(3));
    }

    private static TimeInterval.Range range(String text, ToIntFunction<String> member) {
        var ends = text.toLowerCase(Locale.ROOT).split(":", -1);
        try {
            if (ends.length > 2) {
                throw new IllegalArgumentException("more than two ends");
            }
            return new TimeInterval.Range(member.applyAsInt(ends[0]), member.applyAsInt(ends[ends.length - 1]));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no range", e);
        }
    }

    private static int weekday(String name) {
        return index(WEEKDAYS, name);
    }

    private static int month(String name) {
        return MONTHS.contains(name) ? index(MONTHS, name) + 1 : Integer.parseInt(name);
    }

    private static int index(List<String> names, String name) {
        if (!names.contains(name)) {
            throw new IllegalArgumentException("no such name");
        }
        return names.indexOf(name);
    }

    private static int dayOfMonth(String text) {
        var day = Integer.parseInt(text);
        if (day == 0 || Math.abs(day) > 31) {
            throw new IllegalArgumentException("no such day");
        }
        return day;
    }

    /** A range that goes back is no range, even in the shortest month. */
    private static TimeInterval.Range days(TimeInterval.Range days) {
        if (days.first() < 0 && days.last() > 0 || inShortest(days.first()) > inShortest(days.last())) {
            throw backwards(days);
        }
        return days;
    }

    private static int inShortest(int day) {
        return day < 0 ? 28 + day : day;
    }

    private static TimeInterval.Range ordered(TimeInterval.Range range) {
        if (range.first() > range.last()) {
            throw backwards(range);
        }
        return range;
    }

    private static IllegalArgumentException backwards(TimeInterval.Range range) {
        return new IllegalArgumentException(
                "the range from " + range.first() + " to " + range.last() + " ends before it begins");
    }

    /** What Go calls Local is the zone of Alertmanager's machine, which is UTC in its image and told nowhere. */
    private static ZoneId zone(String name) {
        if (name.equals("Local") || name.equals("UTC")) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + name + "\" is no time zone that is known here", e);
        }
    }
}
