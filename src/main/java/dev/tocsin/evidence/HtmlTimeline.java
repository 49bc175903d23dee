package dev.tocsin.evidence;

import dev.tocsin.chart.Axis;
import dev.tocsin.chart.Lane;
import dev.tocsin.chart.Lane.Shape;
import dev.tocsin.chart.Markup;
import dev.tocsin.chart.Timeline;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunState;
import java.util.List;

/** The time of a run: drawn, and as the list of its moments. */
final class HtmlTimeline {
    private static final int MOST_MOMENTS = 2000;

    private HtmlTimeline() {}

    /** Writes it, and tells on what axis, for other charts of the run. */
    static Axis write(Markup page, RunState run, List<Recorded> facts) {
        var courses = AlertCourse.of(run);
        var timeline = new RunTimeline(run, courses);
        var lanes = timeline.lanes();
        page.open("section", "aria-labelledby", "timeline");
        page.element("h2", "Timeline", "id", "timeline");
        page.open("figure");
        Timeline.draw(page, "Timeline of the run", description(lanes), timeline.axis(), lanes);
        legend(page);
        page.close();
        moments(page, run, Moments.of(run, courses, facts));
        page.close();
        return timeline.axis();
    }

    private static String description(List<Lane> lanes) {
        return String.join(
                "; ",
                lanes.stream().map(lane -> lane.name() + ": " + lane.values()).toList());
    }

    private static void legend(Markup page) {
        page.open("figcaption", "class", "legend");
        bar(page, "starting", "stimulus starting");
        bar(page, "applied", "in full effect");
        bar(page, "pending", "pending");
        bar(page, "firing", "firing");
        bar(page, "ended", "ended, not told yet");
        bar(page, "away", "away");
        mark(page, Shape.TRIANGLE, "stimulus", "starts");
        mark(page, Shape.SQUARE, "stimulus", "released, verified");
        mark(page, Shape.DISC, "told", "delivered");
        mark(page, Shape.RING, "told", "delivered as resolved");
        mark(page, Shape.FLAG, "deadline", "deadline to be delivered");
        mark(page, Shape.OPEN_FLAG, "deadline", "deadline to be resolved");
        mark(page, Shape.DIAMOND, "stimulus", "PostgreSQL started");
        page.close();
    }

    private static void bar(Markup page, String kind, String what) {
        page.open("span");
        page.drawing("width", "26", "height", "16", "aria-hidden", "true").open("g", "class", "bar " + kind);
        page.empty("rect", "x", "1", "y", "1", "width", "24", "height", "14")
                .close()
                .close();
        page.text(" " + what).close();
    }

    private static void mark(Markup page, Shape shape, String kind, String what) {
        page.open("span");
        page.drawing("width", "18", "height", "24", "aria-hidden", "true");
        page.open("svg", "class", "mark " + kind, "x", "7", "y", "12", "overflow", "visible");
        page.empty("path", "d", shape.path(), "fill-rule", "evenodd").close().close();
        page.text(" " + what).close();
    }

    private static void moments(Markup page, RunState run, List<Moments.Moment> moments) {
        var clock = new RunClock(run.admitted());
        page.open("details", "class", "moments");
        page.element("summary", "The same in words: " + moments.size() + " moments");
        page.open("div", "class", "scroll", "tabindex", "0").open("table");
        HtmlValues.head(page, "Time (UTC)", "Since start", "What");
        page.open("tbody");
        for (var moment : moments.subList(0, Math.min(MOST_MOMENTS, moments.size()))) {
            page.open("tr").open("th", "scope", "row");
            page.element(
                            "time",
                            clock.time(moment.at()),
                            "datetime",
                            moment.at().toString())
                    .close();
            page.element("td", clock.offset(moment.at()), "class", "number");
            page.element("td", moment.what()).close();
        }
        page.close().close().close();
        if (moments.size() > MOST_MOMENTS) {
            page.element("p", (moments.size() - MOST_MOMENTS) + " more stand in " + Evidence.JOURNAL + ".");
        }
        page.close();
    }
}
