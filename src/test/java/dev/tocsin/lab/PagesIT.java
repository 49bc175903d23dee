package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.browser.Browser;
import dev.tocsin.browser.Browser.ColourScheme;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** The pages in a real browser, beside a real chain, by keyboard alone. */
@Order(Tier.LONG)
final class PagesIT {
    private static final int MOST_TABS = 60;

    private record Reader(Browser browser, Bed bed) {
        void open(String page) {
            browser.open(URI.create(bed.filled("http://127.0.0.1:@TOCSIN@/#/" + page)));
        }

        String text(String selector) {
            return String.valueOf(
                    browser.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector));
        }

        void await(String selector, String... words) {
            Awaitility.await(selector + " says " + String.join(", ", words))
                    .untilAsserted(() -> assertThat(text(selector)).contains(words));
        }

        /** Goes on to what is called so, as people without a mouse do. */
        void tabTo(String name) {
            for (var tabs = 0; tabs < MOST_TABS; tabs++) {
                press(Keys.TAB);
                var now = browser.run("""
                        const now = document.activeElement;
                        return now.getAttribute('aria-label') ?? now.innerText ?? ''
                        """);
                if (name.equals(now)) {
                    return;
                }
            }
            throw new AssertionError("no tab leads to " + name);
        }

        void press(CharSequence... keys) {
            new Actions(browser.driver()).sendKeys(keys).perform();
        }

        void isForEverybody(String page) throws Exception {
            for (var scheme : ColourScheme.values()) {
                browser.colourScheme(scheme);
                assertThat(browser.axe()).as(page + " in " + scheme).isEmpty();
                if (Boolean.getBoolean("pictures")) {
                    var name = page + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png";
                    browser.picture(Path.of("docs/images", name));
                }
            }
            browser.colourScheme(ColourScheme.LIGHT);
            browser.width(400);
            assertThat(browser.run("return document.documentElement.scrollWidth"))
                    .as(page + " when narrow")
                    .isEqualTo(400L);
            browser.width(1280);
            assertThat(browser.console()).as(page).isEmpty();
        }

        /** Starts the scenario from its page; tells the run. */
        String start() throws Exception {
            open("scenarios");
            await("main", "sabotage");
            tabTo("Run sabotage");
            press(Keys.ENTER);
            await("dialog", "Full goes to tocsin");
            isForEverybody("run-dialog");
            press("a browser test", Keys.ENTER);
            Awaitility.await().until(() -> !run().isEmpty());
            return run();
        }

        private String run() {
            return String.valueOf(browser.run("return location.hash")).replaceFirst("#/(scenarios|runs/?)", "");
        }
    }

    @Test
    void aRunIsStartedFollowedAndRead() throws Exception {
        var setup = new Bed.Setup();
        // A browser takes its part of the machine, and people their time.
        setup.unhurried();
        setup.scenario = setup.scenario.replace("{ name: flood, ", "{ name: flood, hold: @15s@, ");
        try (var bed = new Bed(setup);
                var browser = Browser.start()) {
            var reader = new Reader(browser, bed);
            bed.awaitReady();

            var run = reader.start();
            reader.await("main", "STRESSING", "OPEN");
            reader.isForEverybody("run-live");
            reader.await(".arrived", "Full firing");
            reader.await("#status", "The run is over.");
            reader.await("main", "PASSED", "Recompute it", "Save report.html");
            reader.isForEverybody("run");
            var shown = browser.run("""
                    return [...document.querySelectorAll('.report > *')].map(part => part.outerHTML).join('')
                    """);
            browser.open(
                    URI.create(bed.filled("http://127.0.0.1:@TOCSIN@/api/v1/runs/" + run + "/evidence/report.html")));
            assertThat(shown).as("what is shown at the end is the report").isEqualTo(browser.run("""
                            return [...document.querySelectorAll('body > header, main > section')]
                                .map(part => part.outerHTML).join('')
                            """));

            reader.start();
            reader.await("main", "STRESSING");
            reader.tabTo("Abort…");
            reader.press(Keys.ENTER);
            reader.await("dialog", "Abort the run?");
            reader.press("seen enough", Keys.ENTER);
            reader.await("main", "ABORTED", "seen enough");

            reader.open("runs");
            reader.await("main", "PASSED", "ABORTED", "2 of 2 shown");
            reader.isForEverybody("runs");
            reader.open("alerts");
            reader.await("main", "Full", "severity=\"critical\"");
            reader.isForEverybody("alerts");
            reader.open("coverage");
            reader.await("main", "1 proven", "sabotage");
            reader.isForEverybody("coverage");
            reader.open("setup");
            reader.await("main", "The wires", "/api/v1/webhooks/alertmanager");
            reader.isForEverybody("setup");
            reader.open("scenarios");
            reader.await("main", "ABORTED");
            reader.isForEverybody("scenarios");
        }
    }
}
