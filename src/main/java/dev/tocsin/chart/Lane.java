package dev.tocsin.chart;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One subject over time: its name, what is to be read of it, and rows of bars and marks.
 *
 * @param values the figures that are drawn, in words
 */
public record Lane(String name, String values, List<Row> rows) {
    public Lane {
        rows = List.copyOf(rows);
    }

    /** Bars and marks side by side. */
    public record Row(List<Bar> bars, List<Mark> marks) {
        public Row {
            bars = List.copyOf(bars);
            marks = List.copyOf(marks);
        }

        private Instant from() {
            return bars.getFirst().from();
        }

        private boolean before(Row other) {
            return bars.stream().noneMatch(bar -> bar.until().isAfter(other.from()));
        }

        private Row and(Row other) {
            var allBars = new ArrayList<>(bars);
            allBars.addAll(other.bars);
            var allMarks = new ArrayList<>(marks);
            allMarks.addAll(other.marks);
            return new Row(allBars, allMarks);
        }
    }

    /**
     * A stretch of time.
     *
     * @param kind what the style sheet calls it
     * @param what it is, in words
     * @param label what is written in it; may be empty
     */
    public record Bar(Instant from, Instant until, String kind, String what, String label) {}

    /**
     * A moment.
     *
     * @param kind what the style sheet calls it
     */
    public record Mark(Instant at, Shape shape, String kind, String what) {}

    /** What a mark looks like, so that no two are told apart by their colour alone. */
    public enum Shape {
        DISC("M-5.5,0a5.5,5.5 0 1,0 11,0a5.5,5.5 0 1,0 -11,0Z"),
        RING("M-5.5,0a5.5,5.5 0 1,0 11,0a5.5,5.5 0 1,0 -11,0Z M-2.5,0a2.5,2.5 0 1,1 5,0a2.5,2.5 0 1,1 -5,0Z"),
        TRIANGLE("M-5,-6L6,0L-5,6Z"),
        DIAMOND("M0,-7L6,0L0,7L-6,0Z"),
        SQUARE("M-5,-5H5V5H-5Z"),
        CROSS("M-6,-3.5L-3.5,-6L0,-2.5L3.5,-6L6,-3.5L2.5,0L6,3.5L3.5,6L0,2.5L-3.5,6L-6,3.5L-2.5,0Z"),
        FLAG("M-1,-12H9L6,-8.5L9,-5H1V11H-1Z"),
        OPEN_FLAG("M-1,-12H9L6,-8.5L9,-5H1V11H-1Z M1,-10.5H6L4.3,-8.5L6,-6.5H1Z");

        private final String path;

        Shape(String path) {
            this.path = path;
        }

        /** Its outline around the origin, holes by the even-odd rule. */
        public String path() {
            return path;
        }
    }

    /** Puts rows that do not overlap in time into one, each into the first that has room for it. */
    public static List<Row> packed(List<Row> each) {
        var rows = new ArrayList<Row>();
        for (var one : each) {
            var room = -1;
            for (var i = 0; i < rows.size() && room < 0; i++) {
                room = rows.get(i).before(one) ? i : -1;
            }
            if (room < 0) {
                rows.add(one);
            } else {
                rows.set(room, rows.get(room).and(one));
            }
        }
        return rows;
    }
}
