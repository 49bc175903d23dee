package dev.tocsin.evidence;

import dev.tocsin.chart.Markup;
import dev.tocsin.domain.run.Conclusion;
import java.util.Locale;

/** A sign for how something came out, of its own shape beside its own colour; the word stands beside it. */
enum Icon {
    PASSED("M12,1A11,11 0 1,0 12,23A11,11 0 1,0 12,1Z M10.2,17.4L5.2,12.4L7.3,10.3L10.2,13.2L16.7,6.7L18.8,8.8Z"),
    FAILED(
            "M7.5,1H16.5L23,7.5V16.5L16.5,23H7.5L1,16.5V7.5Z"
                    + " M7.8,5.7L5.7,7.8L9.9,12L5.7,16.2L7.8,18.3L12,14.1L16.2,18.3L18.3,16.2L14.1,12L18.3,7.8L16.2,5.7L12,9.9Z"),
    INCONCLUSIVE("M12,0L24,12L12,24L0,12Z M7.9,9.8H10.5C10.5,8.7 11.1,8.1 12,8.1C12.9,8.1 13.5,8.6 13.5,9.4"
            + "C13.5,10.9 10.7,11 10.7,13.9H13.2C13.2,12.3 16.1,11.7 16.1,9.2C16.1,7.2 14.4,5.9 12,5.9"
            + "C9.5,5.9 7.9,7.4 7.9,9.8Z M10.6,15.3H13.4V18H10.6Z"),
    ABORTED("M1,1H23V23H1Z M7,7V17H10.5V7Z M13.5,7V17H17V7Z"),
    ERROR("M12,1L23.5,22H0.5Z M10.6,8.5H13.4L13,15.2H11Z M10.7,16.6H13.3V19.2H10.7Z"),
    SKIPPED("M12,1A11,11 0 1,0 12,23A11,11 0 1,0 12,1Z M6,10.6H18V13.4H6Z"),
    OPEN(
            "M12,1A11,11 0 1,0 12,23A11,11 0 1,0 12,1Z M12,4A8,8 0 1,1 12,20A8,8 0 1,1 12,4Z M10.6,6.5H13V12.4L16.6,14.5L15.4,16.6L10.6,13.8Z"),
    WARNING("M12,1L23.5,22H0.5Z M10.6,8.5H13.4L13,15.2H11Z M10.7,16.6H13.3V19.2H10.7Z");

    private final String path;

    Icon(String path) {
        this.path = path;
    }

    static Icon of(Conclusion conclusion) {
        return valueOf(conclusion.name());
    }

    /** That of a check's result. */
    static Icon ofResult(String result) {
        return switch (result) {
            case "passed" -> PASSED;
            case "failed" -> FAILED;
            case "skipped" -> SKIPPED;
            case "open" -> OPEN;
            default -> INCONCLUSIVE;
        };
    }

    /** What the style sheet calls it. */
    String kind() {
        return "is-" + name().toLowerCase(Locale.ROOT);
    }

    void draw(Markup page, int size) {
        var side = String.valueOf(size);
        page.drawing(
                "class",
                "icon " + kind(),
                "viewBox",
                "0 0 24 24",
                "width",
                side,
                "height",
                side,
                "aria-hidden",
                "true");
        page.empty("path", "d", path, "fill-rule", "evenodd").close();
    }
}
