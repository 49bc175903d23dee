package dev.tocsin.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.chart.Lane.Bar;
import dev.tocsin.chart.Lane.Mark;
import dev.tocsin.chart.Lane.Row;
import dev.tocsin.chart.Lane.Shape;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimelineTest {
    private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");

    @Test
    void putsBesideEachOtherWhatDoesNotOverlap() {
        var rows = Lane.packed(List.of(row(0, 10), row(5, 15), row(10, 20), row(14, 30), row(15, 16)));

        assertThat(rows.stream().map(row -> row.bars().stream().map(Bar::what).toList()))
                .containsExactly(List.of("0-10", "10-20"), List.of("5-15", "15-16"), List.of("14-30"));
    }

    @Test
    void drawsEachLaneAtItsPlaceAndTellsItInWords() {
        var lane = new Lane(
                "a name".repeat(20),
                "figures",
                List.of(new Row(
                        List.of(new Bar(at(25), at(75), "firing", "it fires", "firing"), bar(80, 80)),
                        List.of(new Mark(at(50), Shape.DISC, "told", "it is told")))));
        var page = new Markup();

        Timeline.draw(page, "title", "description", Axis.between(at(0), at(100)), List.of(lane, lane));

        assertThat(page.toString())
                .contains(
                        "role=\"img\"",
                        "<title id=\"timeline-title\">title</title>",
                        "<desc id=\"timeline-desc\">description</desc>",
                        "height=\"132\"",
                        "<title>it fires</title>",
                        "<rect x=\"25.96%\" y=\"49\" width=\"48.08%\" height=\"14\"/>",
                        "<rect x=\"25.96%\" y=\"103\" width=\"48.08%\" height=\"14\"/>",
                        "x=\"50.00%\" y=\"56\"",
                        "a namea n…</tspan>");
    }

    @Test
    void noTwoShapesAreAlike() {
        assertThat(Arrays.stream(Shape.values()).map(Shape::path)).doesNotHaveDuplicates();
    }

    private static Row row(int from, int until) {
        return new Row(List.of(bar(from, until)), List.of());
    }

    private static Bar bar(int from, int until) {
        return new Bar(at(from), at(until), "firing", from + "-" + until, "");
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }
}
