package dev.tocsin.chart;

import java.util.List;

/**
 * Lanes below each other on one axis, as SVG.
 *
 * <p>Places are percentages and heights are pixels: it fills any width, and text and marks keep their size.
 */
public final class Timeline {
    private static final int NAME = 20;
    private static final int ROW = 24;
    private static final int BAR = 14;
    private static final int GAP = 10;
    private static final int LONGEST_NAME = 64;

    /** A bar that is narrower, in percent, has no room for words. */
    private static final double ROOM_FOR_WORDS = 6;

    private static final double BESIDE_WORDS = 0.3;

    private Timeline() {}

    /** Draws it; who cannot see it is told the title and the description. */
    public static void draw(Markup page, String title, String description, Axis axis, List<Lane> lanes) {
        var height = Grid.LABELS + lanes.stream().mapToInt(Timeline::height).sum();
        page.drawing(
                "class",
                "timeline",
                "role",
                "img",
                "aria-labelledby",
                "timeline-title timeline-desc",
                "width",
                "100%",
                "height",
                String.valueOf(height));
        page.element("title", title, "id", "timeline-title");
        page.element("desc", description, "id", "timeline-desc");
        Grid.draw(page, axis, height);
        var top = Grid.LABELS;
        for (var lane : lanes) {
            draw(page, axis, lane, top);
            top += height(lane);
        }
        page.close();
    }

    private static int height(Lane lane) {
        return NAME + ROW * lane.rows().size() + GAP;
    }

    private static void draw(Markup page, Axis axis, Lane lane, int top) {
        page.open("g", "class", "lane");
        page.empty("line", "class", "edge", "x1", "0", "x2", "100%", "y1", px(top), "y2", px(top));
        page.open("text", "y", px(top + 15));
        page.element("tspan", shortened(lane.name()), "class", "name", "x", "4");
        page.element("tspan", lane.values(), "class", "values", "dx", "10").close();
        var middle = top + NAME + ROW / 2;
        for (var row : lane.rows()) {
            for (var bar : row.bars()) {
                draw(page, axis, bar, middle, hasRoom(axis, bar, row));
            }
            for (var mark : row.marks()) {
                draw(page, axis, mark, middle);
            }
            middle += ROW;
        }
        page.close();
    }

    private static void draw(Markup page, Axis axis, Lane.Bar bar, int middle, boolean labelled) {
        var left = axis.x(bar.from());
        var width = Math.max(0, axis.x(bar.until()) - left);
        var x = Axis.percent(left);
        var y = px(middle - BAR / 2);
        page.open("g", "class", "bar " + bar.kind());
        page.element("title", bar.what());
        // A moment is a line: a bar without a width would not be drawn at all.
        page.empty("line", "x1", x, "x2", x, "y1", y, "y2", px(middle + BAR / 2));
        page.empty("rect", "x", x, "y", y, "width", Axis.percent(width), "height", px(BAR));
        if (labelled) {
            // A drawing of its own cuts off what is too long for the bar.
            page.open("svg", "x", x, "y", y, "width", Axis.percent(width), "height", px(BAR));
            page.element("text", bar.label(), "x", "10", "y", "11").close();
        }
        page.close();
    }

    /** Words are written where the bar is wide enough and no mark stands on them; one at its beginning stands before them. */
    private static boolean hasRoom(Axis axis, Lane.Bar bar, Lane.Row row) {
        var left = axis.x(bar.from());
        return !bar.label().isEmpty()
                && axis.x(bar.until()) - left > ROOM_FOR_WORDS
                && row.marks().stream()
                        .mapToDouble(mark -> axis.x(mark.at()) - left)
                        .noneMatch(place -> place > BESIDE_WORDS && place < ROOM_FOR_WORDS);
    }

    private static void draw(Markup page, Axis axis, Lane.Mark mark, int middle) {
        page.open(
                "svg",
                "class",
                "mark " + mark.kind(),
                "x",
                axis.place(mark.at()),
                "y",
                px(middle),
                "overflow",
                "visible");
        page.element("title", mark.what());
        page.empty("path", "d", mark.shape().path(), "fill-rule", "evenodd").close();
    }

    private static String shortened(String name) {
        return name.codePointCount(0, name.length()) <= LONGEST_NAME
                ? name
                : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME - 1)) + "…";
    }

    private static String px(int pixels) {
        return String.valueOf(pixels);
    }
}
