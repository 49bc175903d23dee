package dev.tocsin.browser;

import dev.tocsin.browser.Browser.ColourScheme;
import dev.tocsin.evidence.EvidenceOfCase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes the pictures of reports in {@code docs/images} anew; run only when it is named. */
final class Pictures {
    private static final Path IMAGES = Path.of("docs/images");

    /** Brings the browser to what is to be seen. */
    private interface Way {
        void go(Browser browser) throws Exception;
    }

    private record Picture(String name, Way way) {}

    @TempDir
    private Path folder = Path.of("");

    private List<Picture> pictures() {
        return List.of(
                new Picture("report-passed", browser -> report(browser, "signal-01-seen")),
                new Picture("report-failed", browser -> report(browser, "durability-lost")),
                new Picture("report-inconclusive", browser -> report(browser, "am-13-inhibited")));
    }

    private void report(Browser browser, String golden) throws Exception {
        browser.open(EvidenceOfCase.write(golden, folder.resolve(golden))
                .resolve("report.html")
                .toUri());
    }

    @Test
    void take() throws Exception {
        try (var browser = Browser.start()) {
            for (var picture : pictures()) {
                picture.way().go(browser);
                for (var scheme : ColourScheme.values()) {
                    browser.colourScheme(scheme);
                    browser.picture(IMAGES.resolve(
                            picture.name() + (scheme == ColourScheme.DARK ? "-dark" : "-light") + ".png"));
                }
                browser.printed(IMAGES.resolve(picture.name() + "-print.png"));
            }
        }
    }
}
