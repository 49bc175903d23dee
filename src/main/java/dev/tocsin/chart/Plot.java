package dev.tocsin.chart;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values over time as lines, as SVG that fills any width, on the axis of a {@link Timeline}. */
public final class Plot {
    private static final int HEIGHT = 120;
    private static final int WIDTH = 1000;
    private static final double ROOM = 0.06;

    private Plot() {}

    /**
     * One line.
     *
     * @param runs its points, divided where there was no data between them
     */
    public record Curve(List<List<Place>> runs) {
        public Curve {
            runs = List.copyOf(runs);
        }
    }

    /** A finite value at a moment. */
    public record Place(Instant at, double value) {}

    /** What is shaded: a stretch of time, and what it is. */
    public record Stretch(Instant from, Instant until, String what) {}

    /** A line across: a value that counts, and what it is. */
    public record Mark(double value, String what) {}

    /**
     * Draws it between the least and the highest value, with these at its left edge.
     *
     * @param title what it is, for who cannot see it
     * @param marks only those between the least and the highest value are drawn
     * @param least how the least value is written
     * @param most how the highest value is written
     */
    public static void draw(
            Markup page,
            String title,
            Axis axis,
            List<Curve> curves,
            List<Stretch> shaded,
            List<Mark> marks,
            String least,
            String most) {
        var values = curves.stream()
                .flatMap(curve -> curve.runs().stream())
                .flatMap(List::stream)
                .mapToDouble(Place::value)
                .summaryStatistics();
        var height = Grid.LABELS + HEIGHT;
        page.drawing(
                "class", "timeline plot", "role", "img", "aria-label", title, "width", "100%", "height", px(height));
        for (var stretch : shaded) {
            var left = axis.x(stretch.from());
            page.open(
                    "rect",
                    "class",
                    "while",
                    "x",
                    Axis.percent(left),
                    "y",
                    px(Grid.LABELS),
                    "width",
                    Axis.percent(Math.max(0, axis.x(stretch.until()) - left)),
                    "height",
                    px(HEIGHT));
            page.element("title", stretch.what()).close();
        }
        Grid.draw(page, axis, height);
        // Percentages have no place in the points of a line, so the lines have a drawing of their own that is
        // stretched.
        page.open(
                "svg",
                "y",
                px(Grid.LABELS),
                "width",
                "100%",
                "height",
                px(HEIGHT),
                "viewBox",
                "0 0 " + WIDTH + " " + HEIGHT,
                "preserveAspectRatio",
                "none");
        for (var mark : marks) {
            if (mark.value() >= values.getMin() && mark.value() <= values.getMax()) {
                var y = String.format(Locale.ROOT, "%.1f", y(mark.value(), values.getMin(), values.getMax()));
                page.open("line", "class", "threshold", "x1", "0", "x2", px(WIDTH), "y1", y, "y2", y);
                page.element("title", mark.what()).close();
            }
        }
        for (var i = 0; i < curves.size(); i++) {
            for (var run : curves.get(i).runs()) {
                page.empty(
                        "polyline",
                        "class",
                        "curve " + kind(i),
                        "points",
                        points(run, axis, values.getMin(), values.getMax()));
            }
        }
        page.close();
        page.element("text", most, "class", "values", "x", "4", "y", px(Grid.LABELS + 12));
        page.element("text", least, "class", "values", "x", "4", "y", px(height - 14));
        page.close();
    }

    /** What the style sheet calls the line of a number; no two of six differ by their colour alone. */
    public static String kind(int number) {
        return "c" + number % 6;
    }

    private static String points(List<Place> run, Axis axis, double least, double most) {
        var points = run.stream()
                .map(place -> String.format(
                        Locale.ROOT, "%.1f,%.1f", axis.x(place.at()) / 100 * WIDTH, y(place.value(), least, most)))
                .collect(Collectors.joining(" "));
        // A line of one point would not be drawn at all.
        return run.size() == 1 ? points + " " + points : points;
    }

    private static double y(double value, double least, double most) {
        return HEIGHT * (1 - ROOM - (1 - 2 * ROOM) * (most > least ? (value - least) / (most - least) : 0.5));
    }

    private static String px(int length) {
        return String.valueOf(length);
    }
}
