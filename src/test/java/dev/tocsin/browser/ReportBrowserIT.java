package dev.tocsin.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.browser.Browser.ColourScheme;
import dev.tocsin.evidence.EvidenceOfCase;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** The page of a run, opened from its folder. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReportBrowserIT {
    private static final int NARROW = 400;

    @TempDir
    private Path folder = Path.of("");

    private final Browser browser = Browser.start();

    @AfterAll
    void close() {
        browser.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rings-and-resolves",
                "signal-01-seen",
                "signal-02-not-reached",
                "durability-lost",
                "am-12-late-for-a-silence",
                "am-13-inhibited"
            })
    void isForEverybody(String name) throws Exception {
        browser.width(1280);
        browser.open(EvidenceOfCase.write(name, folder.resolve(name))
                .resolve("report.html")
                .toUri());

        for (var scheme : ColourScheme.values()) {
            browser.colourScheme(scheme);
            assertThat(browser.axe()).as("in " + scheme).isEmpty();
        }
        assertThat(reachedByTab()).isEqualTo(focusable());

        browser.width(NARROW);
        assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo((long) NARROW);
        assertThat(browser.axe()).as("when narrow").isEmpty();
        assertThat(browser.console()).isEmpty();
    }

    /** How many elements are there to be reached; each is marked, so that none is counted twice. */
    private long focusable() {
        return (long) browser.run("""
                return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
                    .filter(element => element.tabIndex >= 0 && element.checkVisibility()).length
                """);
    }

    private long reachedByTab() {
        browser.run("document.activeElement.blur(); window.scrollTo(0, 0); return true");
        var reached = 0L;
        while (reached <= focusable()) {
            new Actions(browser.driver()).sendKeys(Keys.TAB).perform();
            if (!(boolean) browser.run("""
                    const now = document.activeElement;
                    if (now === document.body || now.dataset.reached) return false;
                    now.dataset.reached = 'yes';
                    return true;
                    """)) {
                return reached;
            }
            reached++;
        }
        return reached;
    }

    /** Also under a policy that lets no script in; else no violation would mean nothing. */
    @Test
    void findsWhatIsWrong() throws Exception {
        var page = Files.writeString(folder.resolve("wrong.html"), """
                <!doctype html><html lang="en"><head><title>Wrong</title>
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <style>p { color: #999999 } @media (prefers-color-scheme: dark) { p { color: #000000 } }</style></head>
                <body><main><h1>Wrong</h1><img src="missing.png"><p>Pale</p></main></body></html>
                """);
        browser.width(1280);
        browser.colourScheme(ColourScheme.LIGHT);
        browser.open(page.toUri());

        assertThat(browser.axe())
                .anyMatch(line -> line.startsWith("image-alt (critical) at img"))
                .anyMatch(line -> line.startsWith("color-contrast (serious) at p"));
        assertThat(browser.console()).anyMatch(line -> line.contains("missing.png"));

        browser.colourScheme(ColourScheme.DARK);
        assertThat(browser.axe()).noneMatch(line -> line.startsWith("color-contrast"));
    }
}
