package dev.tocsin.chart;

/** The lines of an axis and what stands above them. */
public final class Grid {
    /** What the labels take of the height. */
    public static final int LABELS = 24;

    private static final double EDGE = 5;

    private Grid() {}

    /** Draws a line down to the given height for each tick, the label above it. */
    public static void draw(Markup page, Axis axis, int height) {
        page.open("g", "class", "grid");
        for (var tick : axis.ticks()) {
            var x = axis.place(tick.at());
            page.empty("line", "x1", x, "x2", x, "y1", String.valueOf(LABELS - 6), "y2", String.valueOf(height));
            page.element("text", tick.label(), "x", x, "y", "12", "text-anchor", anchor(axis.x(tick.at())));
        }
        page.close();
    }

    /** At the edges a label stands beside its line and not across it, where half of it would be cut off. */
    private static String anchor(double x) {
        if (x < EDGE) {
            return "start";
        }
        return x > 100 - EDGE ? "end" : "middle";
    }
}
